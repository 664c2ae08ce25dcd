"""Short gaps filled: a joint, or a whole person, that is missing for some frames is put on the line between.

R rows: a person in a frame. F frames.
"""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from swahr.errors import Hint, SettingError
from swahr.movement.numbering import numbers_of, with_short_gaps
from swahr.movement.stretches import Floats, frame_times, stretches
from swahr.pose.recording import Recording


def fill_gaps(recording: Recording, max_missing: int) -> Recording:
    """Fill in joints and people that are missing for a while.

    Who or what is filled in has the lower score of those beside, and its place by the time in between. Frames that are
    left out for want of people count, and are there again where someone is filled in.

    Args:
        recording: With ids.
        max_missing: Longest gap that is filled, frames; 0 fills none.

    Raises:
        SettingError: The recording has no ids.

    >>> filled = fill_gaps(recording, max_missing=2)
    >>> len(filled.scores) - len(recording.scores)  # nobody was missing
    0
    """
    if recording.ids is None:
        raise SettingError("people without ids cannot be smoothed", hints=[Hint("track", True)])
    if not max_missing:
        return recording
    recording, new = with_short_gaps(recording, max_missing)
    recording, added = _add_people(recording, max_missing)
    assert recording.ids is not None
    numbers = numbers_of(recording)
    times, frame_of_row = frame_times(recording), recording.frame_of_row
    keypoints = recording.keypoints.copy()
    for rows in stretches(recording.ids, numbers[frame_of_row], max_missing):
        frames = frame_of_row[rows]
        for joint in range(recording.skeleton.num_joints):
            values = keypoints[rows, joint].astype(np.float64)
            keypoints[rows, joint] = _fill_joint(values, times[frames], frames, max_missing)
    # Of someone who was seen with other joints before a gap than after it, there is nothing to fill in.
    found = ~added | np.isfinite(keypoints[:, :, 0]).any(axis=1)
    filled = replace(recording, keypoints=keypoints, decimals=recording.computed_decimals).where(found)
    return filled[~new | (filled.people_per_frame > 0)]


def _add_people(recording: Recording, max_missing: int) -> tuple[Recording, npt.NDArray[np.bool_]]:
    """Add people without joints to the frames of short gaps; return who was added [R] too."""
    assert recording.ids is not None
    frame_of_row = recording.frame_of_row
    frames, ids, scores = [frame_of_row], [recording.ids], [recording.scores]
    for rows in stretches(recording.ids, numbers_of(recording)[frame_of_row], max_missing):
        there = frame_of_row[rows]
        missing = np.setdiff1d(np.arange(there[0], there[-1] + 1), there)
        frames.append(missing)
        ids.append(np.full(len(missing), recording.ids[rows[0]], np.int32))
        after = np.searchsorted(there, missing)
        scores.append(np.minimum(recording.scores[rows[after - 1]], recording.scores[rows[after]]))
    all_frames = np.concatenate(frames)
    added = np.arange(len(all_frames)) >= len(frame_of_row)
    nobody = np.zeros((added.sum(), *recording.keypoints.shape[1:]), np.float32)
    nobody[:, :, :2] = np.nan
    order = np.argsort(all_frames, kind="stable")
    counts = np.bincount(all_frames, minlength=len(recording))
    covariance = recording.covariance
    if covariance is not None:
        unknown = np.full((added.sum(), *covariance.shape[1:]), np.nan, np.float32)
        covariance = np.concatenate([covariance, unknown])[order]
    marks = recording.marks
    if marks is not None:
        unmarked = np.zeros((added.sum(), marks.shape[1]), np.uint8)
        marks = np.concatenate([marks, unmarked])[order]
    filled = replace(
        recording,
        starts=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        keypoints=np.concatenate([recording.keypoints, nobody])[order],
        scores=np.concatenate(scores)[order],
        ids=np.concatenate(ids)[order],
        covariance=covariance,
        marks=marks,
    )
    return filled, added[order]


def _fill_joint(
    values: Floats, times: Floats, frames: npt.NDArray[np.int64], max_missing: int
) -> npt.NDArray[np.float32]:
    """Return x, y, score [n, 3] of a joint of a stretch without its short gaps."""
    there = np.flatnonzero(np.isfinite(values[:, 0]))
    for before, after in pairwise(there):
        if 0 < frames[after] - frames[before] - 1 <= max_missing:
            between = slice(before + 1, after)
            part = ((times[between] - times[before]) / (times[after] - times[before]))[:, None]
            values[between, :2] = values[before, :2] + part * (values[after, :2] - values[before, :2])
            values[between, 2] = min(values[before, 2], values[after, 2])
    return values.astype(np.float32)
