"""Keypoint files are written and read through here, whatever their format."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from swahr._util.files import check_output
from swahr._util.reading import check_regular
from swahr.errors import Hint, MissingError, SettingError, UnreadableError, first_line
from swahr.formats.format import Target
from swahr.formats.numbers import DIGITS, Digits
from swahr.formats.registry import find_format, format_by_content, format_by_name
from swahr.formats.writer import State, Writer
from swahr.pose.recording import DEFAULT_FRAME_RATE, Recording
from swahr.pose.skeleton import Skeleton

# Frames per second; the quickest cameras take fewer.
MAX_FRAME_RATE = 1_000_000
# By a format of what its file holds: whatever it raises, the file is not one that it writes.
UNFORESEEN = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RuntimeError,  # of libraries in C; among them RecursionError
    SystemError,
)
# Of a recording that says nothing of times, for formats that have to.


def open_writer(
    format: str,
    path: str | Path,
    skeleton: Skeleton,
    *,
    frame_rate: float,
    size_wh: tuple[int, int] = (0, 0),
    keep_empty: bool = True,
    single: bool = False,
    resume: State | None = None,
    uncertainty: bool = False,
    names: Mapping[int, str] | None = None,
    decimals: tuple[int, int] | None = None,
    unit: str = "px",
    spreadsheet: bool = False,
    began_at: datetime | None = None,
    marks: bool = False,
    events: Mapping[int, tuple[str, ...]] | None = None,
) -> Writer:
    """Open a writer of a format by its name.

    Args:
        format: its name.
        path: of the file, or the folder, to make.
        skeleton: of all people that will come.
        frame_rate: nominal, frames per second.
        size_wh: of the frames, pixels; 0, 0 where it is not known.
        keep_empty: frames without people are kept, by the formats that may leave them out.
        single: there is one person alone: dlc in its single-animal layout, trc as one file.
        resume: what `Writer.state` returned.
        uncertainty: how sure each joint's place is is written too, by the formats that have a place for it.
        names: of frames by their index, where they are photos: their files.
        decimals: of places and scores; None is 2 and 4.
        unit: of places, see `Recording`.
        spreadsheet: no text of a csv is run as a formula by one.
        began_at: time of day at 0 s, with its zone: csv and jsonl then say it of each frame, swahr as a fact.
        marks: which joints were corrected by hand is written too, by the formats that have a place for it.
        events: names that a person gave to frames, by their index.

    Raises:
        SwahrError: an unknown format, a skeleton that does not fit it, or a path that cannot be written.
    """
    digits = DIGITS if decimals is None else Digits(*decimals)
    target = Target(
        Path(path),
        skeleton,
        frame_rate,
        size_wh,
        keep_empty,
        single,
        resume,
        uncertainty,
        names or {},
        digits,
        unit,
        spreadsheet,
        began_at,
        marks,
        events or {},
    )
    return find_format(format).open_writer(target)


def read(
    path: str | Path,
    format: str | None = None,
    *,
    skeleton: Skeleton | None = None,
    frame_rate: float | None = None,
) -> Recording:
    """Read a keypoint file or folder of any of the formats, our own or another program's.

    >>> recording = read("people.csv")
    >>> recording
    Recording(3 frames, 4 people in them, ids 0 to 1, coco-17, 25 frames per second)

    Args:
        path: of the file or folder.
        format: its name; None goes by the content.
        skeleton: None goes by the joints' names or, in formats without them, by their number.
        frame_rate: frames per second; gives the times of formats that have none.

    Raises:
        SettingError: the format is not known, or the frame rate cannot be.
        MissingError: the file is not there, or may not be read.
        UnreadableError: the content is damaged, or of no format that is known.
    """
    path = Path(path)
    if frame_rate is not None and not 0 < frame_rate <= MAX_FRAME_RATE:
        raise SettingError(f"frame rate is {frame_rate:g}; expected more than 0, at most {MAX_FRAME_RATE}")
    found = format_by_content(path) if format is None else find_format(format)
    try:
        if not path.is_dir():
            check_regular(path)
        return found.read(path, skeleton, frame_rate)
    except OSError as error:
        if error.strerror is None:  # as HDF5 tells damage
            raise UnreadableError(f"{path} is damaged ({first_line(error)})") from error
        raise MissingError(f"{path} cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise UnreadableError(f"{path} is no text ({error.reason})") from error
    except UNFORESEEN as error:
        raise UnreadableError(
            f"{path} is no whole file of the format {found.name} ({first_line(error)})"
        ) from error


def save(
    recording: Recording,
    path: str | Path,
    format: str | None = None,
    *,
    frame_rate: float | None = None,
    keep_empty: bool = True,
    single: bool = False,
    overwrite: bool = False,
) -> None:
    """Write a recording; see `Recording.save`."""
    path = Path(path)
    found = format_by_name(path) if format is None else find_format(format)
    if single and not found.single_layout:
        raise SettingError(
            f"{found.name} has no layout of its own for one person", hints=[Hint("single", False)]
        )
    check_output(path, overwrite, folder=found.is_folder(path, single))
    rate = frame_rate or recording.frame_rate or DEFAULT_FRAME_RATE
    if frame_rate is not None:
        recording = recording.timed(frame_rate)
    found.check_times(recording)
    with found.open_writer(Target.of(recording, path, rate, keep_empty=keep_empty, single=single)) as writer:
        for frame in recording:
            writer.write(*frame)
