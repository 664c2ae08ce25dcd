"""Part affinity fields to people, written to be read; `swahr.decode.pafs` does the same in native code.

Cao et al., "Realtime Multi-Person 2D Pose Estimation using Part Affinity Fields", CVPR 2017 (arXiv 1611.08050),
sections 2.3 and 2.4: peaks of each joint, the line integral of the field between two of them, the best pairs of each
limb in turn, and people put together limb by limb. K joints, L limbs, C candidates, P people.
"""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from swahr.decode.paf_rules import MAX_BESIDE_FEET, MAX_CANDIDATES, FieldLayout, PafRule

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.integer]
GAUSSIAN_REACH = 4.0  # standard deviations


class Candidates(NamedTuple):
    """Peaks of all joints, joint after joint. joint: [C]. xy: [C, 2], cells. score: [C]."""

    joint: Ints
    xy: Floats
    score: Floats


class PafPeople(NamedTuple):
    """People as numbers of candidates.

    Attributes:
        joints: [P, K], -1 where there is none.
        total: [P], values of joints and limbs.
        size: [P], joints that are there.
    """

    joints: Ints
    total: Floats
    size: Ints


class Pair(NamedTuple):
    """Two candidates that a limb joins. a, b: their numbers. score: of the limb."""

    a: int
    b: int
    score: float


def find_candidates(heatmaps: npt.NDArray[np.float32], rule: PafRule) -> Candidates:
    """Return the peaks of the maps of all joints.

    Args:
        heatmaps: [K, H, W], without the background's.
        rule: Which peaks count, and where they lie.
    """
    found = []
    for joint, heatmap in enumerate(heatmaps.astype(np.float64)):
        searched = _blurred(heatmap, rule.blur) if rule.blur else heatmap
        rows, columns = np.nonzero(_peaks(searched, rule))
        x: Ints = columns
        y: Ints = rows
        if len(x) > MAX_CANDIDATES:
            best = np.sort(np.argsort(-heatmap[y, x], kind="stable")[:MAX_CANDIDATES])
            x, y = x[best], y[best]
        if rule.min_distance:
            x, y = _apart(x, y, rule.min_distance)
        xy = np.column_stack([x, y]).astype(np.float64)
        if rule.centroid:
            xy = np.asarray([_centroid(heatmap, int(px), int(py), rule.centroid) for px, py in xy]).reshape(
                -1, 2
            )
        found.append((np.full(len(x), joint), xy, heatmap[y, x]))
    joints, places, scores = zip(*found, strict=True)
    return Candidates(np.concatenate(joints), np.concatenate(places), np.concatenate(scores))


def _blurred(heatmap: Floats, sigma: float) -> Floats:
    """Blur by a Gaussian of four standard deviations to either side; edges are mirrored, the edge cell twice."""
    weights = _gaussian(sigma)
    radius = len(weights) // 2
    for axis in (0, 1):
        size = heatmap.shape[axis]
        padded = np.pad(
            heatmap, [(radius, radius) if a == axis else (0, 0) for a in (0, 1)], mode="symmetric"
        )
        shifted = [np.take(padded, range(at, at + size), axis) for at in range(2 * radius + 1)]
        # Cells as far to either side are added first: two cells between which a map is mirrored get the same value.
        heatmap = weights[radius] * shifted[radius]
        for away in range(radius, 0, -1):
            heatmap = heatmap + weights[radius + away] * (shifted[radius - away] + shifted[radius + away])
    return heatmap


def _gaussian(sigma: float) -> list[float]:
    """Return weights whose sum is 1, to the last bit those of the native code: numpy's exp differs by processor.

    Two cells between which a joint lies may be as high but for what the mirrored edge adds, less than a rounding.
    """
    radius = int(GAUSSIAN_REACH * sigma + 0.5)
    weights = [math.exp(-0.5 * (away / sigma) * (away / sigma)) for away in range(-radius, radius + 1)]
    total = 0.0  # not by `sum`, whose roundings depend on Python's version
    for weight in weights:
        total += weight
    return [weight / total for weight in weights]


