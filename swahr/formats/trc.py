"""OpenSim's TRC, tab-separated, one file per person: {name}_person{id}.trc in a folder, or one file of one person.

Positions in pixels have y downwards, as in the other formats and in Sports2D's pixel TRC; in metres y goes up. z is 0.
Markers are called as in OpenSim's models (RKnee). Frame# counts from 0 as everywhere. A file goes from the person's
first frame to the last; missing joints are empty cells. TRC has one rate: frames at uneven times are brought to even
ones, on the line between. It has no scores. Layout: OpenSim, "Marker (.trc) Files".
"""

import math
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TextIO

from swahr._util.files import partial_path
from swahr._util.reading import read_text
from swahr.errors import Hint, OutputError, UnreadableError
from swahr.formats.even_times import EvenTimes
from swahr.formats.format import Format, Target
from swahr.formats.markers import joint_names, marker_names
from swahr.formats.numbers import TIME_DIGITS
from swahr.formats.registry import register_format
from swahr.formats.tables import track_ids, track_name
from swahr.formats.two_pass_writer import Line, TwoPassWriter, remove, replace
from swahr.formats.writer import Writer
from swahr.pose.builder import RecordingBuilder
from swahr.pose.recording import Recording
from swahr.pose.skeleton import Skeleton

HEADINGS = (
    "DataRate", "CameraRate", "NumFrames", "NumMarkers", "Units", "OrigDataRate", "OrigDataStartFrame",
    "OrigNumFrames",
)  # fmt: skip
UNITS = ("px", "m", "mm")
FOLDER_ENDING, FILE_ENDING = "_trc", ".trc"
COLUMNS = 2  # before the markers


class TrcWriter(TwoPassWriter):
    """Writes a folder of TRC files, or one file: of the one person there is, or of the one who is there longest.

    In that case the files of all are in a folder beside it, and it is noted. target.single: more than one is an error.
    """

    def __init__(self, target: Target) -> None:
        self._target = target
        self._one_file = target.single or target.path.name.lower().endswith(FILE_ENDING)
        self._times: EvenTimes | None = None
        super().__init__(target.path, target.skeleton, target.resume, target.digits)

    def write_final(self, path: Path) -> None:
        """Write the files: who is in the video, and from when to when, is known now."""
        self._times = EvenTimes.of(self.lines(), self._target.frame_rate)
        self.notes = self._times.notes(self.path)
        spans = self._spans()
        if self._target.single and len(spans) > 1:
            raise OutputError(f"{self.path}: {len(spans)} people, and one fits", hints=[Hint("person")])
        if not self._one_file:
            self._write_folder(path, spans)
            return
        longest = max(spans, key=lambda label: (spans[label][1] - spans[label][0], -label), default=0)
        self._write({longest: path}, {longest: spans.get(longest, (0, -1))})
        if len(spans) > 1:
            folder = _free(self.path.with_name(self.path.stem + FOLDER_ENDING))
            self._write_beside(folder, spans)
            self.notes += (
                f"{self.path} is {track_name(longest)}, who is there longest; {folder} has the {len(spans)} people",
            )

    def _write_beside(self, folder: Path, spans: dict[int, tuple[int, int]]) -> None:
        partial = partial_path(folder)
        try:
            remove(partial)  # of a run that was killed
            self._write_folder(partial, spans)
            replace(partial, folder)
        except BaseException:
            with suppress(OSError):
                remove(partial)
            raise

    def _write_folder(self, folder: Path, spans: dict[int, tuple[int, int]]) -> None:
        folder.mkdir(exist_ok=True)
        stem = self.path.name.removesuffix(FOLDER_ENDING).removesuffix(FILE_ENDING)
        self._write({label: folder / f"{stem}_{track_name(label)}{FILE_ENDING}" for label in spans}, spans)

    def _rows(self) -> Iterator[Line]:
        assert self._times is not None
        return self._times.rows(self.lines())

    def _spans(self) -> dict[int, tuple[int, int]]:
        """Return the first and the last row of each person."""
        spans: dict[int, tuple[int, int]] = {}
        for number, line in enumerate(self._rows()):
            for label in line.people:
                spans[label] = spans.get(label, (number, number))[0], number
        return spans

    def _write(self, paths: dict[int, Path], spans: dict[int, tuple[int, int]]) -> None:
        with ExitStack() as stack:
            files: dict[int, TextIO] = {}
            for label, path in paths.items():
                if spans[label][1] < 0:  # nobody
                    self._begin(
                        stack.enter_context(path.open("w", encoding="utf-8")), self.path.name, (0, -1), 0
                    )
            for number, line in enumerate(self._rows()):
                for label, path in paths.items():
                    first, last = spans[label]
                    if first == number:
                        files[label] = stack.enter_context(path.open("w", newline="\n", encoding="utf-8"))
                        name = self.path.name if path.suffix != FILE_ENDING else path.name
                        self._begin(files[label], name, spans[label], line.frame)
                    if first <= number <= last:
                        files[label].write(self._row(line, label))
                    if last == number:
                        files.pop(label).close()

    def _begin(self, file: TextIO, name: str, span: tuple[int, int], first_frame: int) -> None:
        assert self._times is not None
        rate, count = f"{self._times.rate:g}", str(span[1] - span[0] + 1)
        values = (rate, rate, count, str(len(self.joints)), self._target.unit, rate, str(first_frame), count)
        axes = (f"{axis}{number}" for number in range(1, len(self.joints) + 1) for axis in "XYZ")
        file.write(f"PathFileType\t4\t(X/Y/Z)\t{name}\n")
        file.write("\t".join(HEADINGS) + "\n" + "\t".join(values) + "\n")
        file.write("Frame#\tTime\t" + "\t\t\t".join(marker_names(self.joints)) + "\t\t\n")
        file.write("\t\t" + "\t".join(axes) + "\n")

    def _row(self, line: Line, label: int) -> str:
        decimals = self.digits.places
        cells = [str(line.frame), f"{line.time_s:.{TIME_DIGITS}f}"]
        for joint in line.people.get(label, [None] * len(self.joints)):
            cells += (
                ["", "", ""]
                if joint is None
                else [f"{value:.{decimals}f}" for value in (joint[0], joint[1], 0.0)]
            )
        return "\t".join(cells) + "\n"


