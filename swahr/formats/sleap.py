"""SLEAP analysis CSV: track, frame_idx, instance.score, then {joint}.x, {joint}.y, {joint}.score of each joint.

One row per instance; frames without people have none, as SLEAP has it. Missing joints are empty cells. A track is
named person0, person1, ...; it is empty for a person that nobody followed.
"""

import math
from pathlib import Path

from swahr._util.reading import CsvRows, open_text
from swahr.errors import UnreadableError
from swahr.formats.format import Format, Target
from swahr.formats.numbers import DIGITS, Digits, id_of, rounded, score_of
from swahr.formats.registry import register_format
from swahr.formats.tables import csv_text, joint_cells, track_ids, track_name
from swahr.formats.writer import State, TextWriter, Writer
from swahr.pose.builder import RecordingBuilder
from swahr.pose.poses import Poses
from swahr.pose.recording import Recording
from swahr.pose.skeleton import Skeleton

LEAD = ["track", "frame_idx", "instance.score"]
PARTS = ("x", "y", "score")


class SleapWriter(TextWriter):
    """Writes the CSV that SLEAP and sleap-io read."""

    def __init__(
        self,
        path: str | Path,
        skeleton: Skeleton,
        resume: State | None = None,
        digits: Digits = DIGITS,
    ) -> None:
        self._joints, self._digits = skeleton.joints, digits
        super().__init__(path, resume)

    def head_text(self) -> str:
        """Return the header."""
        return csv_text([[*LEAD, *(f"{joint}.{part}" for joint in self._joints for part in PARTS)]])

    def frame_text(self, frame_index: int, time_s: float, poses: Poses | None) -> str:
        """Return the rows of a frame, which are one per person."""
        rows: list[list[object]] = []
        for person in range(0 if poses is None else len(poses)):
            assert poses is not None
            known = id_of(poses, person)
            row: list[object] = ["" if known is None else track_name(known), frame_index]
            row.append(f"{score_of(poses, person, self._digits):.{self._digits.scores}f}")
            for joint in rounded(poses.keypoints[person], self._digits):
                row += joint_cells(joint, self._digits)
            rows.append(row)
        return csv_text(rows)


@register_format
class SleapFormat(Format):
    """SLEAP's analysis table."""

    name = "sleap"
    description = "SLEAP's analysis CSV"
    endings = ("_sleap.csv",)
    lacks = ("times", "empty frames", "file names", "units", "corrections", "events")

    def open_writer(self, target: Target) -> Writer:
        """Open a writer, which appends rows as frames are done."""
        return SleapWriter(target.path, target.skeleton, target.resume, target.digits)

    def recognises(self, path: Path, first_line: str) -> bool:
        """Go by the first two columns."""
        return first_line.startswith("track,frame_idx")

    def read(self, path: Path, skeleton: Skeleton | None, frame_rate: float | None) -> Recording:
        """Read a SLEAP analysis CSV. skeleton: None goes by the header."""
        with open_text(path, newline="") as file:
            rows = CsvRows(file)
            header = next(rows, [])
            joints, places = _columns(path, header)
            builder = RecordingBuilder(skeleton or Skeleton.from_joints(joints), frame_rate)
            content = [(rows.line_num, row) for row in rows if any(row)]
        ids = track_ids(list(dict.fromkeys(row[0] for _, row in content if row and row[0])))
        for line, row in content:
            try:
                index = int(row[1])
                builder.frame(index)
                found = [
                    [math.nan if at is None else float(row[at] or "nan") for at in place] for place in places
                ]
                builder.person(index, found, float(row[2]) if row[2] else None, ids.get(row[0]))
            except (ValueError, IndexError) as error:
                raise UnreadableError(f"{path}, line {line}: not a row of this table ({error})") from error
        return builder.build()


def _columns(path: Path, header: list[str]) -> tuple[list[str], list[list[int | None]]]:
    """Return the joints, and the columns of x, y and score of each: writers differ in their order."""
    column = {name: place for place, name in enumerate(header)}
    joints = list(dict.fromkeys(name.rpartition(".")[0] for name in header[len(LEAD) :]))
    places = [[column.get(f"{joint}.{part}") for part in PARTS] for joint in joints]
    if header[: len(LEAD)] != LEAD or not joints or any(None in place[:2] for place in places):
        raise UnreadableError(
            f"{path}: the header begins with {header[:5]}; expected {','.join(LEAD)} and then x and y of each joint, "
            "such as nose.x,nose.y,nose.score"
        )
    return joints, places