def _peaks(heatmap: Floats, rule: PafRule) -> npt.NDArray[np.bool_]:
    h, w = heatmap.shape
    padded = np.pad(heatmap, 1)
    around = [(0, 1), (0, -1), (1, 0), (-1, 0)]
    if rule.diagonal:
        around += [(1, 1), (1, -1), (-1, 1), (-1, -1)]
    mask = heatmap > rule.min_peak
    for dy, dx in around:
        neighbour = padded[1 + dy : 1 + dy + h, 1 + dx : 1 + dx + w]
        mask &= heatmap > neighbour if rule.strict else heatmap >= neighbour
    return mask


def _apart(x: Ints, y: Ints, min_distance: float) -> tuple[Ints, Ints]:
    """Leave out peaks that are near one that comes before, by columns."""
    order = np.lexsort((y, x))
    x, y = x[order], y[order]
    kept = np.ones(len(x), np.bool_)
    for one in range(len(x)):
        if kept[one]:
            near = np.hypot(x[one + 1 :] - x[one], y[one + 1 :] - y[one]) < min_distance
            kept[one + 1 :] &= ~near
    return x[kept], y[kept]


def _centroid(heatmap: Floats, x: int, y: int, radius: int) -> tuple[float, float]:
    """Return the mean of the cells around a peak, each by its value where that is above 0, from the cells' corners.

    Where none is above 0, it is the cell's middle: a blurred map may have its peaks beside what they come from.
    """
    top, left = max(0, y - radius), max(0, x - radius)
    window = np.maximum(heatmap[top : y + radius + 1, left : x + radius + 1].astype(np.float64), 0)
    rows, columns = np.indices(window.shape)
    total = window.sum()
    if not total > 0:
        return x + 0.5, y + 0.5
    return (
        float((window * (columns + left)).sum() / total + 0.5),
        float((window * (rows + top)).sum() / total + 0.5),
    )


def limb_score(
    field: npt.NDArray[np.float32], a: Floats, b: Floats, rule: PafRule, height: int
) -> float | None:
    """Return how well a field supports a limb from a to b; None where it does not.

    Args:
        field: [2, H, W], x and y.
        a: x, y of its first joint, cells.
        b: x, y of its second joint.
        rule: Where the field is read, and what is enough.
        height: Of the maps, by which long limbs are judged.
    """
    step = b - a
    length = float(np.hypot(*step))
    if rule.near_part and length < rule.near_part * np.sqrt(field.shape[1] * field.shape[2]):
        return rule.min_peak + 1e-6
    if length == 0 and not rule.min_length:
        return None
    direction = step / (max(length, rule.min_length) if rule.min_length else length)
    samples = rule.samples_of(float(np.abs(step).max()))
    at = np.linspace(0, 1, samples, endpoint=rule.both_ends)[:, None] * step + a
    column = np.clip(np.rint(at[:, 0]).astype(int), 0, field.shape[2] - 1)
    row = np.clip(np.rint(at[:, 1]).astype(int), 0, field.shape[1] - 1)
    along = field[0, row, column].astype(np.float64) * direction[0] + field[1, row, column] * direction[1]
    enough = along > rule.min_field
    if enough.sum() <= rule.min_share * samples:
        return None
    score = float(along[enough].mean() if rule.mean_of_enough else along.mean())
    if rule.length_prior:
        score += min(rule.length_prior * height / max(length, rule.min_length) - 1, 0.0)
    return score if score > 0 else None


def pair_limb(
    limb: int,
    pafs: npt.NDArray[np.float32],
    candidates: Candidates,
    layout: FieldLayout,
    rule: PafRule,
) -> list[Pair]:
    """Return the pairs of candidates that a limb joins: the best first, each candidate once.

    Args:
        limb: Its number.
        pafs: [2 L, H, W].
        candidates: Of all joints.
        layout: Which joints and channels are the limb's.
        rule: What is enough.
    """
    joint_a, joint_b = layout.limbs[limb]
    field = pafs[list(layout.channels[limb])]
    first = np.flatnonzero(candidates.joint == joint_a)
    second = np.flatnonzero(candidates.joint == joint_b)
    pairs = []
    for a in first:
        for b in second:
            score = limb_score(field, candidates.xy[a], candidates.xy[b], rule, pafs.shape[1])
            if score is not None:
                pairs.append(Pair(int(a), int(b), score))
    pairs.sort(key=lambda pair: -pair.score)
    taken: set[int] = set()
    chosen = []
    for pair in pairs:
        if not taken & {pair.a, pair.b}:
            taken |= {pair.a, pair.b}
            chosen.append(pair)
    return chosen


