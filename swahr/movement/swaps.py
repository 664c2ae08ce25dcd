"""Limbs that exchange left and right between frames: found by how they move, exchanged back, and told frame by frame.

Of all ways to name the sides of a person's limb through time, the likeliest is sought (Viterbi 1967): joints keep their
velocity from frame to frame, an exchange costs something, and names are believed by the score of the joints that carry
them. n frames of a person, J pairs of joints of a limb.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from swahr.movement.facing import extents
from swahr.movement.stretches import Floats
from swahr.movement.tracks import Track, tracks_of
from swahr.pose.recording import Recording
from swahr.pose.skeleton import Skeleton

# What is exchanged together, by words in the names of joints, and how much more than others its names are believed:
# whole limbs first, then their far parts, which change places with the rest of the limb or for a moment.
LIMBS = (
    ("legs", ("hip", "knee", "ankle", "heel", "toe", "foot"), 1),
    ("lower legs", ("ankle", "heel", "toe", "foot"), 6),
    ("arms", ("shoulder", "elbow", "wrist", "hand"), 1),
    ("forearms", ("wrist", "hand"), 6),
    ("head", ("eye", "ear"), 1),
)
# Costs are squares of how far a joint is from where its velocity takes it, by what is usual; a usual joint costs 1.
SWITCH = 20.0  # of sides that change names: so much must be gained twice by an exchange and the one back
BELIEF = 0.5  # of another name than the found one, for each frame and pair, times the score of the pair
CAP = 50.0  # of a joint: a wild one says no more than that
MIN_USUAL = 0.004  # of a person's extent: below that, it is the grid of the network that is seen
STATES = ((0, 0), (0, 1), (1, 0), (1, 1))  # as found or exchanged, in the frame before and in this one


@dataclass(frozen=True)
class Swap:
    """A limb in a frame whose sides had changed places.

    person_id. frame: index in the source. time_s: seconds. limb: what was exchanged, such as legs. joints: the names
    of its joints. evidence: how much likelier the exchange is than what was found, in squares of the usual distance,
    for the whole stretch of frames that it belongs to. repaired: whether it was exchanged back.
    """

    person_id: int
    frame: int
    time_s: float
    limb: str
    joints: tuple[str, ...]
    evidence: float
    repaired: bool


def repair_swaps(recording: Recording, repair: bool = True) -> tuple[Recording, tuple[Swap, ...]]:
    """Find left and right that changed places, and exchange them back.

    Whether a change lasts or is mended after some frames, the names that most of the frames have are kept.

    Args:
        recording: With ids and times.
        repair: Exchange back; False leaves all joints as found, and what is reported says so.

    Returns:
        The recording, and what was exchanged in which frame.

    Raises:
        SettingError: People or times are not known.
    """
    keypoints, swaps = recording.keypoints.copy(), list[Swap]()
    covariance = None if recording.covariance is None else recording.covariance.copy()
    marks = None if recording.marks is None else recording.marks.copy()
    for track in tracks_of(recording):
        places, scores = track.places.copy(), track.scores.copy()
        for limb, pairs, believed in limbs_of(recording.skeleton):
            pair_of = np.asarray(pairs).T  # [2, J]
            for stretch, evidence in _exchanged(track, places, scores, pair_of, believed):
                _exchange(places, stretch, pair_of)
                _exchange(scores, stretch, pair_of)
                if repair:
                    for values in (keypoints, covariance, marks):
                        if values is not None:
                            _exchange(values, track.rows[stretch], pair_of)
                names = tuple(recording.skeleton.joints[joint] for pair in pairs for joint in pair)
                swaps += [
                    Swap(track.id, int(track.frames[i]), float(track.times[i]), limb, names, evidence, repair)
                    for i in range(stretch.start, stretch.stop)
                ]
    swaps.sort(key=lambda swap: (swap.frame, swap.person_id))
    repaired = replace(recording, keypoints=keypoints, covariance=covariance, marks=marks)
    return (repaired if repair else recording), tuple(swaps)


def limbs_of(skeleton: Skeleton) -> list[tuple[str, list[tuple[int, int]], int]]:
    """Return what may be exchanged together: a name, pairs of joints, and how much their names are believed.

    All pairs of a skeleton go together where no name is known.

    >>> from swahr.pose.skeleton import COCO_17
    >>> [(limb, len(pairs)) for limb, pairs, _ in limbs_of(COCO_17)]
    [('legs', 3), ('lower legs', 1), ('arms', 3), ('forearms', 1), ('head', 2)]
    """
    limbs = []
    for limb, words, believed in LIMBS:
        pairs = [
            pair for pair in skeleton.flip_pairs if any(word in skeleton.joints[pair[0]] for word in words)
        ]
        if pairs:
            limbs.append((limb, pairs, believed))
    if not limbs and skeleton.flip_pairs:
        limbs.append(("sides", list(skeleton.flip_pairs), 1))
    return limbs


def _exchange(
    values: npt.NDArray[Any], rows: slice | npt.NDArray[np.intp], pair_of: npt.NDArray[np.intp]
) -> None:
    """Exchange the joints of pairs [2, J] in some rows of values [n, K, ...]."""
    part = values[rows]
    part[:, pair_of.ravel()] = part[:, pair_of[::-1].ravel()]
    values[rows] = part


def _exchanged(
    track: Track, places: Floats, scores: Floats, pair_of: npt.NDArray[np.intp], believed: int
) -> Iterator[tuple[slice, float]]:
    """Yield stretches of rows in which the sides of a limb are exchanged, and the evidence of each."""
    if len(track.times) < 3:
        return
    motion = _motion_costs(track, places, scores, pair_of)
    pair_scores = np.nan_to_num(scores[:, pair_of].mean(axis=1))  # [n, J]
    belief = BELIEF * believed * pair_scores.sum(axis=1)
    swapped = _likeliest(motion, belief)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], swapped, [0]])))
    for start, end in edges.reshape(-1, 2).tolist():
        as_found = swapped.copy()
        as_found[start:end] = 0
        evidence = _cost(as_found, motion, belief) - _cost(swapped, motion, belief)
        yield slice(start, end), round(evidence, 1)


def _motion_costs(track: Track, places: Floats, scores: Floats, pair_of: npt.NDArray[np.intp]) -> Floats:
    """Return the cost of each frame by how the limb came there [n, 2, 2].

    The last axes are whether the frame before, and the frame, have other names than the one before both. The first
    two frames after a break cost nothing.
    """
    n = len(track.times)
    costs = np.zeros((n, 2, 2))
    sides = places[:, pair_of]  # [n, 2, J, 2]
    steps = np.diff(track.times)
    ratio = (steps[1:] / np.maximum(steps[:-1], 1e-9))[:, None, None, None]
    whole = ~(track.breaks[1:-1] | track.breaks[2:])
    size = max(float(np.median(extents(places))), 1.0)
    surest = (
        np.stack([scores[:-2], scores[1:-1], scores[2:]]).min(axis=0)[:, pair_of].mean(axis=1)
    )  # [n - 2, J]
    usual = 0.0
    for before, now in STATES:
        middle = sides[1:-1, ::-1] if before else sides[1:-1]
        last = sides[2:, ::-1] if now else sides[2:]
        missed = np.linalg.norm(last - middle - ratio * (middle - sides[:-2]), axis=3)  # [n - 2, 2, J]
        if not usual:
            known = missed[whole][np.isfinite(missed[whole])]
            usual = max(float(np.median(known)) if len(known) else 0.0, MIN_USUAL * size)
        each = np.where(np.isfinite(missed), np.minimum((missed / usual) ** 2, CAP), 1.0)
        costs[2:, before, now] = (each.sum(axis=1) * np.clip(surest, 0, 1)).sum(axis=1) * whole
    return costs


def _likeliest(motion: Floats, belief: Floats) -> npt.NDArray[np.int8]:
    """Return of each frame whether its sides are exchanged [n], by dynamic programming over pairs of frames."""
    n = len(belief)
    costs, beliefs = motion.tolist(), belief.tolist()  # one by one, Python's own numbers are read much faster
    best = {(a, b): a * beliefs[0] + b * beliefs[1] + SWITCH * (a != b) for a, b in STATES}
    came: list[dict[tuple[int, int], bool]] = [
        {},
        {},
    ]  # by the state, whether the frame before both was exchanged
    for i in range(2, n):
        cost, after, exchanged = costs[i], {}, {}
        for b, c in STATES:
            stays, changes = best[0, b] + cost[b][c], best[1, b] + cost[1 - b][1 - c]
            exchanged[b, c] = changes < stays
            after[b, c] = min(stays, changes) + (c * beliefs[i] + SWITCH * (b != c))
        came.append(exchanged)
        best = after
    b, c = min(STATES, key=lambda state: best[state])
    states = [0] * (n - 2) + [b, c]
    for i in range(n - 1, 1, -1):
        states[i - 2] = int(came[i][states[i - 1], states[i]])
    return np.asarray(states, np.int8)


def _cost(states: npt.NDArray[np.int8], motion: Floats, belief: Floats) -> float:
    first, middle, last = states[:-2], states[1:-1], states[2:]
    moved = motion[np.arange(2, len(states)), first ^ middle, first ^ last].sum()
    return float(moved + (belief * states).sum() + SWITCH * (np.diff(states) != 0).sum())
