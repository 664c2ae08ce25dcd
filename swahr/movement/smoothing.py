"""Smoothing of a whole recording, without lag: gaps filled, then a filter that looks ahead as well as back."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import signal

from swahr._util.text import counted
from swahr.errors import Hint, SettingError, SwahrError
from swahr.pose.recording import Recording

Floats = npt.NDArray[np.float64]

FILTERS = ("none", "savgol", "butterworth")
# Part by which steps may differ and count as even: containers round times.
UNEVEN = 0.1
# Of butterworth, which is run twice; what is steeper rings at every jump.
MAX_ORDER = 10


@dataclass(frozen=True)
class Smoothing:
    """How a recording is smoothed.

    method: "savgol" fits a polynomial of order `order` around each frame (Savitzky and Golay 1964), "butterworth" is
    a low-pass filter of order `order`, run forwards and backwards so that nothing lags; "none" only fills gaps.
    fill_gaps: a joint, or a whole person, that is missing for at most so many frames is put on the line between its
    places before and after; 0 fills none. window_s: of savgol. cutoff_hz: of butterworth.
    Raises SwahrError for numbers that make no sense.
    """

    method: str = "savgol"
    fill_gaps: int = 0
    window_s: float = 0.3
    cutoff_hz: float = 6.0
    order: int = 2

    def __post_init__(self) -> None:
        if self.method not in FILTERS:
            raise SwahrError(f"smoothing is {self.method!r}; expected one of {', '.join(FILTERS)}")
        if self.fill_gaps < 0:
            raise SwahrError(f"fill_gaps is {self.fill_gaps}; expected 0 frames or more")
        for name in ("window_s", "cutoff_hz"):
            if not 0 < getattr(self, name) < np.inf:
                raise SwahrError(f"{name} is {getattr(self, name)}; expected more than 0")
        if self.order < 1:
            raise SwahrError(f"order is {self.order}; expected 1 or more")
        if self.method == "butterworth" and self.order > MAX_ORDER:
            raise SwahrError(f"order is {self.order}; expected 1 to {MAX_ORDER} for butterworth")


def smooth(recording: Recording, smoothing: Smoothing) -> Recording:
    """Return a smoothed recording; scores stay, and who or what is filled in has the lower score of those beside.

    A person is followed by id; each stretch without longer gaps is smoothed for itself. Frames may come at uneven
    times. Raises SwahrError for a recording without ids.
    """
    if recording.ids is None:
        raise SettingError("people without ids cannot be smoothed", hints=[Hint("track", True)])
    added = np.zeros(len(recording.ids), bool)
    if smoothing.fill_gaps:
        recording, added = _fill_people(recording, smoothing.fill_gaps)
    assert recording.ids is not None
    times = frame_times(recording)
    keypoints = recording.keypoints.copy()
    frame_of_row = recording.frame_of_row
    for rows in _stretches(recording.ids, frame_of_row, smoothing.fill_gaps):
        frames = frame_of_row[rows]
        for joint in range(recording.skeleton.num_joints):
            values = keypoints[rows, joint].astype(np.float64)
            keypoints[rows, joint] = _smooth_joint(values, times[frames], frames, smoothing)
    # Of someone who was seen with other joints before a gap than after it, there is nothing to fill in.
    return replace(recording, keypoints=keypoints).where(~added | np.isfinite(keypoints[:, :, 0]).any(axis=1))


def misfit(recording: Recording, smoothing: Smoothing) -> str | None:
    """Return why a filter would change nothing at a recording's frame rate, and what would do; None: it fits."""
    if smoothing.method == "none" or len(recording) < 2:
        return None
    if not np.isfinite(recording.times).all():
        return f"{smoothing.method} needs times, and there are none; give the frame rate"
    step = float(np.median(np.diff(frame_times(recording))))
    rate = f"at {1 / step:.4g} frames a second"
    if smoothing.method == "butterworth":
        if smoothing.cutoff_hz < 0.5 / step:
            return None
        return f"cutoff is {smoothing.cutoff_hz:g} Hz; expected less than {0.5 / step:.4g} Hz {rate}"
    window = _window(smoothing, step)
    if window > smoothing.order + 1:
        return None
    least = (smoothing.order + 2) // 2 * 2 + 1
    order = f"an order of 1 to {window - 2}, or " if window > 2 else ""
    return (
        f"order is {smoothing.order} and the window {smoothing.window_s:g} s, which holds "
        f"{counted(window, 'frame')} {rate}; "
        f"expected {order}a window of {(least - 1) * step:.4g} s or more"
    )


