"""Filters of places through time, without lag: Savitzky-Golay and Butterworth.

Both look ahead as well as back. They want even steps: uneven ones are brought to a grid and back. SciPy's part for
signals takes a second to import, and so it is imported where something is filtered.
"""

from functools import lru_cache

import numpy as np

from swahr.config import SmoothingSettings
from swahr.movement.stretches import Floats

# Part by which steps may differ and count as even: containers round times.
UNEVEN = 0.1


def filter_places(xy: Floats, times: Floats, settings: SmoothingSettings) -> Floats:
    """Filter the places of joints; what is too short for the filter stays as it is.

    Args:
        xy: [n, C] frame pixels, x and y of one joint or several, all known.
        times: [n] seconds, which grow.
        settings: Which filter, and how.

    Returns:
        [n, C] frame pixels at the same times.
    """
    if settings.smooth == "none" or len(xy) < 3:
        return xy
    step = float(np.median(np.diff(times)))
    if np.allclose(np.diff(times), step, rtol=UNEVEN, atol=0):
        return _on_grid(
            xy, float(np.mean(np.diff(times))), settings
        )  # the mean of rounded steps is the true one
    grid = np.linspace(times[0], times[-1], max(len(times), round((times[-1] - times[0]) / step) + 1))
    on_grid = np.stack([np.interp(grid, times, axis) for axis in xy.T], axis=1)
    filtered = _on_grid(on_grid, float(grid[1] - grid[0]), settings)
    return np.stack([np.interp(times, grid, axis) for axis in filtered.T], axis=1)


def frames_of_window(settings: SmoothingSettings, step: float) -> int:
    """Return the frames of a window of Savitzky-Golay, an odd number. step: seconds from frame to frame."""
    return round(settings.window / step) // 2 * 2 + 1


def effective_cutoff(settings: SmoothingSettings, frame_rate: float) -> float:
    """Return where Butterworth, run forwards and backwards, halves the power: below the cut-off of either run.

    Args:
        settings: Cut-off and order of one run, as SciPy's `butter` takes them.
        frame_rate: Frames per second.

    Returns:
        Hz; that of the digital filter, whose frequencies the bilinear transform bends.

    >>> round(effective_cutoff(SmoothingSettings(smooth="butterworth", cutoff=6, order=2), 100), 2)
    4.83
    """
    bent = np.tan(np.pi * settings.cutoff / frame_rate) * (np.sqrt(2) - 1) ** (0.5 / settings.order)
    return float(frame_rate / np.pi * np.arctan(bent))


def _on_grid(xy: Floats, step: float, settings: SmoothingSettings) -> Floats:
    filter_ = _savgol if settings.smooth == "savgol" else _butterworth
    return filter_(xy, step, settings)


def _savgol(xy: Floats, step: float, settings: SmoothingSettings) -> Floats:
    """Fit a polynomial around each frame (Savitzky and Golay 1964)."""
    window = min(frames_of_window(settings, step), (len(xy) - 1) // 2 * 2 + 1)
    if window <= settings.order + 1:
        return xy
    from scipy.signal import savgol_filter

    return np.asarray(savgol_filter(xy, window, settings.order, axis=0))


def _butterworth(xy: Floats, step: float, settings: SmoothingSettings) -> Floats:
    """Run a low-pass filter forwards and backwards, so that nothing lags: SciPy's `filtfilt` with this padding."""
    if settings.cutoff >= 0.5 / step:
        return xy  # the frames are too slow to hold anything faster
    from scipy.signal import sosfiltfilt

    sections = _sections(settings.order, settings.cutoff, 1 / step)
    # Odd reflection of a few periods, so that the ends neither sag nor jump.
    pad = min(len(xy) - 1, round(3 / (settings.cutoff * step)))
    return np.asarray(sosfiltfilt(sections, xy, axis=0, padlen=pad))


@lru_cache(maxsize=64)
def _sections(order: int, cutoff: float, frame_rate: float) -> Floats:
    """Return a filter, which all joints of a person share: to design it takes longest."""
    from scipy.signal import butter

    return np.asarray(butter(order, cutoff, fs=frame_rate, output="sos"))
