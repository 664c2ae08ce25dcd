"""Joints that the network puts on their other side for a moment, as a left knee on the right one.

Both joints of the pair are in one place then, though one of them was on its way elsewhere: it is put on the line
between the frame before and the frame after, and told frame by frame. n frames of a person.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from swahr.movement.facing import extents
from swahr.movement.stretches import Floats
from swahr.movement.swaps import Swap
from swahr.movement.tracks import Track, tracks_of
from swahr.pose.marks import CORRECTED
from swahr.pose.recording import Recording

# Parts of a person's extent: both joints are as near as the first, one of them is farther off its way than the second,
# and by so many times than the other one is off its own.
TOGETHER, OFF_ITS_WAY, OTHER_ON_ITS_WAY = 0.04, 0.08, 3.0
MAX_S = 0.15  # from the frame before to the frame after: limbs that swing leave the line in more


class Double(NamedTuple):
    """Rows of a person in which a joint lies on its other side. off: the farthest from its way, parts of the extent."""

    rows: slice
    joint: int
    off: float


def repair_doubles(recording: Recording, repair: bool = True) -> tuple[Recording, tuple[Swap, ...]]:
    """Find joints that lie on their other side, and put them on their way.

    Args:
        recording: With ids and times.
        repair: False leaves all joints as found, and what is reported says so.

    Returns:
        The recording, and which joint it was in which frame; the evidence is the square of how far it was off its way,
        by how far it had to be. Its score is the lower one of the frames before and after. What a person put there
        stays.

    Raises:
        SettingError: People or times are not known.
    """
    keypoints, found = recording.keypoints.copy(), list[Swap]()
    by_hand = None if recording.marks is None else recording.marks & CORRECTED
    for track in tracks_of(recording):
        size = max(float(np.median(extents(track.places))), 1.0)
        for a, b in recording.skeleton.flip_pairs:
            for rows, joint, off in list(_doubles(track, (a, b), size)):
                if by_hand is not None and by_hand[track.rows[rows], joint].any():
                    continue  # whoever put it there saw the picture
                name = recording.skeleton.joints[joint]
                evidence = round((off / OFF_ITS_WAY) ** 2, 1)
                found += [
                    Swap(
                        track.id, int(track.frames[i]), float(track.times[i]), name, (name,), evidence, repair
                    )
                    for i in range(rows.start, rows.stop)
                ]
                ends = [rows.start - 1, rows.stop]
                keypoints[track.rows[rows], joint, :2] = _line(track, rows, joint)
                keypoints[track.rows[rows], joint, 2] = track.scores[ends, joint].min()
    found.sort(key=lambda swap: (swap.frame, swap.person_id))
    return (replace(recording, keypoints=keypoints) if repair else recording), tuple(found)


def _doubles(track: Track, pair: tuple[int, int], size: float) -> Iterator[Double]:
    sides = track.places[:, pair]
    with np.errstate(invalid="ignore"):
        together = np.linalg.norm(sides[:, 0] - sides[:, 1], axis=1) < TOGETHER * size
    for rows in _runs(together):
        if rows.start == 0 or rows.stop == len(together) or track.breaks[rows.start : rows.stop + 1].any():
            continue
        if track.times[rows.stop] - track.times[rows.start - 1] > MAX_S:
            continue
        lines = np.stack([_line(track, rows, joint) for joint in pair], axis=1)
        off = np.linalg.norm(sides[rows] - lines, axis=2).max(axis=0) / size  # NaN where an end is not known
        worse = int(off[1] > off[0])
        if np.isfinite(off).all() and off[worse] > max(OFF_ITS_WAY, OTHER_ON_ITS_WAY * off[1 - worse]):
            yield Double(rows, pair[worse], float(off[worse]))


def _line(track: Track, rows: slice, joint: int) -> Floats:
    """Return the places [n, 2] between the frame before some rows and the frame after them."""
    ends = [rows.start - 1, rows.stop]
    times, places = track.times[ends], track.places[ends, joint]
    part = (track.times[rows] - times[0]) / (times[1] - times[0])
    line: Floats = places[0] + part[:, None] * (places[1] - places[0])
    return line


def _runs(chosen: npt.NDArray[np.bool_]) -> Iterator[slice]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], chosen, [False]])))
    return (slice(int(start), int(stop)) for start, stop in edges.reshape(-1, 2))
