"""Formats whose head says what only the end of the video tells: kept as JSON lines, and written at the end."""

import os
import re
import shutil
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from swahr._util.reading import parse_json
from swahr.errors import Hint, ResumeError
from swahr.formats.json_lines import JsonLinesWriter
from swahr.formats.numbers import DIGITS, Digits
from swahr.formats.writer import State
from swahr.pose.skeleton import Skeleton

Joints = list[list[float] | None]


class Line(NamedTuple):
    """A frame as the partial file holds it.

    people: by id, or by place in the frame where nobody was followed. scores: theirs. name: of a photo. followed: who
    has an id. marks: words of corrected joints, as in `json_lines`, of who has some. events: names of the
    frame.
    """

    frame: int
    time_s: float | None
    people: dict[int, Joints]
    scores: dict[int, float] = {}  # noqa: RUF012 - a default that is never changed
    name: str = ""
    followed: frozenset[int] = frozenset()
    marks: dict[int, dict[str, str]] = {}  # noqa: RUF012 - likewise
    events: tuple[str, ...] = ()


class TwoPassWriter(JsonLinesWriter):
    """Keeps frames as JSON lines in `<path>.part` and makes the output of them in `close`. Memory stays small.

    joints: names, in the order of each person in `lines`.
    """

    def __init__(
        self,
        path: str | Path,
        skeleton: Skeleton,
        resume: State | None = None,
        digits: Digits = DIGITS,
        names: Mapping[int, str] | None = None,
        marks: bool = False,
        events: Mapping[int, tuple[str, ...]] | None = None,
    ) -> None:
        super().__init__(path, skeleton, True, resume, names, digits, marks=marks, events=events)

    def _publish(self) -> None:
        final = self.path.with_name(self.path.name + ".part.final")
        try:
            with _system_errors():
                self.write_final(final)
            replace(final, self.path)
        except BaseException:
            with suppress(OSError):
                remove(final)
            raise
        self.partial.unlink()

    @abstractmethod
    def write_final(self, path: Path) -> None:
        """Write the finished file or folder to a path that takes its name afterwards."""

    def lines(self) -> Iterator[Line]:
        """Yield what was written, from its beginning."""
        with self.partial.open("rb") as file:
            for number, text in enumerate(file, 1):
                try:
                    line = _line(parse_json(text.decode()))
                except (ValueError, LookupError, TypeError, AttributeError) as error:
                    raise ResumeError(
                        f"{self.partial}, line {number}, is damaged ({error!r})",
                        hints=[Hint("overwrite", True)],
                    ) from error
                yield line


def _line(data: Any) -> Line:
    labelled = {
        place if person["id"] is None else person["id"]: person for place, person in enumerate(data["people"])
    }
    return Line(
        data["frame"],
        data["time_s"],
        {label: list(person["keypoints"].values()) for label, person in labelled.items()},
        {label: person["score"] for label, person in labelled.items()},
        data.get("file", ""),
        frozenset(label for label, person in labelled.items() if person["id"] is not None),
        {label: person["marks"] for label, person in labelled.items() if "marks" in person},
        tuple(data.get("events", ())),
    )


@contextmanager
def _system_errors() -> Iterator[None]:
    """Raise OSError for what HDF5 says of the system's errors in a RuntimeError."""
    try:
        yield
    except RuntimeError as error:
        if said := re.search(r"errno = (\d+)", str(error)):
            raise OSError(int(said[1]), os.strerror(int(said[1]))) from error
        raise


def replace(new: Path, path: Path) -> None:
    """Put a finished file or folder in the place of an older one."""
    if not new.is_dir():
        _sync(new)
        os.replace(new, path)
        return
    old = path.with_name(path.name + ".old")
    remove(old)
    if path.exists():
        os.replace(path, old)
    os.replace(new, path)
    remove(old)


def remove(path: Path) -> None:
    """Remove a file or a folder, if it is there."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