def assemble(
    pairs: list[list[Pair]], candidates: Candidates, num_joints: int, layout: FieldLayout, rule: PafRule
) -> PafPeople:
    """Put people together, limb by limb in the layout's order.

    Args:
        pairs: Of each limb.
        candidates: Of all joints.
        num_joints: K.
        layout: Which joints a limb joins.
        rule: What opens a person, what joins two, who is kept.
    """
    people: list[Ints] = []
    totals: list[float] = []
    counts: list[int] = []
    for limb, limb_pairs in enumerate(pairs):
        joint_a, joint_b = layout.limbs[limb]
        for pair in limb_pairs:
            values = candidates.score[pair.a], candidates.score[pair.b]
            if rule.fill_weak and limb in layout.weak:
                _fill(people, joint_a, joint_b, pair)
                continue
            found = [
                number
                for number, person in enumerate(people)
                if person[joint_a] == pair.a or (rule.merge and person[joint_b] == pair.b)
            ]
            if not found:
                if limb not in layout.weak:
                    person = np.full(num_joints, -1)
                    person[joint_a], person[joint_b] = pair.a, pair.b
                    people.append(person)
                    totals.append(float(sum(values)) + pair.score)
                    counts.append(2)
            elif (
                rule.merge
                and len(found) == 2
                and not ((people[found[0]] >= 0) & (people[found[1]] >= 0)).any()
            ):
                one, other = found
                people[one] = np.maximum(people[one], people[other])
                totals[one] += totals[other] + pair.score
                counts[one] += counts[other]
                del people[other], totals[other], counts[other]
            else:
                for number in found[:1] if rule.merge else found:
                    if rule.merge and len(found) == 1 and people[number][joint_b] == pair.b:
                        continue
                    people[number][joint_b] = pair.b
                    totals[number] += float(values[1]) + pair.score
                    counts[number] += 1
    kept = [
        number
        for number in range(len(people))
        if _is_somebody(people[number], totals[number], counts[number], layout, rule)
    ]
    return PafPeople(
        np.asarray([people[number] for number in kept], np.int64).reshape(-1, num_joints),
        np.asarray([totals[number] for number in kept]),
        np.asarray([counts[number] for number in kept], np.int64),
    )


def _is_somebody(joints: Ints, total: float, count: int, layout: FieldLayout, rule: PafRule) -> bool:
    if rule.feet_apart and layout.feet:
        feet = int((joints[-layout.feet :] >= 0).sum())
        count -= feet
        if feet and count <= MAX_BESIDE_FEET:
            return False
    return count >= rule.min_joints and total / count >= rule.min_mean


def _fill(people: list[Ints], joint_a: int, joint_b: int, pair: Pair) -> None:
    """Give people who have one joint of a limb the other one, where they lack it."""
    for person in people:
        if person[joint_a] == pair.a and person[joint_b] == -1:
            person[joint_b] = pair.b
        elif person[joint_b] == pair.b and person[joint_a] == -1:
            person[joint_a] = pair.a


def group(
    heatmaps: npt.NDArray[np.float32], pafs: npt.NDArray[np.float32], layout: FieldLayout, rule: PafRule
) -> tuple[Candidates, PafPeople]:
    """Return the candidates of all joints and the people made of them.

    Args:
        heatmaps: [K, H, W] or with the background's after them, which is not read.
        pafs: [2 L, H, W].
        layout: Which limbs there are.
        rule: How they are found.
    """
    candidates = find_candidates(heatmaps[: layout.num_joints], rule)
    pairs = [pair_limb(limb, pafs, candidates, layout, rule) for limb in range(len(layout.limbs))]
    return candidates, assemble(pairs, candidates, layout.num_joints, layout, rule)
