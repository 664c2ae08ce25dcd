"""Which person of a frame is which track. N tracks, P people, K joints."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from swahr import _native
from swahr.pose.skeleton import Skeleton
from swahr.tracking.appearance import look_similarity
from swahr.tracking.params import TrackerParams
from swahr.tracking.similarity import Bools, Floats, Pairs, Seen, pose_similarity
from swahr.tracking.tracks import Tracks

Rows = npt.NDArray[np.intp]

# How much of a similarity looks can take away.
LOOK_WEIGHT = 0.6
# A look so different that it is someone else's, unless the person was away for less than this.
OTHER_LOOK, BRIEFLY_S = 0.1, 0.25
# Pairs that are worth less are none; what may be a pair is decided by the similarity alone.
MIN_AFFINITY = 0.02
# Someone new is less welcome to a person than someone who was seen often, and a person of score 0 to a track.
UNSURE, SURE_HITS = 0.3, 10.0
WEAK = 0.6
# So is someone who was not there in the frame before, and who was away for the longest gap, in proportion for shorter
# ones: without the first, two tracks of one person would take turns.
MISSED, AWAY = 0.15, 0.3
LATE_DOUBT = 2.0
NONE = -1
FASTEST = 12.0  # sizes a second: a sprinter


class Sight(NamedTuple):
    """A frame.

    seen: its people; scores: [P], theirs. colours: [P, PARTS, 3], looks; looked: [P, PARTS], which parts could be seen.
    now, step_s: its time, and seconds since the frame before.
    """

    seen: Seen
    scores: Floats
    colours: Floats
    looked: Bools
    now: float
    step_s: float


def match_by_motion(
    tracks: Tracks, sight: Sight, params: TrackerParams, skeleton: Skeleton
) -> tuple[Rows, Floats]:
    """Return each person's row of the tracks [P], -1 for none, and how well each joint fits it [P, K].

    Pose, place and motion count, and looks where they are known. Who is left is compared once more with left and
    right changed, as networks confuse them at times, and with more doubt.
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
        worth, alike = _worth(tracks, rows, sight, people, params, skeleton, doubt, order)
        pairs = assign(worth, MIN_AFFINITY)
        for row, person in pairs:
            row_of[people[person]] = rows[row]
            if order is None:
                fits[people[person]] = alike.parts[alike.rows[row, person]]
        rows = np.delete(rows, [row for row, _ in pairs])
        people = np.delete(people, [person for _, person in pairs])
    return row_of, fits


def _worth(
    tracks: Tracks,
    rows: Rows,
    sight: Sight,
    people: Rows,
    params: TrackerParams,
    skeleton: Skeleton,
    doubt: float,
    order: list[int] | None,
) -> tuple[Floats, Pairs]:
    """Return what it is worth to take a person for a track [n, p], 0 where they cannot be one, and how alike they are.

    doubt: times the usual. order: of the persons' joints, where not their own.
    """
    away = sight.now - tracks.seen_s[rows]
    new = tracks.hits[rows] < params.sure_after
    known = tracks.joint_s[rows] >= tracks.seen_s[rows, None] - params.joint_memory_s
    slack = params.doubt + np.where(new, params.new_doubt_rate, params.doubt_rate) * away
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
    look, parts = look_similarity(
        tracks.colours[rows], tracks.looked[rows], sight.colours[people], sight.looked[people]
    )
    worth = alike.whole * np.where(parts > 0, 1 - LOOK_WEIGHT * (1 - look), 1.0)
    missed = tracks.seen_s[rows] < tracks.seen_s.max()
    # Surer people go to surer tracks, so that a ghost beside someone does not take over.
    worth *= WEAK + (1 - WEAK) * sight.scores[people]
    worth *= (
        (1 - UNSURE * np.exp(-tracks.hits[rows] / SURE_HITS))
        * (1 - MISSED * missed - AWAY * away / params.max_gap_s)
    )[:, None]
    # Whoever comes back after a while at the right place in other clothes is someone else.
    other = (parts >= params.least_parts) & (look < OTHER_LOOK) & (away > BRIEFLY_S)[:, None]
    worth[(alike.whole < params.least_similarity) | other] = 0
    return worth, alike


def predict(tracks: Tracks, rows: Rows, away: Floats, params: TrackerParams) -> Floats:
    """Return where motion takes tracks [n, K, 2]; it dies away while they are not seen."""
    coast = params.coast_s * -np.expm1(-away / params.coast_s)
    predicted: Floats = tracks.xy[rows] + (tracks.velocity[rows] * coast[:, None])[:, None]
    return predicted


def match_by_looks(
    tracks: Tracks, young: Rows, present: Bools, now: float, params: TrackerParams
) -> list[tuple[int, int]]:
    """Return pairs (old row, young row) of tracks that are one person, who was away.

    young: rows of people who came a moment ago. present: [N], tracks that are seen in this frame.
    An old track was gone before the young one came, could have got there, looks like it, and nobody else does.
    """
    away = now - tracks.seen_s
    old = np.flatnonzero(
        ~present & (tracks.hits >= params.known_after) & ((away >= params.least_absence_s) | tracks.moved_on)
    )
    young = young[(tracks.looked[young] > 0).sum(axis=1) >= params.least_parts]
    if not len(old) or not len(young):
        return []
    look, parts = look_similarity(
        tracks.colours, tracks.looked, tracks.colours[young], tracks.looked[young] > 0
    )
    look[parts < params.least_parts] = 0
    look[young, np.arange(len(young))] = 0  # not itself
    rivals = look.copy()
    rivals[tracks.hits < params.sure_after] = 0
    first = np.sort(rivals, axis=0)[-2:][::-1]
    best, second = first[0], first[1] if len(first) > 1 else np.zeros_like(first[0])
    fits = look[old] >= np.maximum(
        params.least_look, np.where(look[old] >= best, second, best) + params.look_margin
    )
    fits &= tracks.seen_s[old, None] < tracks.born_s[young]
    apart = np.linalg.norm(_middles(tracks, old)[:, None] - _middles(tracks, young), axis=2)
    reach = tracks.sizes[old, None] * (1 + FASTEST * away[old, None])
    fits &= (apart <= reach) | tracks.moved_on[old, None]
    return [
        (int(old[i]), int(young[j])) for i, j in assign(np.where(fits, look[old], 0.0), params.least_look)
    ]


def assign(worth: Floats, least: float) -> list[tuple[int, int]]:
    """Return the pairs (row, column) of the largest total worth, each worth at least `least`."""
    # What is too little worth costs the same everywhere: as much as staying alone.
    cost = np.minimum(1 - worth, 1 - least)
    return [(i, j) for i, j in _native.solve_assignment(cost) if worth[i, j] >= least]


def _middles(tracks: Tracks, rows: Rows) -> Floats:
    known = (tracks.joint_s[rows] >= tracks.seen_s[rows, None])[:, :, None]
    middles: Floats = (tracks.xy[rows] * known).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    return middles
