"""The `swahr` command in processes that are given little: by a fork of a warm one, or from the start."""

import multiprocessing
import os
import re
import resource
import runpy
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from tests.slow.writers import Writer

FORKED = Path(__file__).with_name("forked.py")
LIMIT_S = 60.0  # whatever it is given, a command of ours ends before
# What a killed command had started has ended by then: two of Ray's agents wait a minute for what was killed with it.
GONE_S = 120.0
# What most commands load, so that a fork begins with their work. A name that is not there is left out.
LOADED = [
    "av", "cv2", "pandas", "scipy.optimize", "torch", "swahr.commands.main", "swahr.commands.single",
    "swahr.commands.convert", "swahr.formats", "swahr.inference.estimator", "swahr.run.process",
    "swahr_training.commands",
]  # fmt: skip
BESIDES = ("swahr: note: ", "swahr: warning: ", "swahr: the rows so far ", "swahr: the same command ")
# A terminal obeys these; a line feed, a tab and what moves a bar of progress back may be there.
_OBEYED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class Ended:
    """How a command ended.

    code: negative where a signal did it. errors: what it said. seconds: until its end; computed_s: of them, those in
    which a core worked for it.
    """

    code: int
    errors: str
    seconds: float
    computed_s: float

    def line(self) -> str:
        """Return the one line of an input at fault; what is said besides are notes, and where the rows so far are."""
        lines = [line for line in self.errors.splitlines() if line.startswith("swahr: ")]
        faults = [line for line in lines if not line.startswith(BESIDES)]
        assert faults, self.errors[-3000:]
        assert len(faults) == 1 or "failed: " in self.errors, self.errors[-3000:]  # of many, each has its own
        return faults[-1]

    def check(self) -> "Ended":
        """Fail for anything but a result, or one line and exit code 2."""
        assert self.code in (0, 2), f"exit code {self.code}:\n{self.errors[-3000:]}"
        assert "Traceback" not in self.errors, self.errors[-3000:]
        assert not _OBEYED.search(self.errors), repr(self.errors[-3000:])
        assert all(len(line) < 4000 for line in self.errors.splitlines())
        if self.code == 2:
            self.line()
        return self


class Running:
    """A command that runs. said: the file of what it says."""

    def __init__(self, process: Any, said: Path) -> None:
        self._process, self.said, self._began = process, said, time.monotonic()
        # Of each process that works for it, seconds; those that have ended stay.
        self._computed: dict[int, float] = {}
        self._waited: dict[int, float] = {}
        self._looked = 0.0

    def computed_s(self) -> float:
        """Return how long a core has worked for it, as far as is known."""
        if time.monotonic() > self._looked + 0.1:
            self._looked = time.monotonic()
            for pid in _family(self._process.pid):
                self._computed.setdefault(pid, 0.0)
        for pid, before in self._computed.items():
            self._computed[pid] = max(before, _computed_s(pid))
        return sum(self._computed.values())

    def kill_after(self, computed_s: float) -> None:
        """Kill it once a core has worked so long for it, however busy the machine is."""
        while not self.ended() and self.computed_s() < computed_s:
            time.sleep(0.002)
        self.kill()

    def kill(self) -> None:
        """End it as kill -9 does, and wait until the processes that it started have noticed."""
        self._process.kill()
        if isinstance(self._process, BaseProcess):
            self._process.join()
        else:
            self._process.wait()
        end = time.monotonic() + GONE_S
        while _group(self._process.pid):
            assert time.monotonic() < end, "what it started goes on without it"
            time.sleep(0.05)

    def ended(self) -> bool:
        """Return whether it has ended by itself."""
        forked = isinstance(self._process, BaseProcess)
        return (self._process.exitcode if forked else self._process.poll()) is not None

    def wait(self, limit_s: float = LIMIT_S) -> Ended:
        """Wait for its end. Fails where that takes too long, and ends it then; waiting for a core does not count."""
        while (code := self._code(0.02)) is None:
            self.computed_s()
            for pid in self._computed:
                self._waited[pid] = max(self._waited.get(pid, 0.0), _waited_s(pid))
            seconds = time.monotonic() - self._began
            if seconds - min(sum(self._waited.values()), 10 * limit_s) > limit_s:
                os.killpg(self._process.pid, signal.SIGKILL)
                raise AssertionError(f"it took more than {limit_s} s:\n{self._said()[-3000:]}")
        return Ended(code, self._said(), time.monotonic() - self._began, self.computed_s())

    def _code(self, patience_s: float) -> int | None:
        """Return how it ended, or None where it has not within some time."""
        if isinstance(self._process, BaseProcess):
            self._process.join(patience_s)
            return self._process.exitcode
        with suppress(subprocess.TimeoutExpired):
            return int(self._process.wait(patience_s))
        return None

    def _said(self) -> str:
        return self.said.read_text(errors="replace")


