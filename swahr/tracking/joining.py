"""Which pieces of tracks are one person, over a whole file. N pieces."""

from collections.abc import Sequence

import numpy as np

from swahr import _native
from swahr.tracking.histograms import histogram_distance
from swahr.tracking.tracklets import Rows, Sights, Tracklet

# Evidence is the logarithm of how much likelier two pieces are one person than two; 0 says nothing.
# Longest gaps of the rounds, seconds, and the evidence that a pair of each needs. Sure pairs first: what they are
# joined to is better known in the next round.
ROUNDS = ((0.12, 1.0), (0.6, 1.0), (2.0, 1.0), (8.0, 1.5), (float("inf"), 1.5))
# Pieces of fewer sights are fragments, which are joined when all others are: one that shows beside a person must not
# take the place of what comes then. They need so much evidence to belong into a gap, by sights as near as these.
SOLID, HOLE_EVIDENCE, NEAR_SIGHTS = 6, 1.0, 100
# How wrong a prediction may be, in sizes: at once, and more for each second.
DOUBT, DOUBT_RATE = 0.12, 0.6
COAST_S = 0.5  # in which motion dies away
FIELD = 4.0  # sizes: as far from each other are people who are not the same one
TAILS = 2.5  # how slowly the evidence falls where predictions fail, as of Student's distribution
SIZE_DOUBT, MAX_SIZE_EVIDENCE = 0.2, 2.0
# Distance of appearances that says nothing, and what changes the evidence by 1.
SAME, PER_EVIDENCE = 0.08, 0.02
MOST_ALIKE, LEAST_ALIKE = 3.0, -10.0
FEW_SIGHTS = 2.0  # with so many, an appearance counts half
FASTEST = 12.0  # sizes per second
# Two pieces of one person may overlap while one of them loses it, by so much and so much of the shorter one.
OVERLAP_S, OVERLAP = 0.1, 0.34
# Gaps after which motion says nothing, so that appearance has to; then nobody else who was
# there may be as like, of those who were seen often enough.
BLIND_S, MARGIN, KNOWN = 1.5, 0.03, 3


def join_tracklets(pieces: Sequence[Tracklet], sights: Sights, remember_s: float) -> list[Tracklet]:
    """Join pieces into people, each round the most likely pairs all at once.

    Args:
        pieces: Of `cut_tracks`.
        sights: Of their rows.
        remember_s: Longest gap between two pieces of a person, seconds.

    Returns:
        People, by the time of their beginning.
    """
    people: list[Tracklet] = []
    for fragments in (False, True):
        people += [piece for piece in pieces if (len(piece.rows) < SOLID) == fragments]
        if fragments:
            people = _fill_holes(people, sights)
        before = 0.0
        for longest_s, needed in ROUNDS:
            horizon_s = max(min(longest_s, remember_s), 1.5 * sights.step_s)
            if horizon_s > before:
                people = _join_round(people, sights, horizon_s, needed)
            before = horizon_s
    return people


def _fill_holes(people: list[Tracklet], sights: Sights) -> list[Tracklet]:
    """Put fragments into the gaps of those whom they fit best."""
    whole = [one for one in people if len(one.rows) >= SOLID]
    left = []
    for fragment in sorted((one for one in people if len(one.rows) < SOLID), key=lambda one: -len(one.rows)):
        fits = [_fits_into(fragment, one, sights) for one in whole]
        best = int(np.argmax(fits)) if fits else 0
        if fits and fits[best] > HOLE_EVIDENCE:
            rows = np.concatenate([whole[best].rows, fragment.rows])
            whole[best] = Tracklet.of(rows[np.argsort(sights.frame_of_row[rows])], sights)
        else:
            left.append(fragment)
    return whole + left


def _fits_into(fragment: Tracklet, one: Tracklet, sights: Sights) -> float:
    """Return the evidence that a fragment belongs into a gap of someone; -inf where there is none."""
    frames = sights.frame_of_row[one.rows]
    first, last = sights.frame_of_row[fragment.rows[[0, -1]]]
    at, until = np.searchsorted(frames, [first, last])
    if at != until or at in (0, len(frames)) or frames[at] == last:
        return -np.inf
    before = Tracklet.of(one.rows[max(at - NEAR_SIGHTS, 0) : at], sights)
    after = Tracklet.of(one.rows[at : at + NEAR_SIGHTS], sights)
    return min(_evidence(before, fragment, sights), _evidence(fragment, after, sights))


def _join_round(chains: list[Tracklet], sights: Sights, horizon_s: float, needed: float) -> list[Tracklet]:
    """Join the pairs of the largest total evidence, each of which has at least what is needed."""
    starts = np.asarray([chain.first_s for chain in chains])
    order = np.argsort(starts, kind="stable")
    found: list[tuple[int, int, float]] = []
    for i, chain in enumerate(chains):
        end = chain.last_s
        low, high = np.searchsorted(starts[order], [end - OVERLAP_S, end + horizon_s], side="right")
        for j in order[low:high].tolist():
            if i == j or not _one_after_the_other(chain, chains[j]):
                continue
            evidence = _evidence(chain, chains[j], sights)
            if evidence > needed:
                found.append((i, j, evidence))
    guessed = {
        (i, j) for i, j, _ in found if _is_blind(chains[i], chains[j], sights) and _has_rival(chains, i, j)
    }
    pairs = _assign([link for link in found if link[:2] not in guessed], len(chains))
    return _chained(chains, pairs, sights)


