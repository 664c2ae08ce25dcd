"""People's scores as functions of what was found of them, fitted to how much they are like labelled people.

See `swahr.models.scorer` and `swahr.models.refined_scorer` for the functions.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from swahr.errors import SwahrError
from swahr.models.refined_scorer import RefinedScorer
from swahr.models.scorer import PersonScorer

Floats = npt.NDArray[np.float64]

MIN_PEOPLE = 100
RIDGE = 1e-3
STEPS = 50
# A found person this much like a labelled one is somebody: some joints are off or hidden, but it is that person. One
# whose joints were looked at again has to be right.
SOMEBODY, RIGHT = 0.3, 0.5
LIMITS = np.arange(0.05, 0.55, 0.05)
# Of limits that are as good but for this much, the highest has the fewest ghosts.
LEEWAY = 0.002


@dataclass(frozen=True)
class Sample:
    """People that a network found. features: [P, F]. similarity: [P] to the labelled person who is theirs, or 0."""

    features: Floats
    similarity: Floats


def one_each(similarities: Floats) -> Floats:
    """Return [P]: how much each found person is like the labelled one who is theirs, 0 where all are others'.

    similarities: [labelled, P]. A labelled person counts once, as in COCO's precision; who is most alike has them.
    """
    left = similarities.copy()
    theirs = np.zeros(left.shape[1])
    while left.max(initial=0.0) > 0:
        labelled, found = np.unravel_index(int(left.argmax()), left.shape)
        theirs[found] = left[labelled, found]
        left[labelled] = 0
        left[:, found] = 0
    return theirs


def fit(sample: Sample, flip: Sequence[int]) -> PersonScorer:
    """Fit a logistic regression to similarities: cross entropy with a ridge on the standardised weights, by Newton.

    Args:
        sample: the people, at least a hundred.
        flip: the skeleton's permutation of left and right; each person counts mirrored too.

    Raises:
        SwahrError: for too few people.
    """
    if len(sample.similarity) < MIN_PEOPLE:
        raise SwahrError(
            f"{len(sample.similarity)} people were found; expected at least {MIN_PEOPLE} to fit scores on"
        )
    features = np.concatenate([sample.features, _mirrored(sample.features, flip)])
    weights, bias = _logistic(features, np.concatenate([sample.similarity] * 2))
    scorer = PersonScorer(weights, bias, 0.0)
    return replace(scorer, min_score=best_limit(scorer.from_features(sample.features), sample.similarity))


def fit_refined(sample: Sample) -> RefinedScorer:
    """Fit the scores of people who were looked at again, as `fit`."""
    weights, bias = _logistic(sample.features, sample.similarity)
    scorer = RefinedScorer(weights, bias, 0.0)
    scores = scorer.from_features(sample.features)
    return replace(scorer, min_score=best_limit(scores, sample.similarity, RIGHT, LEEWAY))


def _logistic(features: Floats, target: Floats) -> tuple[tuple[float, ...], float]:
    """Return weights and bias of a logistic regression of `target` in [0, 1]."""
    mean, spread = features.mean(axis=0), features.std(axis=0)
    spread[spread < 1e-9] = np.inf  # a feature that never varies says nothing
    rows = np.column_stack([(features - mean) / spread, np.ones(len(features))])
    ridge = np.full(rows.shape[1], 2 * RIDGE)
    ridge[-1] = 1e-9
    weights = np.zeros(rows.shape[1])
    for _ in range(STEPS):
        expected = 1 / (1 + np.exp(-rows @ weights))
        gradient = rows.T @ (expected - target) / len(rows) + ridge * weights
        curvature = (rows.T * (expected * (1 - expected))) @ rows / len(rows) + np.diag(ridge)
        step = np.linalg.solve(curvature, gradient)
        weights -= step
        if np.abs(step).max() < 1e-8:
            break
    scaled = weights[:-1] / spread
    return tuple(scaled.tolist()), float(weights[-1] - scaled @ mean)


def best_limit(scores: Floats, similarity: Floats, somebody: float = SOMEBODY, leeway: float = 0.0) -> float:
    """Return the limit that parts somebody from nobody best: the highest F1, or the highest limit that is as good."""
    right = similarity >= somebody
    quality = np.asarray(
        [
            2
            * float((right & (scores >= limit)).sum())
            / max(float((scores >= limit).sum() + right.sum()), 1.0)
            for limit in LIMITS
        ]
    )
    as_good = np.flatnonzero(quality >= quality.max() - leeway)
    return round(float(LIMITS[as_good[-1 if leeway else 0]]), 2)


def reliability(scores: Floats, sample: Sample) -> list[str]:
    """Return lines that say how alike labelled people those of low and of high scores were."""
    lines = []
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        those = (scores >= low) & (scores < low + 0.2)
        if those.any():
            alike = sample.similarity[those].mean()
            lines.append(
                f"score {low:.1f} to {low + 0.2:.1f}: {those.sum()} people, mean similarity {alike:.2f}"
            )
    return lines


def _mirrored(features: Floats, flip: Sequence[int]) -> Floats:
    """Return the features of mirrored people: confidences and presences of left and right joints change places."""
    order, num_joints = np.asarray(flip), len(flip)
    mirrored: Floats = np.array(features)
    mirrored[:, :num_joints] = features[:, order]
    mirrored[:, num_joints : 2 * num_joints] = features[:, num_joints + order]
    return mirrored
