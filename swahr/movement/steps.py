"""Steps of someone who walks and is seen from the side: when each foot strikes the ground and leaves it.

A foot strikes where its heel is farthest before the pelvis, and leaves where its toes are farthest behind (Zeni,
Richards and Higginson 2008); ankles stand for both where the skeleton has no feet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from swahr.movement.facing import Facing
from swahr.movement.stretches import Floats
from swahr.movement.tracks import Track, runs
from swahr.pose.skeleton import Skeleton

SIDES = ("left", "right")
STRIKE, OFF = "foot strike", "foot off"
HEELS, TOES = ("heel", "ankle"), ("big_toe", "foot_index", "toe", "ankle")
# A foot swings at least by this part of the leg's length, and a stride, from strike to strike of one foot, takes so
# long: what is less is no walking.
MIN_SWING = 0.35
MIN_STRIDE_S, MAX_STRIDE_S = 0.6, 2.5
MIN_STEPS = 3


@dataclass(frozen=True)
class Footstep:
    """A foot that strikes or leaves the ground.

    kind: "foot strike" or "foot off". side: "left" or "right". row: the frame of the person next to it. time_s:
    seconds, between frames where it falls there.
    """

    kind: str
    side: str
    row: int
    time_s: float


@dataclass(frozen=True)
class Walking:
    """What steps add up to; NaN where there are too few of them.

    person_id. steps: strikes of either foot. cadence: steps per minute. stride_s: seconds from a strike to the next of
    the same foot. stance: part of the stride that the foot is on the ground, left and right. speed: of the pelvis along
    the floor, units per second. stride_length: units; 0 on a treadmill.
    """

    person_id: int
    steps: int
    cadence: float
    stride_s: float
    stance: tuple[float, float]
    speed: float
    stride_length: float


def find_steps(
    track: Track, places: Floats, facing: Facing, skeleton: Skeleton
) -> tuple[list[Footstep], str]:
    """Return the steps of someone, by time.

    Args:
        track: Whose.
        places: [n, K, 2], filtered, x along the floor.
        facing: [n], which way they face; without it, which way they travel counts.
        skeleton: Of the joints.

    Returns:
        The steps; and why there are none, "" where there are.
    """
    pelvis = _middle(places, [f"{side}_hip" for side in SIDES], skeleton)
    leg = _leg_length(places, skeleton)
    if leg is None:
        return [], "hips, knees and ankles are not seen together"
    ahead = _direction(pelvis, facing, leg)
    if not ahead.any():
        return [], "they face and travel neither left nor right"
    steps: list[Footstep] = []
    for side in SIDES:
        strikes = _farthest(track, _ahead(places, pelvis, ahead, side, HEELS, skeleton), MIN_SWING * leg)
        offs = _farthest(track, -_ahead(places, pelvis, ahead, side, TOES, skeleton), MIN_SWING * leg)
        steps += [Footstep(STRIKE, side, row, time_s) for row, time_s in strikes]
        steps += [Footstep(OFF, side, row, time_s) for row, time_s in offs]
    steps = _regular(sorted(steps, key=lambda step: step.time_s))
    return steps, "" if steps else f"no {MIN_STEPS} steps follow each other as in walking"


def about_walking(
    track: Track, places: Floats, skeleton: Skeleton, steps: Sequence[Footstep]
) -> Walking | None:
    """Return what steps add up to; None for fewer than two strikes. Arguments as of `find_steps`."""
    strikes = [step for step in steps if step.kind == STRIKE]
    if len(strikes) < 2:
        return None
    pelvis = _middle(places, [f"{side}_hip" for side in SIDES], skeleton)
    strides, stances, times, lengths = [], {side: list[float]() for side in SIDES}, [], []
    for side in SIDES:
        own = [step for step in steps if step.side == side]
        for first, second in _strides([step for step in own if step.kind == STRIKE]):
            took = second.time_s - first.time_s
            strides.append(took)
            lengths.append(float(np.linalg.norm(pelvis[second.row] - pelvis[first.row])))
            off = [s.time_s for s in own if s.kind == OFF and first.time_s < s.time_s < second.time_s]
            if off:
                stances[side].append((off[0] - first.time_s) / took)
    for before, after in pairwise(strikes):
        if before.side != after.side and _follows(before, after):
            times.append(after.time_s - before.time_s)
    step_s = _median(times) if times else _median(strides) / 2
    return Walking(
        person_id=track.id,
        steps=len(strikes),
        cadence=60 / step_s,
        stride_s=_median(strides),
        stance=(_median(stances["left"]), _median(stances["right"])),
        speed=_median(lengths) / _median(strides),
        stride_length=_median(lengths),
    )


def _median(values: Sequence[float]) -> float:
    known = np.asarray(values)[np.isfinite(values)] if len(values) else np.zeros(0)
    return float(np.median(known)) if len(known) else float("nan")


def _strides(strikes: Sequence[Footstep]) -> list[tuple[Footstep, Footstep]]:
    """Return pairs of strikes of one foot that follow each other as in walking."""
    return [
        (first, second)
        for first, second in pairwise(strikes)
        if MIN_STRIDE_S <= second.time_s - first.time_s <= MAX_STRIDE_S
    ]


def _regular(steps: list[Footstep]) -> list[Footstep]:
    """Return the steps of walking: strikes of which at least three follow each other, and offs among them."""
    strikes = [step for step in steps if step.kind == STRIKE]
    chains: list[list[Footstep]] = []
    for strike in strikes:
        if chains and _follows(chains[-1][-1], strike):
            chains[-1].append(strike)
        else:
            chains.append([strike])
    spans = [
        (chain[0].time_s - MAX_STRIDE_S / 2, chain[-1].time_s + MAX_STRIDE_S / 2, set(chain))
        for chain in chains
        if len(chain) >= MIN_STEPS
    ]
    return [
        step
        for step in steps
        if any(step in chain or (step.kind == OFF and a < step.time_s < b) for a, b, chain in spans)
    ]


def _follows(first: Footstep, second: Footstep) -> bool:
    """Whether one strike follows another as in walking; the other foot's between them may have been missed."""
    part = 1.0 if first.side == second.side else 0.5
    return part * MIN_STRIDE_S <= second.time_s - first.time_s <= part * MAX_STRIDE_S


