"""Pieces of tracks within which nobody was taken for someone else. R rows of a recording, N sights of a piece."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from swahr.pose.recording import DEFAULT_FRAME_RATE, Recording
from swahr.tracking.growing import GrowingClock
from swahr.tracking.histograms import BINS, PARTS, histogram_distance
from swahr.tracking.similarity import Bools, Floats, see

Rows = npt.NDArray[np.intp]
Ints = npt.NDArray[np.int64]

MAX_GAP_S = 0.5  # of one piece: what lies before and after a longer one has to be joined by evidence
# Sights on each side of a cut that are compared, and how many of them a part must be seen in.
WINDOW, MIN_SIGHTS = 12, 3
# Change of the appearance, see `histogram_distance`: turning round changes as much at times. With few sights it has to
# be larger, by so much over their number.
CHANGE, FEW = 0.12, 0.2
APART = 5  # sights between two cuts, at least
# Over which the motion at the ends of a piece is measured, and spread of the times by which it is known to half.
MOTION_S, STEADY_S = 0.4, 0.06


@dataclass(frozen=True)
class Sights:
    """All people of a recording.

    frame_of_row: [R], place of the frame. time_s: [R], which grows with the frames. middle: [R, 2] frame pixels.
    size: [R] pixels. scores: [R]. histograms: [R, PARTS, BINS ** 3] uint8; visible: [R, PARTS], which of them were
    seen. scene: [R], which one, from 0. step_s: from one frame to the next, mostly.
    """

    frame_of_row: Rows
    time_s: Floats
    middle: Floats
    size: Floats
    scores: Floats
    histograms: npt.NDArray[np.uint8]
    visible: Bools
    scene: Ints
    step_s: float

    @classmethod
    def of(
        cls, recording: Recording, histograms: npt.NDArray[np.uint8], visible: Bools, scene_of_frame: Ints
    ) -> "Sights":
        """Take a recording apart. histograms, visible: of its rows; scene_of_frame: of its frames [F]."""
        clock, rate = GrowingClock(), recording.frame_rate or DEFAULT_FRAME_RATE
        times = np.asarray([
            clock(index / rate if np.isnan(time_s) else time_s)
            for index, time_s in zip(recording.frames.tolist(), recording.times.tolist(), strict=True)
        ])  # fmt: skip
        frame_of_row = recording.frame_of_row
        middle, size = np.zeros((len(frame_of_row), 2)), np.zeros(len(frame_of_row))
        for place in range(len(recording)):
            seen = see(recording.poses(place))
            rows = slice(int(recording.starts[place]), int(recording.starts[place + 1]))
            known = np.where((seen.weights > 0)[:, :, None], seen.xy, np.nan)
            there = (seen.weights > 0).any(axis=1)
            middle[rows][there] = np.nanmedian(known[there], axis=1)
            size[rows] = seen.sizes
        step_s = float(np.median(np.diff(times))) if len(times) > 1 else 1 / rate
        return cls(
            frame_of_row,
            times[frame_of_row],
            middle,
            size,
            recording.scores.astype(np.float64),
            histograms,
            visible,
            scene_of_frame[frame_of_row],
            step_s,
        )


@dataclass(frozen=True)
class Tracklet:
    """Someone, for a while.

    rows: [N], in time. first_s, last_s: seconds. histograms: [PARTS, BINS ** 3], the sum over the sights in which a
    part was seen; seen: [PARTS], how many these were. start, end: middle [2] at both ends, start_velocity,
    end_velocity: [2] pixels per second there. size: pixels, where it starts and ends.
    """

    rows: Rows
    first_s: float
    last_s: float
    histograms: Floats
    seen: Ints
    start: Floats
    end: Floats
    start_velocity: Floats
    end_velocity: Floats
    start_size: float
    end_size: float

    @classmethod
    def of(cls, rows: Rows, sights: Sights) -> "Tracklet":
        """Make one of some rows, in the order of their times."""
        visible = sights.visible[rows]
        time_s = sights.time_s[rows]
        first, last = time_s <= time_s[0] + MOTION_S, time_s >= time_s[-1] - MOTION_S
        start, start_velocity = _motion(time_s[first], sights.middle[rows[first]], time_s[0])
        end, end_velocity = _motion(time_s[last], sights.middle[rows[last]], time_s[-1])
        return cls(
            rows,
            float(time_s[0]),
            float(time_s[-1]),
            (sights.histograms[rows].astype(np.float64) * visible[:, :, None]).sum(axis=0),
            visible.sum(axis=0),
            start,
            end,
            start_velocity,
            end_velocity,
            float(np.median(sights.size[rows[first]])),
            float(np.median(sights.size[rows[last]])),
        )


def _motion(time_s: Floats, middle: Floats, at_s: float) -> tuple[Floats, Floats]:
    """Return the place at a moment and the velocity there, by the line that fits the middles [N, 2] best."""
    if len(time_s) < 3:
        return middle[np.argmin(np.abs(time_s - at_s))], np.zeros(2)
    mean_s = time_s.mean()
    away = time_s - mean_s
    velocity = (away[:, None] * middle).sum(axis=0) / (away**2 + STEADY_S**2).sum()
    return middle.mean(axis=0) + velocity * (at_s - mean_s), velocity


def cut_tracks(ids: npt.NDArray[np.int32], sights: Sights) -> list[Tracklet]:
    """Cut tracks wherever they may have gone from one person to another.

    That is at gaps, at scene cuts, and where the appearance of someone changes and stays changed.

    Args:
        ids: [R], whose tracks the rows are; below 0: each is alone.
        sights: Of the rows.

    Returns:
        Pieces, by the time of their beginning.
    """
    pieces = [np.asarray([row]) for row in np.flatnonzero(ids < 0)]
    order = np.argsort(ids, kind="stable")
    order = order[ids[order] >= 0]
    for rows in np.split(order, np.flatnonzero(np.diff(ids[order])) + 1):
        gaps = np.diff(sights.time_s[rows]) > max(MAX_GAP_S, 1.5 * sights.step_s)
        cuts = np.flatnonzero(gaps | (np.diff(sights.scene[rows]) != 0)) + 1
        for piece in np.split(rows, cuts):
            pieces += np.split(piece, _changes(piece, sights))
    found = [Tracklet.of(rows, sights) for rows in pieces if len(rows)]
    return sorted(found, key=lambda piece: (piece.first_s, int(piece.rows[0])))


def _changes(rows: Rows, sights: Sights) -> list[int]:
    """Return the places in a piece at which its appearance changes, those where it changes most."""
    if len(rows) < 2 * MIN_SIGHTS:
        return []
    visible = sights.visible[rows]
    colours = sights.histograms[rows] * visible[:, :, None]
    sums = np.concatenate([np.zeros((1, PARTS, BINS**3)), np.cumsum(colours, axis=0, dtype=np.float64)])
    counts = np.concatenate([np.zeros((1, PARTS), np.int64), np.cumsum(visible, axis=0)])
    at = np.arange(MIN_SIGHTS, len(rows) - MIN_SIGHTS + 1)
    before, after = np.maximum(at - WINDOW, 0), np.minimum(at + WINDOW, len(rows))
    enough = (counts[at] - counts[before] >= MIN_SIGHTS) & (counts[after] - counts[at] >= MIN_SIGHTS)
    apart = histogram_distance(sums[at] - sums[before], sums[after] - sums[at])
    change = (apart * enough).sum(axis=1) / np.maximum(enough.sum(axis=1), 1)
    change -= FEW / np.minimum(at - before, after - at)
    cuts: list[int] = []
    for place in np.argsort(-change, kind="stable"):
        if change[place] < CHANGE:
            break
        if all(abs(int(at[place]) - other) >= APART for other in cuts):
            cuts.append(int(at[place]))
    return sorted(cuts)
