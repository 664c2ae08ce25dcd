"""What a report says of a recording, as numbers. N frames, R people in all of them, K joints."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from swahr.movement import frame_times
from swahr.pose.poses import found_joints
from swahr.pose.recording import Recording

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# Scores from which a joint is sure, and under which it is a guess.
SURE, WEAK = 0.5, 0.2
# Seconds over which a speed is taken: over one frame, jitter would be most of it.
SPEED_S = 0.2


@dataclass(frozen=True)
class Person:
    """What is said of someone.

    id. frames: [n], the frames of the recording in which they are. best: the one of the highest score, and row, its
    row. score: the mean. gaps: first and last missing frame of each gap. times, speeds: [m] seconds and body heights a
    second; NaN where a gap is. height: pixels, the usual longer side of the box.
    """

    id: int
    frames: Ints
    best: int
    row: int
    score: float
    gaps: list[tuple[int, int]]
    times: Floats
    speeds: Floats
    height: float

    @property
    def usual_speed(self) -> float:
        """Median speed, body heights per second; NaN where it is not known."""
        known = self.speeds[np.isfinite(self.speeds)]
        return float(np.median(known)) if len(known) else float("nan")

    @property
    def top_speed(self) -> float:
        """The speed that is passed in one of fifty moments; NaN where it is not known."""
        known = self.speeds[np.isfinite(self.speeds)]
        return float(np.quantile(known, 0.98)) if len(known) else float("nan")


@dataclass(frozen=True)
class Figures:
    """What is said of a recording.

    times: [N] seconds, or frames where the recording has no times (timed). counts: [N] people in each frame.
    joints: [K, 4], parts of all people for whom each joint is sure, fair, a guess, missing. joint_scores: [K], mean
    of those that were found. people: by how long they are there, longest first; empty without ids.
    skipped: numbers of source frames that the recording lacks between its first and last, by its usual step.
    """

    times: Floats
    timed: bool
    counts: Ints
    joints: Floats
    joint_scores: Floats
    people: list[Person]
    skipped: int


def make_figures(recording: Recording) -> Figures:
    """Count and measure."""
    times = frame_times(recording)
    found = found_joints(recording.keypoints)
    scores = recording.keypoints[:, :, 2]
    shares = [
        found & (scores >= SURE),
        found & (scores < SURE) & (scores >= WEAK),
        found & (scores < WEAK),
        ~found,
    ]
    total = max(1, len(recording.scores))
    steps = np.diff(recording.frames)
    step = int(np.median(steps)) if len(steps) else 1
    return Figures(
        times=times,
        timed=bool(np.isfinite(recording.times).all()) and len(times) > 0,
        counts=np.diff(recording.starts),
        joints=np.stack([share.sum(axis=0) / total for share in shares], axis=1),
        joint_scores=np.where(found, scores, 0).sum(axis=0) / np.maximum(1, found.sum(axis=0)),
        people=_people(recording, times),
        skipped=int((steps // max(1, step) - 1).sum()) if len(steps) else 0,
    )


def _people(recording: Recording, times: Floats) -> list[Person]:
    if recording.ids is None:
        return []
    frame_of_row = recording.frame_of_row
    xy = recording.keypoints[:, :, :2].astype(np.float64)
    xy[~found_joints(recording.keypoints)] = np.nan
    heights = _heights(recording.keypoints)
    people = []
    for person_id in np.unique(recording.ids[recording.ids >= 0]):
        rows = np.flatnonzero(recording.ids == person_id)
        frames = frame_of_row[rows]
        height = float(np.median(heights[rows]))
        best = int(np.argmax(recording.scores[rows]))
        jumps = np.flatnonzero(np.diff(frames) > 1)
        moments, speeds = _speeds(times[frames], xy[rows], max(height, 1.0))
        people.append(
            Person(
                id=int(person_id),
                frames=frames,
                best=int(frames[best]),
                row=int(rows[best]),
                score=float(recording.scores[rows].mean()),
                gaps=[(int(frames[at]) + 1, int(frames[at + 1]) - 1) for at in jumps],
                times=moments,
                speeds=speeds,
                height=height,
            )
        )
    return sorted(people, key=lambda person: (-len(person.frames), person.id))


def _heights(keypoints: npt.NDArray[np.float32]) -> Floats:
    xy = keypoints[:, :, :2].astype(np.float64)
    missing = ~np.isfinite(xy)
    low = np.where(missing, np.inf, xy).min(axis=1, initial=np.inf)
    high = np.where(missing, -np.inf, xy).max(axis=1, initial=-np.inf)
    return np.asarray(np.where(np.isfinite(low), high - low, 0).max(axis=1, initial=0.0))


def _speeds(times: Floats, xy: Floats, height: float) -> tuple[Floats, Floats]:
    """Return moments and speeds between sights that are about SPEED_S apart; NaN across longer pauses.

    xy: [n, K, 2], NaN where a joint was not found. A speed is that of the joints of both sights on average: joints
    that come and go do not move anybody.
    """
    ahead = np.searchsorted(times, times + SPEED_S * 0.999)
    here = np.flatnonzero(ahead < len(times))
    there = ahead[here]
    elapsed = times[there] - times[here]
    moved = xy[there] - xy[here]  # [m, K, 2]
    common = np.asarray(np.isfinite(moved).all(axis=2))
    shared = common.sum(axis=1)
    mean = np.where(common[:, :, None], moved, 0).sum(axis=1) / np.maximum(1, shared)[:, None]
    speeds = np.linalg.norm(mean, axis=1) / np.maximum(elapsed, 1e-9) / height
    known = (elapsed <= 2 * SPEED_S) & (shared > 0)
    return (times[there] + times[here]) / 2, np.where(known, speeds, np.nan)