def _direction(pelvis: Floats, facing: Facing, leg: float) -> Floats:
    """Return 1 where forward is to the right, -1 to the left, 0 where neither can be said [n]."""
    x = pelvis[np.isfinite(pelvis[:, 0]), 0]
    travelled = float(x[-1] - x[0]) if len(x) else 0.0
    otherwise = float(np.sign(travelled)) if abs(travelled) > leg else 0.0
    return np.where(facing != 0, facing, otherwise)


def _leg_length(places: Floats, skeleton: Skeleton) -> float | None:
    lengths = []
    for upper, lower in (("hip", "knee"), ("knee", "ankle")):
        ends = [[f"{side}_{name}" for name in (upper, lower)] for side in SIDES]
        known = [
            np.linalg.norm(places[:, skeleton.joints.index(a)] - places[:, skeleton.joints.index(b)], axis=1)
            for a, b in ends
            if a in skeleton.joints and b in skeleton.joints
        ]
        length = _median(np.concatenate(known).tolist()) if known else float("nan")
        lengths.append(length)
    return None if not np.isfinite(lengths).all() else sum(lengths)


def _ahead(
    places: Floats, pelvis: Floats, ahead: Floats, side: str, names: tuple[str, ...], skeleton: Skeleton
) -> Floats:
    """Return how far a part of a foot is before the pelvis [n]; NaN where that is not known."""
    name = next((f"{side}_{name}" for name in names if f"{side}_{name}" in skeleton.joints), None)
    if name is None:
        return np.full(len(places), np.nan)
    apart = (places[:, skeleton.joints.index(name), 0] - pelvis[:, 0]) * ahead
    return np.where(ahead != 0, apart, np.nan)


def _middle(places: Floats, names: list[str], skeleton: Skeleton) -> Floats:
    """Return the middle of joints [n, 2], of those that are seen."""
    columns = [skeleton.joints.index(name) for name in names if name in skeleton.joints]
    part = places[:, columns]
    count = np.isfinite(part[..., 0]).sum(axis=1)[:, None]
    return np.where(count > 0, np.nansum(part, axis=1) / np.maximum(count, 1), np.nan)


def _farthest(track: Track, values: Floats, least: float) -> list[tuple[int, float]]:
    """Return row and time of each peak of values [n] that stands out by so much, between frames by a parabola."""
    from scipy.signal import find_peaks  # takes a second

    found = []
    for run in runs(np.isfinite(values), track.breaks):
        part, times = values[run], track.times[run]
        if len(part) < 3:
            continue
        step = float(np.median(np.diff(times)))
        apart = max(1, round(MIN_STRIDE_S / 2 / step))
        for peak in find_peaks(part, prominence=least, distance=apart)[0]:
            a, b, c = part[peak - 1 : peak + 2]
            shift = 0.5 * (a - c) / (a - 2 * b + c) if a - 2 * b + c < 0 else 0.0
            gap = times[peak + 1] - times[peak] if shift > 0 else times[peak] - times[peak - 1]
            found.append((run.start + int(peak), float(times[peak] + shift * gap)))
    return found
