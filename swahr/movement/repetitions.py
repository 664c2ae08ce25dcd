"""Repetitions of a movement, counted from an angle: squats by the knee, curls by the elbow."""

from dataclasses import dataclass

import numpy as np

from swahr.movement.stretches import Floats
from swahr.movement.tracks import Bools, runs

MIN_RANGE_DEG = 15.0  # between the 5 % and 95 % quantiles: what moves less repeats nothing
MIN_RISE = 0.5  # of that range, up to the peak and down again
MIN_DURATION_S = 0.25


@dataclass(frozen=True)
class Repetition:
    """One time there and back.

    start, peak, end: rows of the person where the angle is lowest before, highest, and lowest after. low, high:
    degrees, the higher one of the lowest angles, and the highest.
    """

    start: int
    peak: int
    end: int
    low: float
    high: float


def find_repetitions(degrees: Floats, times: Floats, breaks: Bools) -> list[Repetition]:
    """Return how often an angle rises and falls again by half of its usual range.

    A rise that breaks off at a gap, or at an end of the recording, is not counted.

    Args:
        degrees: [n], filtered; NaN where it is not known.
        times: [n] seconds, which grow.
        breaks: [n], whether frames are missing before.

    >>> times = np.arange(100) / 10
    >>> len(find_repetitions(30 - 30 * np.cos(2 * np.pi * times / 2.5), times, np.zeros(100, bool)))
    4
    """
    from scipy.signal import find_peaks  # takes a second

    known = degrees[np.isfinite(degrees)]
    if not len(known):
        return []
    low, high = np.quantile(known, (0.05, 0.95))
    if high - low < MIN_RANGE_DEG:
        return []
    found = []
    for run in runs(np.isfinite(degrees), breaks):
        part, own = degrees[run], times[run]
        if len(part) < 3:
            continue
        step = float(np.median(np.diff(own)))
        apart = max(1, round(MIN_DURATION_S / step))
        peaks = find_peaks(part, prominence=MIN_RISE * (high - low), distance=apart)[0].tolist()
        ends = [0, *peaks, len(part) - 1]
        for place, peak in enumerate(peaks, 1):
            before, after = ends[place - 1], ends[place + 1]
            start = before + int(np.argmin(part[before : peak + 1]))
            end = peak + int(np.argmin(part[peak : after + 1]))
            found.append(
                Repetition(
                    run.start + start,
                    run.start + peak,
                    run.start + end,
                    float(max(part[start], part[end])),
                    float(part[peak]),
                )
            )
    return found
