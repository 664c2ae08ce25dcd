"""Smoothing of a finished recording, without lag: gaps filled, then each joint filtered where it is seen."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from swahr._util.text import counted
from swahr.config import SmoothingSettings
from swahr.movement.filters import filter_places, frames_of_window
from swahr.movement.gaps import fill_gaps
from swahr.movement.numbering import numbers_of
from swahr.movement.stretches import frame_times, stretches
from swahr.pose.recording import Recording


def smooth(recording: Recording, settings: SmoothingSettings) -> Recording:
    """Return a smoothed recording; scores stay, and who or what is filled in has the lower score of those beside.

    A person is followed by id; each stretch without longer gaps is smoothed for itself. Frames may come at uneven
    times.

    Args:
        recording: With ids.
        settings: Which filter, how, and which gaps are filled.

    Raises:
        SettingError: The recording has no ids.

    >>> from swahr.pose.builder import RecordingBuilder
    >>> from swahr.pose.skeleton import Skeleton
    >>> nose = RecordingBuilder(Skeleton.from_dict({"joints": ["nose"]}))
    >>> for index, x in enumerate((100, None, 120)):
    ...     nose.frame(index, index / 25)
    ...     if x is not None:
    ...         nose.person(index, [(x, 50, 0.9)], None, 0)
    >>> smooth(nose.build(), SmoothingSettings(fill_gaps=1)).keypoints[:, 0, 0].tolist()
    [100.0, 110.0, 120.0]
    """
    if not len(recording.scores):  # nobody is in it, and so nobody's ids are known
        return recording
    recording = fill_gaps(recording, settings.fill_gaps)
    assert recording.ids is not None
    if settings.smooth == "none":
        return recording
    times, frame_of_row = frame_times(recording), recording.frame_of_row
    numbers = numbers_of(recording)[frame_of_row]
    keypoints = recording.keypoints.copy()
    for rows in stretches(recording.ids, numbers, max_missing=0):
        for (start, end), joints in _runs(np.isfinite(keypoints[rows, :, 0])).items():
            run = rows[start:end]
            at = np.ix_(run, np.asarray(joints), np.arange(2))
            places = keypoints[at].astype(np.float64).reshape(len(run), -1)
            filtered = filter_places(places, times[frame_of_row[run]], settings)
            keypoints[at] = filtered.reshape(len(run), len(joints), 2)
    return replace(recording, keypoints=keypoints, decimals=recording.computed_decimals)


def _runs(known: npt.NDArray[np.bool_]) -> dict[tuple[int, int], list[int]]:
    """Return the spans of rows in which joints are known without a break: known [n, K]. Those of one span go together.

    Joint by joint, calls of the filter would take longer than the filter, and keep a window waiting meanwhile.
    """
    runs: dict[tuple[int, int], list[int]] = {}
    for joint, column in enumerate(known.T):
        edges = np.flatnonzero(np.diff(np.concatenate([[False], column, [False]]).astype(np.int8)))
        for start, end in edges.reshape(-1, 2).tolist():
            runs.setdefault((start, end), []).append(joint)
    return runs


def misfit(recording: Recording, settings: SmoothingSettings) -> str | None:
    """Return why a filter would change nothing at a recording's frame rate, and what would do; None: it fits."""
    if settings.smooth == "none" or len(recording) < 2:
        return None
    if not np.isfinite(recording.times).all():
        return f"{settings.smooth} needs times, and there are none; give the frame rate"
    step = float(np.median(np.diff(frame_times(recording))))
    rate = f"at {1 / step:.4g} frames per second"
    if settings.smooth == "butterworth":
        if settings.cutoff < 0.5 / step:
            return None
        return f"cutoff is {settings.cutoff:g} Hz; expected less than {0.5 / step:.4g} Hz {rate}"
    window = frames_of_window(settings, step)
    if window > settings.order + 1:
        return None
    smallest = (settings.order + 2) // 2 * 2 + 1
    order = f"an order of 1 to {window - 2}, or " if window > 2 else ""
    return (
        f"order is {settings.order} and the window {settings.window:g} s, which holds "
        f"{counted(window, 'frame')} {rate}; "
        f"expected {order}a window of {(smallest - 1) * step:.4g} s or more"
    )