def _fill_people(recording: Recording, max_missing: int) -> tuple[Recording, npt.NDArray[np.bool_]]:
    """Add people without joints to the frames of short gaps; return who was added [R] too."""
    assert recording.ids is not None
    frame_of_row = recording.frame_of_row
    frames, ids, scores = [frame_of_row], [recording.ids], [recording.scores]
    for rows in _stretches(recording.ids, frame_of_row, max_missing):
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
    filled = replace(
        recording,
        starts=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        keypoints=np.concatenate([recording.keypoints, nobody])[order],
        scores=np.concatenate(scores)[order],
        ids=np.concatenate(ids)[order],
    )
    return filled, added[order]


def frame_times(recording: Recording) -> Floats:
    """Return a time a frame; the frames' numbers where times are not known."""
    times = recording.times
    if not np.isfinite(times).all():
        return recording.frames.astype(np.float64)
    if (np.diff(times) <= 0).any():
        # Coarse clocks repeat a time.
        step = 1 / (recording.frame_rate or 25.0)
        times = times[0] + step * (recording.frames - recording.frames[0]) if len(times) else times
    return times


def _stretches(
    ids: npt.NDArray[np.int32], frames: npt.NDArray[np.int64], max_missing: int
) -> Iterator[npt.NDArray[np.intp]]:
    """Yield the rows of each person, in order, cut where the person is missing for long."""
    for person_id in np.unique(ids[ids >= 0]):
        rows = np.flatnonzero(ids == person_id)
        cuts = np.flatnonzero(np.diff(frames[rows]) > 1 + max_missing) + 1
        yield from np.split(rows, cuts)


def _smooth_joint(
    values: Floats, times: Floats, frames: npt.NDArray[np.int64], smoothing: Smoothing
) -> npt.NDArray[np.float32]:
    """Return x, y, score [n, 3] of a joint of a stretch, filled and filtered."""
    values = values.copy()
    there = np.flatnonzero(np.isfinite(values[:, 0]))
    if len(there):
        missing = np.diff(frames[there]) - 1
        for before, after in zip(there[:-1][missing > 0], there[1:][missing > 0], strict=True):
            if frames[after] - frames[before] - 1 <= smoothing.fill_gaps:
                _fill(values, times, before, after)
        present = np.isfinite(values[:, 0])
        edges = np.flatnonzero(np.diff(np.concatenate([[False], present, [False]]).astype(np.int8)))
        for start, end in edges.reshape(-1, 2):
            run = slice(start, end)
            values[run, :2] = _filtered(values[run, :2], times[run], smoothing)
    return values.astype(np.float32)


def _fill(values: Floats, times: Floats, before: int, after: int) -> None:
    part = ((times[before + 1 : after] - times[before]) / (times[after] - times[before]))[:, None]
    values[before + 1 : after, :2] = values[before, :2] + part * (values[after, :2] - values[before, :2])
    values[before + 1 : after, 2] = min(values[before, 2], values[after, 2])


def _filtered(xy: Floats, times: Floats, smoothing: Smoothing) -> Floats:
    """Filter places [n, 2] at times [n]; what is too short for the filter stays as it is."""
    if smoothing.method == "none" or len(xy) < 3:
        return xy
    step = float(np.median(np.diff(times)))
    # Filters want even steps: uneven ones are brought to a grid and back.
    if np.allclose(np.diff(times), step, rtol=UNEVEN, atol=0):
        return _on_grid(xy, step, smoothing)
    grid = np.linspace(times[0], times[-1], max(len(times), round((times[-1] - times[0]) / step) + 1))
    on_grid = np.stack([np.interp(grid, times, axis) for axis in xy.T], axis=1)
    filtered = _on_grid(on_grid, float(grid[1] - grid[0]), smoothing)
    return np.stack([np.interp(times, grid, axis) for axis in filtered.T], axis=1)


def _on_grid(xy: Floats, step: float, smoothing: Smoothing) -> Floats:
    filter_ = _savgol if smoothing.method == "savgol" else _butterworth
    return filter_(xy, step, smoothing)


def _window(smoothing: Smoothing, step: float) -> int:
    """Return the frames of a window, an odd number."""
    return round(smoothing.window_s / step) // 2 * 2 + 1


def _savgol(xy: Floats, step: float, smoothing: Smoothing) -> Floats:
    window = min(_window(smoothing, step), (len(xy) - 1) // 2 * 2 + 1)
    if window <= smoothing.order + 1:
        return xy
    return np.asarray(signal.savgol_filter(xy, window, smoothing.order, axis=0))


def _butterworth(xy: Floats, step: float, smoothing: Smoothing) -> Floats:
    if smoothing.cutoff_hz >= 0.5 / step:
        return xy  # the frames are too slow to hold anything faster
    sections = signal.butter(smoothing.order, smoothing.cutoff_hz, fs=1 / step, output="sos")
    # Odd reflection of a few periods, so that the ends neither sag nor jump.
    pad = min(len(xy) - 1, round(3 / (smoothing.cutoff_hz * step)))
    return np.asarray(signal.sosfiltfilt(sections, xy, axis=0, padlen=pad))
