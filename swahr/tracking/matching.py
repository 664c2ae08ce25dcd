"""Which person of a frame is which track. N tracks, P people, K joints."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from swahr import _native
from swahr.pose.skeleton import Skeleton
from swahr.tracking.appearance import appearance_similarity
from swahr.tracking.params import TrackerParams
from swahr.tracking.similarity import Bools, Floats, Pairs, Seen, pose_similarity
from swahr.tracking.tracks import Tracks

Rows = npt.NDArray[np.intp]

# How much of a similarity another appearance can take away.
APPEARANCE_WEIGHT = 0.6
# Appearances so little alike that the person is someone else, unless away for less than this.
OTHER_APPEARANCE, BRIEFLY_S = 0.1, 0.25
# Pairs of less affinity are none; what may be a pair is decided by the similarity alone.
MIN_AFFINITY = 0.02
# Someone new is less welcome to a person than someone who was seen often, and a person of score 0 to a track.
UNSURE, SURE_HITS = 0.3, 10.0
WEAK = 0.6
# So is someone who was not there in the frame before, and who was away for the longest gap, in proportion for shorter
# ones: without the first, two tracks of one person would take turns.
MISSED, AWAY = 0.15, 0.3
LATE_DOUBT = 2.0
NONE = -1
FASTEST = 12.0  # sizes per second: a sprinter


class Sight(NamedTuple):
    """A frame.

    seen: its people; scores: [P], theirs. colours: [P, PARTS, 3], their appearance; visible: [P, PARTS], which parts
    could be seen. now, step_s: its time, and seconds since the frame before.
    """

    seen: Seen
    scores: Floats
    colours: Floats
    visible: Bools
    now: float
    step_s: float


def match_by_motion(
    tracks: Tracks, sight: Sight, params: TrackerParams, skeleton: Skeleton
) -> tuple[Rows, Floats]:
    """Match people to tracks by pose, place and motion, and by appearance where it is known.

    Who is left is compared once more with left and right changed, as networks confuse them at times, and with more
    doubt.

    Args:
        tracks: Whom the tracker knows, N of them.
        sight: The frame.
        params: See `TrackerParams`.
        skeleton: Of the poses.

    Returns:
        Each person's row of the tracks [P], -1 for none; and how well each joint fits it [P, K], in [0, 1].
    """
    seen, away = sight.seen, sight.now - tracks.seen_s
    row_of, fits = np.full(len(seen.xy), NONE, np.intp), np.zeros(seen.weights.shape)
    # A ghost that showed for a moment is not waited for.
    patience = np.minimum(params.max_gap_s, params.brief_gap_s + tracks.seen_s - tracks.born_s)
    rows = np.flatnonzero(~tracks.moved_on & (away <= np.maximum(patience, 1.5 * sight.step_s)))
    people = np.arange(len(row_of))
    flipped = list(skeleton.flip_permutation)
    for doubt, order in ((1.0, None), (LATE_DOUBT, None), (LATE_DOUBT, flipped)):
        if not len(rows) or not len(people):
            break
        affinity, alike = _affinity(tracks, rows, sight, people, params, skeleton, doubt, order)
        pairs = assign(affinity, MIN_AFFINITY)
        for row, person in pairs:
            row_of[people[person]] = rows[row]
            if order is None:
                fits[people[person]] = alike.joints[alike.rows[row, person]]
        rows = np.delete(rows, [row for row, _ in pairs])
        people = np.delete(people, [person for _, person in pairs])
    return row_of, fits


def _affinity(
    tracks: Tracks,
    rows: Rows,
    sight: Sight,
    people: Rows,
    params: TrackerParams,
    skeleton: Skeleton,
    doubt: float,
    order: list[int] | None,
) -> tuple[Floats, Pairs]:
    """Return the affinity of tracks and people [n, p], 0 where they cannot be one, and how alike their poses are.

    doubt: times the usual. order: of the persons' joints, where not their own.
    """
    away = sight.now - tracks.seen_s[rows]
    new = tracks.hits[rows] < params.sure_after
    known = tracks.joint_s[rows] >= tracks.seen_s[rows, None] - params.joint_memory_s
    # Where frames are so far apart, whoever was there in the last one was not away.
    longest = max(params.max_gap_s, sight.step_s)
    doubted = np.minimum(away, params.max_gap_s)
    slack = params.doubt + np.where(new, params.new_doubt_rate, params.doubt_rate) * doubted
    xy, weights, boxes, sizes = (values[people] for values in sight.seen)
    if order is not None:
        xy, weights = xy[:, order], weights[:, order]
    predicted = predict(tracks, rows, away, params)
    alike = pose_similarity(
        predicted,
        known,
        tracks.sizes[rows],
        doubt * slack,
        Seen(xy, weights, boxes, sizes),
        np.asarray(skeleton.sigmas),
    )
    appearance, parts = appearance_similarity(
        tracks.colours[rows], tracks.part_hits[rows], sight.colours[people], sight.visible[people]
    )
    affinity = alike.similarity * np.where(parts > 0, 1 - APPEARANCE_WEIGHT * (1 - appearance), 1.0)
    missed = tracks.seen_s[rows] < tracks.seen_s.max()
    # Surer people go to surer tracks, so that a ghost beside someone does not take over.
    affinity *= WEAK + (1 - WEAK) * sight.scores[people]
    affinity *= (
        (1 - UNSURE * np.exp(-tracks.hits[rows] / SURE_HITS)) * (1 - MISSED * missed - AWAY * away / longest)
    )[:, None]
    # Whoever comes back after a while at the right place in other clothes is someone else.
    other = (parts >= params.min_parts) & (appearance < OTHER_APPEARANCE) & (away > BRIEFLY_S)[:, None]
    affinity[(alike.similarity < params.min_similarity) | other] = 0
    return affinity, alike


def predict(tracks: Tracks, rows: Rows, away: Floats, params: TrackerParams) -> Floats:
    """Return where motion takes tracks [n, K, 2]; it dies away while they are not seen."""
    coast = params.coast_s * -np.expm1(-away / params.coast_s)
    predicted: Floats = tracks.xy[rows] + (tracks.velocity[rows] * coast[:, None])[:, None]
    return predicted


def match_by_appearance(
    tracks: Tracks, young: Rows, present: Bools, now: float, params: TrackerParams
) -> list[tuple[int, int]]:
    """Match people who came a moment ago to tracks of people who were away.

    An old track was gone before the young one came, could have got there, has its appearance, and nobody else has.

    Args:
        tracks: Whom the tracker knows, N of them.
        young: Rows of people who came a moment ago.
        present: [N], tracks that are seen in this frame.
        now: Time of the frame, seconds.
        params: See `TrackerParams`.

    Returns:
        Pairs (old row, young row) of tracks that are one person.
    """
    away = now - tracks.seen_s
    old = np.flatnonzero(
        ~present & (tracks.hits >= params.known_after) & ((away >= params.min_absence_s) | tracks.moved_on)
    )
    young = young[(tracks.part_hits[young] > 0).sum(axis=1) >= params.min_parts]
    if not len(old) or not len(young):
        return []
    appearance, parts = appearance_similarity(
        tracks.colours, tracks.part_hits, tracks.colours[young], tracks.part_hits[young] > 0
    )
    appearance[parts < params.min_parts] = 0
    appearance[young, np.arange(len(young))] = 0  # not itself
    rivals = appearance.copy()
    rivals[tracks.hits < params.sure_after] = 0
    first = np.sort(rivals, axis=0)[-2:][::-1]
    best, second = first[0], first[1] if len(first) > 1 else np.zeros_like(first[0])
    fits = appearance[old] >= np.maximum(
        params.min_appearance, np.where(appearance[old] >= best, second, best) + params.appearance_margin
    )
    fits &= tracks.seen_s[old, None] < tracks.born_s[young]
    apart = np.linalg.norm(_middles(tracks, old)[:, None] - _middles(tracks, young), axis=2)
    reach = tracks.sizes[old, None] * (1 + FASTEST * away[old, None])
    fits &= (apart <= reach) | tracks.moved_on[old, None]
    pairs = assign(np.where(fits, appearance[old], 0.0), params.min_appearance)
    return [(int(old[i]), int(young[j])) for i, j in pairs]


def assign(affinity: Floats, min_affinity: float) -> list[tuple[int, int]]:
    """Return the pairs (row, column) of the largest total affinity, each of at least `min_affinity`.

    >>> assign(np.asarray([[0.9, 0.8], [0.8, 0.1]]), 0.5)
    [(0, 1), (1, 0)]
    """
    # Too little affinity costs the same everywhere: as much as staying alone.
    cost = np.minimum(1 - affinity, 1 - min_affinity)
    return [(i, j) for i, j in _native.solve_assignment(cost) if affinity[i, j] >= min_affinity]


def _middles(tracks: Tracks, rows: Rows) -> Floats:
    known = (tracks.joint_s[rows] >= tracks.seen_s[rows, None])[:, :, None]
    middles: Floats = (tracks.xy[rows] * known).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    return middles