def _one_after_the_other(a: Tracklet, b: Tracklet) -> bool:
    """Return whether b goes on after a, and begins hardly before a ends."""
    overlap_s = a.last_s - b.first_s
    shorter_s = min(a.last_s - a.first_s, b.last_s - b.first_s)
    return (
        a.first_s < b.first_s and a.last_s < b.last_s and (overlap_s < 0 or overlap_s < OVERLAP * shorter_s)
    )


def _evidence(a: Tracklet, b: Tracklet, sights: Sights) -> float:
    """Return the evidence that b goes on where a ends."""
    gap_s = max(b.first_s - a.last_s, sights.step_s)
    scenes = sights.scene[a.rows[-1]], sights.scene[b.rows[0]]
    appearance = _appearance_evidence(a, b)
    if scenes[0] != scenes[1]:
        return appearance
    size = (a.end_size * b.start_size) ** 0.5
    coast = COAST_S * -np.expm1(-gap_s / COAST_S)
    forwards = a.end + a.end_velocity * coast - b.start
    backwards = b.start - b.start_velocity * coast - a.end
    apart = (np.linalg.norm(forwards) + np.linalg.norm(backwards)) / (2 * size)
    if np.linalg.norm(b.start - a.end) > size * (1 + FASTEST * gap_s):
        return -np.inf
    doubt = DOUBT + DOUBT_RATE * gap_s
    motion = max(0.0, np.log(FIELD**2 / (2 * np.pi * doubt**2)))
    motion -= TAILS * np.log1p(0.5 / TAILS * (apart / doubt) ** 2)
    ratio = np.log(max(a.end_size, 1.0) / max(b.start_size, 1.0))
    motion -= min(0.5 * (ratio / SIZE_DOUBT) ** 2, MAX_SIZE_EVIDENCE)
    return float(motion + appearance)


def _distance(a: Tracklet, b: Tracklet) -> tuple[float, float]:
    """Return how unlike two appearances are, and by how many sights that is known; 0 sights: it is not."""
    common = np.minimum(a.seen, b.seen)
    if not common.any():
        return 0.0, 0.0
    apart = histogram_distance(a.histograms, b.histograms)
    weights = np.minimum(common, 10.0)
    return float((apart * weights).sum() / weights.sum()), float(common.max())


def _appearance_evidence(a: Tracklet, b: Tracklet) -> float:
    apart, sights = _distance(a, b)
    evidence = np.clip((SAME - apart) / PER_EVIDENCE, LEAST_ALIKE, MOST_ALIKE)
    return float(evidence * sights / (sights + FEW_SIGHTS))


def _is_blind(a: Tracklet, b: Tracklet, sights: Sights) -> bool:
    """Return whether places say nothing of whether b goes on where a ends."""
    return b.first_s - a.last_s > BLIND_S or sights.scene[a.rows[-1]] != sights.scene[b.rows[0]]


def _has_rival(chains: list[Tracklet], i: int, j: int) -> bool:
    """Return whether someone who was there beside one of two is about as like the other: twins are not guessed."""
    apart, sights = _distance(chains[i], chains[j])
    if not sights:
        return True
    for k, other in enumerate(chains):
        for one, two in ((i, j), (j, i)):
            if k in (i, j) or not _beside(other, chains[one]):
                continue
            rival, known = _distance(other, chains[two])
            if known >= KNOWN and rival < apart + MARGIN:
                return True
    return False


def _beside(a: Tracklet, b: Tracklet) -> bool:
    """Return whether two are there at the same time, so that they are two."""
    return a.first_s <= b.last_s and b.first_s <= a.last_s


def _assign(links: list[tuple[int, int, float]], count: int) -> list[tuple[int, int]]:
    """Return the links of the largest total evidence with one at most to and from each."""
    if not links:
        return []
    rows, columns, evidence = (np.asarray(values) for values in zip(*links, strict=True))
    # Ends and starts are nodes of their own; what is not linked at all is solved apart.
    # Not above: SciPy takes a quarter of a second, and whoever follows people as they come needs none of it.
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(rows)), (rows, count + columns)), shape=(2 * count, 2 * count))
    part_of = connected_components(graph, directed=False)[1][rows]
    pairs: list[tuple[int, int]] = []
    for part in np.unique(part_of):
        of_part = part_of == part
        ends, row = np.unique(rows[of_part], return_inverse=True)
        starts, column = np.unique(columns[of_part], return_inverse=True)
        cost = np.zeros((len(ends), len(starts)))  # 0: not linked
        cost[row, column] = -evidence[of_part]
        pairs += [(int(ends[a]), int(starts[b])) for a, b in _native.solve_assignment(cost) if cost[a, b] < 0]
    return pairs


def _chained(chains: list[Tracklet], pairs: list[tuple[int, int]], sights: Sights) -> list[Tracklet]:
    """Put linked chains together, in the order of their beginnings."""
    after = dict(pairs)
    joined = []
    for i in sorted(set(range(len(chains))) - set(after.values())):
        parts, at = [chains[i].rows], i
        while at in after:
            at = after[at]
            parts.append(chains[at].rows)
        joined.append(chains[i] if len(parts) == 1 else Tracklet.of(_merged(parts, sights), sights))
    return sorted(joined, key=lambda chain: (chain.first_s, int(chain.rows[0])))


def _merged(parts: list[Rows], sights: Sights) -> Rows:
    """Return the rows of pieces, in time; where two are of one frame, the surer one."""
    rows = np.concatenate(parts)
    rows = rows[np.lexsort((-sights.scores[rows], sights.frame_of_row[rows]))]
    first = np.diff(sights.frame_of_row[rows], prepend=-1) > 0
    return np.asarray(rows[first])