def _free(folder: Path) -> Path:
    """Return a name that is not taken, this one or one with a number."""
    number, free = 2, folder
    while free.exists():
        number, free = number + 1, folder.with_name(f"{folder.name}_{number}")
    return free


@register_format
class TrcFormat(Format):
    """OpenSim's TRC."""

    name = "trc"
    description = "a folder with an OpenSim TRC per person, or one person's file"
    endings = (FOLDER_ENDING,)
    folder = True
    two_pass = True
    single_layout = True
    single_ending = FILE_ENDING
    lacks = ("scores", "person scores", "empty frames", "file names", "corrections", "events")
    needs_times = True

    def open_writer(self, target: Target) -> Writer:
        """Open a writer, which makes the files when all people are known."""
        return TrcWriter(target)

    def check_path(self, path: Path, single: bool) -> None:
        """Take the name of one file for any number of people."""

    def recognises(self, path: Path, first_line: str) -> bool:
        """Go by the word that begins a file, and by the names of files in a folder."""
        return any(path.glob(f"*{FILE_ENDING}")) if path.is_dir() else first_line.startswith("PathFileType")

    def read(self, path: Path, skeleton: Skeleton | None, frame_rate: float | None) -> Recording:
        """Read a TRC file, or all of a folder. Joints have score 1, for want of scores; z is left out, and it is noted.

        skeleton: None goes by the header. frame_rate: not asked, the file has times.
        """
        files = sorted(path.glob("*.trc")) if path.is_dir() else [path]
        if not files:
            raise UnreadableError(f"{path}: no .trc file in this folder")
        ids = track_ids([file.stem for file in files])
        builder: RecordingBuilder | None = None
        depth = False
        for file in files:
            lines = read_text(file).splitlines()
            if len(lines) < 5 or not lines[0].startswith("PathFileType"):
                raise UnreadableError(
                    f"{file}: not a TRC file; expected five header lines that begin with PathFileType"
                )
            markers = [name for name in lines[3].split("\t")[COLUMNS:] if name.strip()]
            unit = (
                dict(zip(lines[1].split("\t"), lines[2].split("\t"), strict=False)).get("Units", "px").strip()
            )
            if builder is None:
                builder = RecordingBuilder(skeleton or Skeleton.from_joints(joint_names(markers)), frame_rate)
                builder.notes.append("TRC has no scores: joints have score 1")
                builder.unit = unit if unit in UNITS else "px"
            for number, text in enumerate(lines[5:], 6):
                if text.strip():
                    depth = _read_row(builder, file, number, text, ids[file.stem]) or depth
        assert builder is not None
        if depth:
            builder.notes.append("the third coordinate, z, is left out: places have two")
        return builder.build()


def _read_row(builder: RecordingBuilder, file: Path, number: int, text: str, person_id: int) -> bool:
    """Read a line; return whether a joint in it has a depth."""
    cells = text.split("\t")
    depth = False
    try:
        index = int(cells[0])
        builder.frame(index, float(cells[1]))
        joints = []
        for at in range(COLUMNS, COLUMNS + 3 * builder.skeleton.num_joints, 3):
            place = [float(cell) if cell.strip() else math.nan for cell in cells[at : at + 3]]
            depth = depth or (len(place) == 3 and place[2] != 0 and not math.isnan(place[2]))
            known = len(place) >= 2 and not any(map(math.isnan, place[:2]))
            joints.append([*place[:2], 1.0] if known else None)
    except (ValueError, IndexError) as error:
        raise UnreadableError(f"{file}, line {number}: not a row of this table ({error})") from error
    if any(joint is not None for joint in joints):
        builder.person(index, joints, None, person_id)
    return depth
