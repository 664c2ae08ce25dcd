"""A person through time: the rows of a recording that are theirs, and where these break off.

n rows of a person, K joints.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from swahr.errors import Hint, SettingError, Step
from swahr.movement.stretches import Floats, frame_times
from swahr.pose.poses import found_joints
from swahr.pose.recording import Recording

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Track:
    """A person through time.

    id. rows: [n] of the recording. frames: [n] indices in the source. times: [n] seconds, which grow.
    places: [n, K, 2] frame pixels, NaN for a missing joint. scores: [n, K]. breaks: [n], whether frames without the
    person lie before.
    """

    id: int
    rows: npt.NDArray[np.intp]
    frames: npt.NDArray[np.int64]
    times: Floats
    places: Floats
    scores: Floats
    breaks: Bools


def tracks_of(recording: Recording) -> list[Track]:
    """Return everyone who was followed, by id.

    Raises:
        SettingError: Times are not known, or people have no ids.
    """
    if len(recording) and not np.isfinite(recording.times).all():
        raise SettingError(
            "the frames have no times, which speeds and filters need", hints=[Hint("frame_rate")]
        )
    if not len(recording.scores):
        return []
    ids = recording.ids
    if ids is None:
        raise SettingError(
            "the people have no ids, so nobody can be followed; give them ids first", hints=[Step("convert")]
        )
    times, frame_of_row = frame_times(recording), recording.frame_of_row
    step = max(1.0, float(np.median(np.diff(recording.frames)))) if len(recording) > 1 else 1.0
    places = recording.keypoints[:, :, :2].astype(np.float64)
    places[~found_joints(recording.keypoints)] = np.nan
    tracks = []
    for person_id in np.unique(ids[ids >= 0]):
        rows = np.flatnonzero(ids == person_id)
        frames = recording.frames[frame_of_row[rows]]
        tracks.append(
            Track(
                id=int(person_id),
                rows=rows,
                frames=frames,
                times=times[frame_of_row[rows]],
                places=places[rows],
                scores=recording.keypoints[rows, :, 2].astype(np.float64),
                breaks=np.concatenate([[True], np.diff(frames) > step]),
            )
        )
    return tracks


def runs(known: Bools, breaks: Bools) -> Iterator[slice]:
    """Yield the rows that follow each other without a gap.

    Args:
        known: [n], whether there is a value.
        breaks: [n], whether frames are missing before.

    >>> known, breaks = np.asarray([1, 1, 0, 1, 1], bool), np.asarray([1, 0, 0, 0, 1], bool)
    >>> [(run.start, run.stop) for run in runs(known, breaks)]
    [(0, 2), (3, 4), (4, 5)]
    """
    before = np.concatenate([[False], known[:-1]]) if len(known) else known
    after = np.concatenate([~known[1:] | breaks[1:], [True]]) if len(known) else known
    starts = np.flatnonzero(known & (~before | breaks))
    ends = np.flatnonzero(known & after) + 1
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        yield slice(start, end)
