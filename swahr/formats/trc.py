"""OpenSim's TRC, tab-separated, one file per person: {name}_person{id}.trc in a folder.

Positions are the frame's pixels with y downwards, as in the other formats and in Sports2D's pixel TRC; z is 0. Frame#
counts from 0 as everywhere. A file goes from the person's first frame to the last; missing joints are empty cells.
TRC has no scores. Layout: OpenSim, "Marker (.trc) Files".
"""

import math
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

from swahr.errors import Hint, OutputError, UnreadableError
from swahr.formats.format import Format, Target
from swahr.formats.numbers import PIXEL_DIGITS, TIME_DIGITS
from swahr.formats.registry import register_format
from swahr.formats.tables import track_ids, track_name
from swahr.formats.two_pass_writer import Line, TwoPassWriter
from swahr.formats.writer import State, Writer
from swahr.pose.builder import RecordingBuilder
from swahr.pose.recording import Recording
from swahr.pose.skeleton import Skeleton

HEADINGS = (
    "DataRate", "CameraRate", "NumFrames", "NumMarkers", "Units", "OrigDataRate", "OrigDataStartFrame",
    "OrigNumFrames",
)  # fmt: skip
UNITS = "px"
FOLDER_ENDING, FILE_ENDING = "_trc", ".trc"


class TrcWriter(TwoPassWriter):
    """Writes a folder of TRC files, or with `single` one file for the one person there is.

    frame_rate: nominal, frames per second; it also gives the time of frames without one.
    """

    def __init__(
        self,
        path: str | Path,
        skeleton: Skeleton,
        frame_rate: float,
        single: bool = False,
        resume: State | None = None,
    ) -> None:
        self._frame_rate, self._single = frame_rate, single
        super().__init__(path, skeleton, resume)

    def write_final(self, path: Path) -> None:
        """Write the files: who is in the video, and from when to when, is known now."""
        spans: dict[int, list[int]] = {}  # label: number of the first line, number of the last, first frame
        for number, line in enumerate(self.lines()):
            for label in line.people:
                spans.setdefault(label, [number, number, line.frame])[1] = number
        if self._single and len(spans) > 1:
            raise OutputError(f"{self.path}: {len(spans)} people, and one fits", hints=[Hint("person")])
        if not self._single:
            path.mkdir(exist_ok=True)
        stem = self.path.name.removesuffix(FOLDER_ENDING).removesuffix(FILE_ENDING)
        with ExitStack() as stack:
            files: dict[int, TextIO] = {}
            if self._single and not spans:
                spans = {0: [0, -1, 0]}
                self._begin(stack.enter_context(path.open("w", encoding="utf-8")), path.name, spans[0])
            for number, line in enumerate(self.lines()):
                for label, span in spans.items():
                    if span[0] == number:
                        name = f"{stem}_{track_name(label)}{FILE_ENDING}"
                        file = path if self._single else path / name
                        files[label] = stack.enter_context(file.open("w", newline="\n", encoding="utf-8"))
                        self._begin(files[label], self.path.name if self._single else name, span)
                    if span[0] <= number <= span[1]:
                        files[label].write(self._row(line, label))
                    if span[1] == number:
                        files.pop(label).close()

    def _begin(self, file: TextIO, name: str, span: Sequence[int]) -> None:
        rate, count = f"{self._frame_rate:g}", str(span[1] - span[0] + 1)
        values = (rate, rate, count, str(len(self.joints)), UNITS, rate, str(span[2]), count)
        axes = (f"{axis}{number}" for number in range(1, len(self.joints) + 1) for axis in "XYZ")
        file.write(f"PathFileType\t4\t(X/Y/Z)\t{name}\n")
        file.write("\t".join(HEADINGS) + "\n" + "\t".join(values) + "\n")
        file.write("Frame#\tTime\t" + "\t\t\t".join(self.joints) + "\t\t\n")
        file.write("\t\t" + "\t".join(axes) + "\n")

    def _row(self, line: Line, label: int) -> str:
        cells = [str(line.frame)]
        time_s = line.frame / self._frame_rate if line.time_s is None else line.time_s
        cells.append(f"{time_s:.{TIME_DIGITS}f}")
        for joint in line.people.get(label, [None] * len(self.joints)):
            cells += (
                ["", "", ""]
                if joint is None
                else [f"{joint[0]:.{PIXEL_DIGITS}f}", f"{joint[1]:.{PIXEL_DIGITS}f}", f"{0:.{PIXEL_DIGITS}f}"]
            )
        return "\t".join(cells) + "\n"


@register_format
class TrcFormat(Format):
    """OpenSim's TRC."""

    name = "trc"
    description = "a folder with an OpenSim TRC per person"
    endings = (FOLDER_ENDING,)
    folder = True
    two_pass = True
    single_layout = True
    single_ending = FILE_ENDING
    lacks = ("scores", "person scores", "empty frames")

    def open_writer(self, target: Target) -> Writer:
        """Open a writer, which makes the files when all people are known."""
        self.check_path(target.path, target.single)
        return TrcWriter(target.path, target.skeleton, target.frame_rate, target.single, target.resume)

    def recognises(self, path: Path, first_line: str) -> bool:
        """Go by the word that begins a file, and by the names of files in a folder."""
        return any(path.glob(f"*{FILE_ENDING}")) if path.is_dir() else first_line.startswith("PathFileType")

    def read(self, path: Path, skeleton: Skeleton | None, frame_rate: float | None) -> Recording:
        """Read a TRC file, or all of a folder. Joints have score 1, for want of scores; z is left out.

        skeleton: None goes by the header. frame_rate: not asked, the file has times.
        """
        files = sorted(path.glob("*.trc")) if path.is_dir() else [path]
        if not files:
            raise UnreadableError(f"{path}: no .trc file in this folder")
        ids = track_ids([file.stem for file in files])
        builder: RecordingBuilder | None = None
        for file in files:
            lines = file.read_text(encoding="utf-8-sig").splitlines()
            if len(lines) < 5 or not lines[0].startswith("PathFileType"):
                raise UnreadableError(
                    f"{file}: not a TRC file; expected five header lines that begin with PathFileType"
                )
            joints = [name for name in lines[3].split("\t")[2:] if name]
            if builder is None:
                builder = RecordingBuilder(skeleton or Skeleton.from_joints(joints), frame_rate)
                builder.notes.append("TRC has no scores: joints have score 1")
            for number, text in enumerate(lines[5:], 6):
                if text.strip():
                    _read_row(builder, file, number, text, ids[file.stem])
        assert builder is not None
        return builder.build()


def _read_row(builder: RecordingBuilder, file: Path, number: int, text: str, person_id: int) -> None:
    cells = text.split("\t")
    try:
        index = int(cells[0])
        builder.frame(index, float(cells[1]))
        joints = []
        for joint in range(builder.skeleton.num_joints):
            place = [
                float(cell) if cell.strip() else math.nan for cell in cells[2 + 3 * joint : 4 + 3 * joint]
            ]
            joints.append([*place, 1.0] if len(place) == 2 and not any(map(math.isnan, place)) else None)
    except (ValueError, IndexError) as error:
        raise UnreadableError(f"{file}, line {number}: not a row of this table ({error})") from error
    if any(joint is not None for joint in joints):
        builder.person(index, joints, None, person_id)
