"""Where each person of a recording is seen without a break, and when."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from swahr.pose.recording import DEFAULT_FRAME_RATE, Recording

Floats = npt.NDArray[np.float64]


def frame_times(recording: Recording) -> Floats:
    """Return a time for each frame [F], seconds; the frames' numbers where times are not known."""
    times = recording.times
    if not np.isfinite(times).all():
        return recording.frames.astype(np.float64)
    if (np.diff(times) <= 0).any():
        # Coarse clocks repeat a time.
        step = 1 / (recording.frame_rate or DEFAULT_FRAME_RATE)
        times = times[0] + step * (recording.frames - recording.frames[0]) if len(times) else times
    return times


def stretches(
    ids: npt.NDArray[np.int32], frames: npt.NDArray[np.int64], max_missing: int
) -> Iterator[npt.NDArray[np.intp]]:
    """Yield the rows of each person, in order, cut where the person is missing for longer.

    Args:
        ids: [R], who the person of each row is; rows below 0 are nobody's.
        frames: [R], number of each row's frame, counted in frames that were looked at.
        max_missing: So many frames a person may be missing within a stretch.

    >>> ids, frames = np.asarray([0, 1, 0, 0]), np.asarray([0, 0, 1, 9])
    >>> [rows.tolist() for rows in stretches(ids, frames, max_missing=2)]
    [[0, 2], [3], [1]]
    """
    for person_id in np.unique(ids[ids >= 0]):
        rows = np.flatnonzero(ids == person_id)
        cuts = np.flatnonzero(np.diff(frames[rows]) > 1 + max_missing) + 1
        yield from np.split(rows, cuts)
