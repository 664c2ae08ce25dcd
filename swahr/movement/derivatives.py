"""How fast something changes, and how fast that changes, at the true times of the frames; gaps stay gaps."""

from typing import Literal

import numpy as np

from swahr.movement.stretches import Floats
from swahr.movement.tracks import Bools, runs


def rates(values: Floats, times: Floats, breaks: Bools) -> Floats:
    """Return first derivatives: of second order within a run, also where steps are uneven and at its ends.

    Args:
        values: [n] or [n, 2]; NaN where nothing is known.
        times: [n] seconds, which grow.
        breaks: [n], whether frames are missing before.

    Returns:
        The same shape, per second; NaN where fewer than two values follow each other.

    >>> times = np.asarray([0.0, 0.1, 0.4])
    >>> rates(times**2, times, np.zeros(3, bool)).round(6).tolist()
    [0.0, 0.2, 0.8]
    """
    found = np.full(values.shape, np.nan)
    known = np.asarray(np.isfinite(values.reshape(len(values), -1)).all(axis=1))
    for run in runs(known, breaks):
        count = run.stop - run.start
        if count > 1:
            order: Literal[1, 2] = 2 if count > 2 else 1
            found[run] = np.gradient(values[run], times[run], axis=0, edge_order=order)
    return found


def second_rates(values: Floats, times: Floats, breaks: Bools) -> Floats:
    """Return second derivatives, from each frame and its neighbours.

    Args:
        values: [n] or [n, 2]; NaN where nothing is known.
        times: [n] seconds, which grow.
        breaks: [n], whether frames are missing before.

    Returns:
        The same shape, per second squared; NaN at the ends of runs, where nothing is known beyond.

    >>> times = np.asarray([0.0, 0.1, 0.4])
    >>> second_rates(times**2, times, np.zeros(3, bool)).round(6).tolist()
    [nan, 2.0, nan]
    """
    found = np.full(values.shape, np.nan)
    known = np.asarray(np.isfinite(values.reshape(len(values), -1)).all(axis=1))
    for run in runs(known, breaks):
        if run.stop - run.start > 2:
            steps = np.diff(times[run]).reshape((-1,) + (1,) * (values.ndim - 1))
            slopes = np.diff(values[run], axis=0) / steps
            found[run.start + 1 : run.stop - 1] = 2 * np.diff(slopes, axis=0) / (steps[1:] + steps[:-1])
    return found


def unwrapped(degrees: Floats, breaks: Bools) -> Floats:
    """Return angles [n] without jumps of a full turn within a run, degrees."""
    found: Floats = degrees.copy()
    for run in runs(np.isfinite(degrees), breaks):
        found[run] = np.unwrap(degrees[run], period=360)
    return found
