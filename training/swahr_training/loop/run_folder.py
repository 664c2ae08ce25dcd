"""What a run leaves: settings, log, checkpoints, TensorBoard's events."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import yaml

from swahr._util.locks import locked
from swahr._util.reading import parse_json, read_bytes
from swahr.errors import BusyError, Hint, MissingError, OutputError, OutputExistsError
from swahr_training.config import TrainConfig
from swahr_training.loop.files import write_atomically

Report = Callable[[dict[str, Any]], None]


@contextmanager
def held(run: Path) -> Iterator[None]:
    """Keep other runs out of a folder, which is made where it is not there; an empty one is taken away again.

    Raises:
        BusyError: Another run trains in it.
        OutputError: It cannot be made or written.
    """
    made = not run.exists()
    try:
        run.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(run, error) from error
    try:
        with ExitStack() as taken:
            try:
                taken.enter_context(locked(run / "run"))
            except BusyError as error:
                raise BusyError(
                    f"{run}: another run trains there; wait for it, or choose another folder"
                ) from error
            yield
    finally:
        if made:
            with suppress(OSError):
                run.rmdir()


def _unwritable(run: Path, error: OSError) -> OutputError:
    return OutputError(f"{run}: cannot be made or written ({error.strerror})", hints=[Hint("run")])


class RunFolder:
    """Writes a run's files; `active` is false in all processes but the first, which then write nothing."""

    def __init__(self, path: Path, report: Report, active: bool) -> None:
        self.path, self.active, self._report = path, active, report
        self.last = path / "last.pt"
        self.exported, self.best = path / "last.safetensors", path / "best.safetensors"

    def check(self, resume: bool) -> bool:
        """Return whether there is a state to go on from. Raises SwahrError where it is taken, or empty."""
        there = self.last.exists()
        if there and not resume:
            raise OutputExistsError(
                f"{self.path} holds a run already; choose another folder", hints=[Hint("resume", True)]
            )
        # A run that was killed before its first checkpoint left its settings: it starts again.
        if resume and not there and not (self.path / "config.yaml").exists():
            raise MissingError(f"{self.path} holds no last.pt to resume from", hints=[Hint("resume", False)])
        return there

    def open(self, config: TrainConfig) -> None:
        """Keep the settings in the folder."""
        if not self.active:
            return
        settings = yaml.safe_dump(config.model_dump(mode="json"), sort_keys=False)
        try:
            write_atomically(self.path / "config.yaml", settings.encode())
        except PermissionError as error:
            raise _unwritable(self.path, error) from error

    def cut_log(self, step: int, measured: bool = True) -> None:
        """Take the log's lines after a step away, and its AP where that is measured again: it is all done again.

        What is no line of a log, as in one that was damaged, goes too; the run is in last.pt.
        """
        log = self.path / "log.jsonl"
        if not self.active or not log.exists():
            return
        kept = []
        for line in read_bytes(log).splitlines():
            entry = _entry(line)
            if entry is None:
                continue
            if entry["step"] > step or step == 0:
                break
            if entry["step"] == step and "AP" in entry and not measured:
                break
            kept.append(line + b"\n")
        write_atomically(log, b"".join(kept))

    def report(self, entry: dict[str, Any]) -> None:
        """Pass an entry to whoever listens, and write it to the log."""
        if not self.active:
            return
        self._report(entry)
        with (self.path / "log.jsonl").open("a") as log:
            log.write(json.dumps(entry) + "\n")


def _entry(line: bytes) -> dict[str, Any] | None:
    """Return a line of a log; None of any other, such as one that a killed process was writing."""
    try:
        entry = parse_json(line)
    except ValueError:
        return None
    is_one = isinstance(entry, dict) and isinstance(entry.get("step"), int)
    return entry if is_one else None
