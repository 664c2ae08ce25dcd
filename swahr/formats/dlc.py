"""DeepLabCut's CSV: four header rows scorer, individuals, bodyparts, coords; one row per frame, 0-based.

Readers take the n-th row as frame n, so that there is one for each frame from 0 on, looked at or not. The number of
individuals is fixed, so that the file is written at the end. Missing joints are empty cells. For one person there is
the single-animal layout, without the row `individuals`.
"""

import csv
from pathlib import Path

from swahr._util.reading import CsvRows, open_text
from swahr.errors import Hint, OutputError, UnreadableError
from swahr.formats.format import Format, Target
from swahr.formats.numbers import DIGITS, Digits
from swahr.formats.registry import register_format
from swahr.formats.tables import joint_cells, track_ids, track_name
from swahr.formats.two_pass_writer import TwoPassWriter
from swahr.formats.writer import State, Writer
from swahr.pose.builder import RecordingBuilder
from swahr.pose.recording import Recording
from swahr.pose.skeleton import Skeleton

SCORER = "swahr"
COORDS = ("x", "y", "likelihood")


class DlcWriter(TwoPassWriter):
    """Writes what DeepLabCut, SLEAP, movement and Lightning Pose read.

    single: the layout for one animal; `close` raises OutputError where there were several people.
    """

    def __init__(
        self,
        path: str | Path,
        skeleton: Skeleton,
        single: bool = False,
        resume: State | None = None,
        digits: Digits = DIGITS,
    ) -> None:
        self._single = single
        super().__init__(path, skeleton, resume, digits)

    def write_final(self, path: Path) -> None:
        """Write the table: who is in it is known now."""
        labels = sorted({label for line in self.lines() for label in line.people})
        if self._single and len(labels) > 1:
            raise OutputError(f"{self.path}: {len(labels)} people, and one fits", hints=[Hint("person")])
        labels = labels or [0]
        columns = [
            (track_name(label), joint, coord) for label in labels for joint in self.joints for coord in COORDS
        ]
        with path.open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file, lineterminator="\n")
            rows.writerow(["scorer", *[SCORER] * len(columns)])
            if not self._single:
                rows.writerow(["individuals", *(column[0] for column in columns)])
            rows.writerow(["bodyparts", *(column[1] for column in columns)])
            rows.writerow(["coords", *(column[2] for column in columns)])
            nobody: list[list[float] | None] = [None] * len(self.joints)
            empty = [""] * len(columns)
            following = 0
            for line in self.lines():
                # Readers count rows: a frame that was not looked at has one too.
                rows.writerows([[frame, *empty] for frame in range(following, line.frame)])
                following = line.frame + 1
                row: list[object] = [line.frame]
                for label in labels:
                    for joint in line.people.get(label, nobody):
                        row += joint_cells(joint, self.digits)
                rows.writerow(row)


@register_format
class DlcFormat(Format):
    """DeepLabCut's tables, of several animals or one."""

    name = "dlc"
    description = "DeepLabCut's multi-animal CSV"
    endings = ("_dlc.csv",)
    two_pass = True
    single_layout = True
    lacks = ("times", "person scores", "file names", "units", "corrections", "events")

    def open_writer(self, target: Target) -> Writer:
        """Open a writer, which makes the table when all people are known."""
        return DlcWriter(target.path, target.skeleton, target.single, target.resume, target.digits)

    def recognises(self, path: Path, first_line: str) -> bool:
        """Go by the row that names who scored."""
        return first_line.startswith("scorer,")

    def read(self, path: Path, skeleton: Skeleton | None, frame_rate: float | None) -> Recording:
        """Read DeepLabCut's CSV of one animal or several. skeleton: None goes by the header."""
        with open_text(path, newline="") as file:
            rows = CsvRows(file)
            head = {row[0]: row[1:] for row in (next(rows, [""]) for _ in range(3)) if row}
            if "individuals" in head:
                head.update({row[0]: row[1:] for row in [next(rows, [""])] if row})
            parts, coords = head.get("bodyparts", []), head.get("coords", [])
            names = head.get("individuals", [track_name(0)] * len(parts))
            groups = range(0, len(parts), 3)
            if not coords or any(tuple(coords[at : at + 3]) != COORDS for at in groups):
                raise UnreadableError(
                    f"{path}: expected DeepLabCut's header rows, with x, y, likelihood of each joint"
                )
            found = skeleton or Skeleton.from_joints(dict.fromkeys(parts))
            ids = track_ids(list(dict.fromkeys(names)))
            places = {(names[at], parts[at]): at for at in groups}
            builder = RecordingBuilder(found, frame_rate)
            for row in rows:
                if not any(row):
                    continue
                try:
                    index, cells = int(row[0]), row[1:]
                    builder.frame(index)
                    for name, person_id in ids.items():
                        joints = [_joint(cells, places.get((name, joint))) for joint in found.joints]
                        if any(joint is not None for joint in joints):
                            builder.person(index, joints, None, person_id)
                except (ValueError, IndexError) as error:
                    raise UnreadableError(
                        f"{path}, line {rows.line_num}: not a row of this table ({error})"
                    ) from error
        return builder.build()


def _joint(cells: list[str], at: int | None) -> list[float] | None:
    if at is None or cells[at] in ("", "nan", "NaN"):
        return None
    return [float(cell or "nan") for cell in cells[at : at + 3]]
