"""MOTChallenge's text: frame, id, left, top, width, height, score, -1, -1, -1 of each box; trackers are scored by it.

Frames, ids and pixels count from 1 there (Milan and others 2016, MOT16, section 4.2); the id of someone whom nobody
followed is -1. It has boxes alone: a person's is the one around the joints, a tenth of its sides farther out each
way, as heads and feet reach farther than joints do. Boxes that are read are people of four joints, the corners.
"""

import math
import re
from pathlib import Path

import numpy as np

from swahr._util.reading import open_text
from swahr.errors import SettingError, UnreadableError
from swahr.formats.format import Format, Target
from swahr.formats.numbers import DIGITS, Digits, id_of, score_of
from swahr.formats.registry import register_format
from swahr.formats.writer import State, TextWriter, Writer
from swahr.pose.builder import MAX_ID, RecordingBuilder
from swahr.pose.poses import Poses
from swahr.pose.recording import Recording
from swahr.pose.skeleton import DEFAULT_SIGMA, Skeleton

CORNERS = ("top_left", "top_right", "bottom_right", "bottom_left")
BOX = Skeleton(
    "box",
    CORNERS,
    limbs=((0, 1), (1, 2), (2, 3), (3, 0)),
    flip_pairs=((0, 1), (2, 3)),
    matching_order=(0, 1, 2, 3),
    sigmas=(DEFAULT_SIGMA,) * len(CORNERS),
)
FIRST = 1  # frame, id and pixel
NOBODY = -1
MARGIN = 0.1  # around joints, of each side of the box
UNUSED = ",-1,-1,-1"  # places in the world, which are for another challenge
BOX_CELLS, MOST_CELLS = 6, 10
NUMBER = r"\s*-?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?\s*"
ROW = re.compile(rf"{NUMBER}(?:,{NUMBER}){{{BOX_CELLS - 1},{MOST_CELLS - 1}}}")


class MotChallengeWriter(TextWriter):
    """Writes what TrackEval and motmetrics read, a line for each person."""

    def __init__(
        self, path: str | Path, skeleton: Skeleton, resume: State | None = None, digits: Digits = DIGITS
    ) -> None:
        self._margin, self._digits = 0.0 if skeleton.joints == CORNERS else MARGIN, digits
        super().__init__(path, resume)

    def frame_text(self, frame_index: int, time_s: float, poses: Poses | None) -> str:
        """Return the lines of a frame, which are one per person."""
        text = ""
        for person in range(0 if poses is None else len(poses)):
            assert poses is not None
            places = poses.keypoints[person, :, :2].astype(np.float64)
            places = places[np.isfinite(places).all(axis=1)]
            if not len(places):
                continue
            low, high = places.min(axis=0), places.max(axis=0)
            margin = self._margin * (high - low)
            known = id_of(poses, person)
            box = [*(low - margin + FIRST), *(high - low + 2 * margin)]
            cells = [
                str(frame_index + FIRST),
                str(NOBODY if known is None else known + FIRST),
                *(f"{value:.{self._digits.places}f}" for value in box),
                f"{score_of(poses, person, self._digits):.{self._digits.scores}f}",
            ]
            text += ",".join(cells) + UNUSED + "\n"
        return text


@register_format
class MotChallengeFormat(Format):
    """MOTChallenge's boxes."""

    name = "motchallenge"
    description = "MOTChallenge's text: boxes with ids, for TrackEval"
    endings = ("_mot.txt",)
    lacks = ("joints", "times", "scores", "empty frames", "file names", "units", "corrections", "events")

    def open_writer(self, target: Target) -> Writer:
        """Open a writer, which appends lines as frames are done."""
        return MotChallengeWriter(target.path, target.skeleton, target.resume, target.digits)

    def recognises(self, path: Path, first_line: str) -> bool:
        """Go by the numbers of the first line."""
        return ROW.fullmatch(first_line) is not None

    def read(self, path: Path, skeleton: Skeleton | None, frame_rate: float | None) -> Recording:
        """Read boxes as people of four joints, `BOX`. skeleton: None, or that one."""
        if skeleton is not None and skeleton != BOX:
            raise SettingError(f"{path} has boxes alone, and no joints of {skeleton.name}")
        with open_text(path) as file:
            rows = [_row(path, number, line) for number, line in enumerate(file, 1) if line.strip()]
        if not rows:
            raise UnreadableError(f"{path} is empty, which no file of boxes is meant to be")
        builder = RecordingBuilder(BOX, frame_rate)
        from_frame, from_id = FIRST, FIRST
        if any(row[0] == 0 for row in rows):
            from_frame = 0
            builder.notes.append("frames count from 0 in this file, and not from 1 as MOTChallenge's do")
        if any(row[1] == 0 for row in rows):
            from_id = 0
            builder.notes.append("ids count from 0 in this file, and not from 1 as MOTChallenge's do")
        for frame, number, left, top, width, height, score in rows:
            index = int(frame) - from_frame
            builder.frame(index)
            x, y = left - FIRST, top - FIRST
            corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
            given = 1.0 if math.isnan(score) else score
            joints = [(*corner, min(max(given, 0.0), 1.0)) for corner in corners]
            builder.person(index, joints, given, None if number < 0 else int(number) - from_id)
        return builder.build()


def _row(path: Path, number: int, line: str) -> list[float]:
    """Return frame, id, box and score of a line; the score is NaN where there is none."""
    try:
        cells = [float(cell) for cell in line.split(",")]
        if len(cells) < BOX_CELLS or not all(map(math.isfinite, cells[: BOX_CELLS + 1])):
            raise ValueError(f"expected at least {BOX_CELLS} numbers")
        if cells[0] != int(cells[0]) or cells[1] != int(cells[1]) or abs(cells[1]) > MAX_ID:
            raise ValueError("frame and id are whole numbers")
        if min(cells[4:6]) < 0:
            raise ValueError("a box has no side below 0")
    except ValueError as error:
        raise UnreadableError(f"{path}, line {number}: not a box of MOTChallenge ({error})") from error
    return [*cells[:BOX_CELLS], cells[BOX_CELLS] if len(cells) > BOX_CELLS else math.nan]