class Runner:
    """Starts commands. The caches of all of them are in one folder, and what they say, which needs room of its own."""

    def __init__(self, home: Path) -> None:
        self.environment = {
            "OMP_NUM_THREADS": "1",
            "OMP_WAIT_POLICY": "PASSIVE",
            "COLUMNS": "200",
            "SWAHR_HOME": str(home),
            "XDG_CACHE_HOME": str(home / "cache"),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_DATA_HOME": str(home / "data"),
            "QT_QPA_PLATFORM": "offscreen",
            "RAY_USAGE_STATS_ENABLED": "0",
            "no_proxy": "127.0.0.1",
        }
        os.environ.update(self.environment)  # the warm process has those of its parent
        self._said, self._started = home / "said", 0
        self._said.mkdir()
        self._warm = multiprocessing.get_context("forkserver")
        self._warm.set_forkserver_preload(LOADED)

    def start_of(
        self,
        writer: Writer,
        inputs: Path,
        folder: Path,
        again: bool = False,
        limits: Mapping[int, int] | None = None,
    ) -> Running:
        """Start a command that writes; see `Writer`."""
        arguments = writer.arguments(inputs, again)
        if writer.loads:
            return self.start_cold(*arguments, folder=folder, limits=limits)
        return self.start(*arguments, folder=folder, limits=limits, eager=writer.eager)

    def start(
        self,
        *arguments: object,
        folder: Path,
        limits: Mapping[int, int] | None = None,
        eager: bool = False,
        environment: Mapping[str, str] | None = None,
        entries: int = 0,
        program: Path | None = None,
    ) -> Running:
        """Start a command by a fork.

        limits: of what it is given. eager: its journal is written after each batch. entries: of the journal, after
        which it kills itself; 0: it does not. program: what is run in place of the command.
        """
        said = self._new_said()
        given = {
            "arguments": [str(each) for each in arguments],
            "folder": str(folder),
            "said": str(said),
            "limits": dict(limits or {}),
            "eager": eager,
            "environment": dict(environment or {}),
            "entries": entries,
            "program": "" if program is None else str(program),
        }
        process = self._warm.Process(target=runpy.run_path, args=(str(FORKED), given))
        process.start()
        return Running(process, said)

    def start_cold(
        self,
        *arguments: object,
        folder: Path,
        environment: Mapping[str, str] | None = None,
        limits: Mapping[int, int] | None = None,
    ) -> Running:
        """Start a command from the beginning, as a shell does."""

        def prepare() -> None:
            for kind, most in (limits or {}).items():
                resource.setrlimit(kind, (most, most))

        path = self._new_said()
        with path.open("w") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", "swahr", *map(str, arguments)],
                cwd=folder,
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
                preexec_fn=prepare,
            )
        return Running(process, path)

    def _new_said(self) -> Path:
        """Return the file of what the next command says."""
        self._started += 1
        said = self._said / f"{self._started}.txt"
        said.write_text("")
        return said

    def __call__(self, *arguments: object, folder: Path, **given: Any) -> Ended:
        """Run a command by a fork, to its end; see `start`."""
        return self.start(*arguments, folder=folder, **given).wait()


def _group(group: int) -> list[int]:
    """Return the processes of a group that are there."""
    return [pid for pid, (_, of_group) in _processes().items() if of_group == group]


def _family(first: int) -> list[int]:
    """Return the processes of a group, and all that they started, as Ray does in groups of their own."""
    there = _processes()
    found = {pid for pid, (_, group) in there.items() if group == first}
    while more := {pid for pid, (parent, _) in there.items() if parent in found} - found:
        found |= more
    return sorted(found)


def _processes() -> dict[int, tuple[int, int]]:
    """Return parent and group of each process that is no mere entry which nobody has asked for."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, parent, group = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
            except (OSError, ValueError):
                continue
            if state != "Z":
                found[int(entry.name)] = (int(parent), int(group))
    return found


def _computed_s(pid: int) -> float:
    """Return how long a core has worked for a process; 0 where it has gone."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def _waited_s(pid: int) -> float:
    """Return how long a process waited for a core: its threads, which may have waited one after another."""
    try:
        tasks = [path.read_text().split() for path in Path(f"/proc/{pid}/task").glob("*/schedstat")]
    except OSError:
        return 0.0
    return sum(int(waited) / 1e9 for _, waited, _ in tasks)
