"""What a keypoint format is: a name, endings, limits, a reader and a writer, all in the module of the format."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar, Literal

from swahr.errors import Hint, SettingError
from swahr.formats.numbers import DIGITS, Digits
from swahr.formats.writer import State, Writer
from swahr.pose.events import names_by_frame
from swahr.pose.recording import Recording
from swahr.pose.skeleton import Skeleton

# What some formats have no place for. "joints": they have a box of each person alone; "scores" are those of joints and
# people, "person scores" those of people alone, "file names" those of photos, "units" those of places in other than
# pixels, "corrections" say which joints were put right by hand, "events" which frames a person named.
Lack = Literal[
    "joints", "times", "scores", "person scores", "ids", "empty frames", "file names", "units", "corrections",
    "events",
]  # fmt: skip


@dataclass(frozen=True)
class Target:
    """What a writer is opened for.

    path: of the file, or the folder, to make. skeleton: of all people that will come. frame_rate: nominal, frames per
    second. size_wh: of the frames, pixels; 0, 0 where it is not known. keep_empty: frames without people are kept,
    by the formats that may leave them out. single: there is one person alone. resume: what `Writer.state` returned.
    uncertainty: how sure each joint's place is is written too, by the formats that have a place for it.
    names: of frames by their index, where they are photos: their files. digits: decimals that numbers are written
    with. unit: of places, see `Recording`. spreadsheet: no text of a csv is run as a formula by one.
    began_at: time of day at 0 s, of what was seen live; the formats that have a place for it say it.
    marks: whether it is written which joints were corrected by hand. events: names that a person gave to frames, by
    their index.
    """

    path: Path
    skeleton: Skeleton
    frame_rate: float
    size_wh: tuple[int, int] = (0, 0)
    keep_empty: bool = True
    single: bool = False
    resume: State | None = None
    uncertainty: bool = False
    names: Mapping[int, str] = field(default_factory=dict)
    digits: Digits = DIGITS
    unit: str = "px"
    spreadsheet: bool = False
    began_at: datetime | None = None
    marks: bool = False
    events: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        recording: Recording,
        path: Path,
        frame_rate: float,
        *,
        keep_empty: bool = True,
        single: bool = False,
    ) -> "Target":
        """Return what a recording is written with."""
        return cls(
            path,
            recording.skeleton,
            frame_rate,
            keep_empty=keep_empty,
            single=single,
            names=recording.names_by_frame,
            digits=Digits(*recording.decimals) if recording.decimals else DIGITS,
            unit=recording.unit,
            uncertainty=recording.covariance is not None,
            marks=recording.marks is not None,
            events=names_by_frame(recording.events),
        )


def time_of_day(began_at: datetime, seconds: float) -> str:
    """Return the time of day of a frame in ISO 8601, to the millisecond, with its zone.

    >>> from datetime import timezone
    >>> time_of_day(datetime(2026, 5, 4, 12, 0, tzinfo=timezone.utc), 1.25)
    '2026-05-04T12:00:01.250+00:00'
    """
    return (began_at + timedelta(seconds=seconds)).isoformat(timespec="milliseconds")


class Format(ABC):
    """A keypoint format. `register_format` makes it known by its name; there is no other list of formats.

    name: what users call it. description: a few words, for lists of formats. endings: what names of its files end
    in; the first one is that of our own outputs. folder: an output is one. two_pass: it is written when all frames
    are there, of a partial file that has them. single_layout: one person has a layout of their own; single_ending:
    what names of such files end in, where it is another. lacks: what it has no place for; the other formats keep it.
    uncertainty: it has a place for how sure each joint's place is, where `Target.uncertainty` asks for it.
    needs_times: nothing can be written of frames whose times are not known. same_bytes: the same people give the same
    file, byte for byte; libraries write the time of writing into others.
    """

    name: ClassVar[str]
    description: ClassVar[str]
    endings: ClassVar[tuple[str, ...]]
    folder: ClassVar[bool] = False
    two_pass: ClassVar[bool] = False
    single_layout: ClassVar[bool] = False
    single_ending: ClassVar[str | None] = None
    lacks: ClassVar[tuple[Lack, ...]] = ()
    uncertainty: ClassVar[bool] = False
    needs_times: ClassVar[bool] = False
    same_bytes: ClassVar[bool] = True

    @property
    def suffix(self) -> str:
        """What names of our own outputs end in, after that of the source."""
        return self.endings[0]

    @property
    def all_endings(self) -> tuple[str, ...]:
        """All that names of its files end in."""
        return self.endings if self.single_ending is None else (*self.endings, self.single_ending)

    def is_folder(self, path: Path, single: bool = False) -> bool:
        """Return whether an output of this name is a folder. single: one person alone is asked for."""
        ending = self.single_ending
        one_file = single or (ending is not None and path.name.lower().endswith(ending))
        return self.folder and not (one_file and self.single_layout)

    @abstractmethod
    def open_writer(self, target: Target) -> Writer:
        """Open a writer, which is at least a `Writer`, and mostly a `TextWriter` or a `TwoPassWriter`.

        Raises:
            SwahrError: the skeleton does not fit, or the path cannot be written.
        """

    @abstractmethod
    def recognises(self, path: Path, first_line: str) -> bool:
        """Return whether a file or folder that is there looks like this format.

        Args:
            path: of the file or folder.
            first_line: of the file, without its end, at most 4096 characters of it; "" for a folder.
        """

    @abstractmethod
    def read(self, path: Path, skeleton: Skeleton | None, frame_rate: float | None) -> Recording:
        """Read a file or folder; `swahr.formats.read` words what OSError and UnicodeDecodeError say.

        Args:
            path: of the file or folder.
            skeleton: None goes by the joints' names or, in formats without them, by their number.
            frame_rate: frames per second, for formats without times; None leaves times unknown.

        Raises:
            SwahrError: the content is damaged, or of another kind.
        """

    def check_path(self, path: Path, single: bool) -> None:
        """Raise SettingError for a name that stands for one person's file, where there may be several."""
        ending = self.single_ending
        if ending is not None and not single and path.name.lower().endswith(ending):
            raise SettingError(
                f"{path}: {self.name} is one file per person; give a folder, {path.name[: -len(ending)]}{self.suffix}",
                hints=[Hint("person")],
            )

    def check_times(self, recording: Recording) -> None:
        """Raise SettingError where times are needed and not known: none are made up."""
        if self.needs_times and len(recording) and not recording.has_times:
            raise SettingError(
                f"{self.name} has a time for each frame, and there are none; give the frame rate, or the video",
                hints=[Hint("frame_rate"), Hint("video")],
            )

    def losses(self, recording: Recording) -> tuple[Lack, ...]:
        """Return what a recording has and this format has no place for."""
        return tuple(lack for lack in _what_is_in(recording) if lack in self.lacks)


def _what_is_in(recording: Recording) -> Iterator[Lack]:
    if len(recording.scores):
        yield "joints"
    if recording.has_times:
        yield "times"
    if len(recording.scores):
        yield "scores"
        yield "person scores"
    if recording.ids is not None:
        yield "ids"
    if (recording.people_per_frame == 0).any():
        yield "empty frames"
    if recording.names:
        yield "file names"
    if recording.unit != "px":
        yield "units"
    if recording.marks is not None and recording.marks.any():
        yield "corrections"
    if recording.events:
        yield "events"
