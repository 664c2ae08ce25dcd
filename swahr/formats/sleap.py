"""SLEAP analysis CSV: track, frame_idx, instance.score, then {joint}.x, {joint}.y, {joint}.score of each joint.

One row an instance; frames without people have none, as SLEAP has it. Missing joints are empty cells. A track is
named person0, person1, ...; it is empty for a person that nobody followed.
"""

import csv
import re
from pathlib import Path

from swahr.errors import SwahrError
from swahr.formats.csv import csv_text
from swahr.formats.numbers import PIXEL_DIGITS, SCORE_DIGITS, id_of, rounded, score_of
from swahr.formats.writer import State, TextWriter
from swahr.pose.poses import Poses
from swahr.pose.recording import Recording, RecordingBuilder
from swahr.pose.skeleton import Skeleton

LEAD = ["track", "frame_idx", "instance.score"]
PARTS = ("x", "y", "score")


class SleapWriter(TextWriter):
    """Writes the CSV that SLEAP and sleap-io read."""

    def __init__(self, path: str | Path, skeleton: Skeleton, resume: State | None = None) -> None:
        self._joints = skeleton.joints
        super().__init__(path, resume)

    def _head(self) -> str:
        return csv_text([[*LEAD, *(f"{joint}.{part}" for joint in self._joints for part in PARTS)]])

    def _frame(self, frame_index: int, time_s: float, poses: Poses | None) -> str:
        rows: list[list[object]] = []
        for person in range(0 if poses is None else len(poses)):
            assert poses is not None
            known = id_of(poses, person)
            row: list[object] = ["" if known is None else track_name(known), frame_index]
            row.append(f"{score_of(poses, person):.{SCORE_DIGITS}f}")
            for joint in rounded(poses.keypoints[person]):
                row += joint_cells(joint)
            rows.append(row)
        return csv_text(rows)


def joint_cells(joint: list[float] | None) -> list[str]:
    """Return x, y and score as cells; empty ones for a missing joint."""
    if joint is None:
        return ["", "", ""]
    x, y, score = joint
    return [f"{x:.{PIXEL_DIGITS}f}", f"{y:.{PIXEL_DIGITS}f}", f"{score:.{SCORE_DIGITS}f}"]


def track_name(person_id: int) -> str:
    """Return what a person is called in formats that name tracks."""
    return f"person{person_id}"


def track_ids(names: list[str]) -> dict[str, int]:
    """Give tracks ids: the numbers at the ends of their names where these differ, else their order."""
    ends = [re.search(r"(\d+)$", name) for name in names]
    numbers = [int(end.group(1)) for end in ends if end]
    if len(numbers) == len(names) == len(set(numbers)):
        return dict(zip(names, numbers, strict=True))
    return {name: place for place, name in enumerate(names)}


def read_sleap(path: Path, skeleton: Skeleton | None = None, frame_rate: float | None = None) -> Recording:
    """Read a SLEAP analysis CSV. skeleton: None goes by the header."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = csv.reader(file)
        header = next(rows, [])
        joints = [name.removesuffix(".x") for name in header[len(LEAD) :: 3]]
        if header != [*LEAD, *(f"{joint}.{part}" for joint in joints for part in PARTS)]:
            raise SwahrError(f"{path}: the header begins with {header[:5]}; expected {','.join(LEAD)},...")
        builder = RecordingBuilder(skeleton or Skeleton.from_coco_category({"keypoints": joints}), frame_rate)
        content = [(rows.line_num, row) for row in rows]
    ids = track_ids(list(dict.fromkeys(row[0] for _, row in content if row and row[0])))
    for line, row in content:
        try:
            index = int(row[1])
            builder.frame(index)
            cells = row[len(LEAD) :]
            places = [
                None if cells[at] in ("", "nan") else [float(cell or "nan") for cell in cells[at : at + 3]]
                for at in range(0, len(cells), 3)
            ]
            builder.person(index, places, float(row[2]) if row[2] else None, ids.get(row[0]))
        except (ValueError, IndexError) as error:
            raise SwahrError(f"{path}, line {line}: not a row of this table ({error})") from error
    return builder.build()
