"""All formats by name: how each is written, read, and told from the others."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from swahr.errors import SwahrError
from swahr.formats.coco import CocoWriter, read_coco
from swahr.formats.csv import CsvWriter, read_csv
from swahr.formats.dlc import DlcWriter, read_dlc
from swahr.formats.jsonl import JsonlWriter, read_jsonl
from swahr.formats.openpose import OpenPoseWriter, read_openpose
from swahr.formats.sleap import SleapWriter, read_sleap
from swahr.formats.trc import TrcWriter, read_trc
from swahr.formats.writer import State, Writer
from swahr.pose.recording import Recording
from swahr.pose.skeleton import Skeleton

Read = Callable[[Path, Skeleton | None, float | None], Recording]


# Frames a second; the quickest cameras take fewer.
MAX_FRAME_RATE = 1_000_000


@dataclass(frozen=True)
class Format:
    """A keypoint format.

    suffix: what an output's name ends in, after the source's name. folder: the output is one.
    description: one line.
    """

    name: str
    suffix: str
    description: str
    read: Read
    folder: bool = False


FORMATS: dict[str, Format] = {
    found.name: found
    for found in (
        Format("csv", ".csv", "one row a person a frame", read_csv),
        Format("jsonl", ".jsonl", "one JSON object a frame", read_jsonl),
        Format("coco", "_coco.json", "COCO keypoint results", read_coco),
        Format("openpose", "_openpose", "a folder with a JSON file a frame, COCO-18", read_openpose, True),
        Format("dlc", "_dlc.csv", "DeepLabCut's multi-animal CSV", read_dlc),
        Format("sleap", "_sleap.csv", "SLEAP's analysis CSV", read_sleap),
        Format("trc", "_trc", "a folder with an OpenSim TRC a person", read_trc, True),
    )
}


def open_writer(
    format_name: str,
    path: str | Path,
    skeleton: Skeleton,
    *,
    frame_rate: float,
    size_wh: tuple[int, int],
    keep_empty: bool = True,
    single: bool = False,
    resume: State | None = None,
) -> Writer:
    """Open a writer of a format by its name.

    path: of the file, or the folder, to make. frame_rate: nominal, frames a second. size_wh: of the frames, pixels.
    keep_empty: frames without people are kept by the formats that may leave them out (csv, jsonl); dlc and
    openpose always keep them, sleap, coco and trc have no place for them. single: one person: dlc in its
    single-animal layout, trc as one file. resume: what `Writer.state` returned.
    Raises SwahrError for an unknown format, a skeleton that does not fit it, and a path that cannot be written.
    """
    path = Path(path)
    match find_format(format_name).name:
        case "csv":
            return CsvWriter(path, skeleton, keep_empty=keep_empty, resume=resume)
        case "jsonl":
            return JsonlWriter(path, skeleton, keep_empty, resume)
        case "coco":
            return CocoWriter(path, resume)
        case "openpose":
            return OpenPoseWriter(path, skeleton, resume)
        case "dlc":
            return DlcWriter(path, skeleton, single, resume)
        case "sleap":
            return SleapWriter(path, skeleton, resume)
        case _:
            return TrcWriter(path, skeleton, frame_rate, single, resume)


def find_format(name: str) -> Format:
    """Return a format by its name; raises SwahrError for an unknown one."""
    try:
        return FORMATS[name]
    except KeyError:
        raise SwahrError(f"unknown format {name!r}; expected one of {', '.join(FORMATS)}") from None


def format_by_name(path: str | Path) -> Format:
    """Return the format that an output's name stands for; raises SwahrError where none does."""
    name = Path(path).name.lower()
    ending = {".json": "coco", ".trc": "trc"}  # short for _coco.json; one person's file of the folder
    endings = {found.suffix: found.name for found in FORMATS.values()} | ending
    for suffix in sorted(endings, key=len, reverse=True):
        if name.endswith(suffix):
            return FORMATS[endings[suffix]]
    raise SwahrError(f"{path}: the name tells no format; expected one that ends in {', '.join(endings)}")


def format_by_content(path: str | Path) -> Format:
    """Return the format of a file or folder that is there, by what it begins with.

    Raises SwahrError where it cannot be read or is none of them.
    """
    path = Path(path)
    try:
        if path.is_dir():
            name = "trc" if any(path.glob("*.trc")) else "openpose"
        else:
            with path.open(encoding="utf-8-sig") as file:
                name = _by_first_line(file.readline(4096))
    except OSError as error:
        raise SwahrError(f"{path} cannot be read ({error.strerror})") from error
    except UnicodeDecodeError:
        name = ""
    if not name:
        raise SwahrError(f"{path}: none of the formats {', '.join(FORMATS)}, as far as its beginning tells")
    return FORMATS[name]


def _by_first_line(line: str) -> str:
    cells = line.strip().split(",")
    if line.startswith("PathFileType"):
        return "trc"
    if line.startswith("{"):
        return "jsonl"
    if line.startswith("["):
        return "coco"
    if cells[0] == "scorer":
        return "dlc"
    if cells[:2] == ["track", "frame_idx"]:
        return "sleap"
    return "csv" if "frame" in cells[:2] else ""


def read(
    path: str | Path,
    format_name: str | None = None,
    *,
    skeleton: Skeleton | None = None,
    frame_rate: float | None = None,
) -> Recording:
    """Read a keypoint file or folder of any of the formats, its own or another program's.

    format_name: None goes by the content. skeleton: None goes by the joints' names or, in formats without them, by
    their number. frame_rate: gives the times of formats that have none.
    Raises SwahrError where it cannot be read, and for a frame rate that cannot be.
    """
    path = Path(path)
    if frame_rate is not None and not 0 < frame_rate <= MAX_FRAME_RATE:
        raise SwahrError(f"frame rate is {frame_rate:g}; expected more than 0, at most {MAX_FRAME_RATE}")
    found = format_by_content(path) if format_name is None else find_format(format_name)
    try:
        return found.read(path, skeleton, frame_rate)
    except OSError as error:
        raise SwahrError(f"{path} cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise SwahrError(f"{path} is no text ({error.reason})") from error
