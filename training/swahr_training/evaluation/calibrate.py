"""People's scores fitted to labelled photos, see `swahr.models.scorer`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from swahr.errors import SwahrError
from swahr.inference.estimator import PoseEstimator
from swahr.models.scorer import PersonScorer, person_features
from swahr.video.images import read_image
from swahr_training.config import DataSource
from swahr_training.data.sources import in_joints, read_labels, refuse_wrong
from swahr_training.evaluation.metrics import on_ignored, similarities

Floats = npt.NDArray[np.float64]

# People of whom this part lies on an ignore region and who are like nobody labelled are neither right nor wrong.
LIKE_NOBODY = 0.3
MIN_PEOPLE = 100
RIDGE = 1e-3
STEPS = 50
# A found person this much like a labelled one is somebody: some joints are off or hidden, but it is that person.
SOMEBODY = 0.3
LIMITS = np.arange(0.05, 0.55, 0.05)


@dataclass(frozen=True)
class Sample:
    """People that a network found. features: [P, F]. similarity: [P] to the labelled person who is theirs, or 0."""

    features: Floats
    similarity: Floats


def collect(
    checkpoint: Path,
    sources: Sequence[DataSource],
    progress: Callable[[int, int], None] | None = None,
    **options: Any,
) -> Sample:
    """Find the people of all photos of `sources` and compare them with the labels.

    Args:
        checkpoint: of the network.
        sources: of the labels; not those that evaluation uses.
        progress: called with photos done and all photos.
        options: passed to `PoseEstimator.from_pretrained`.

    Raises:
        SwahrError: where labels or photos are at fault.
    """
    # Scores are those of the network itself, from which a second stage makes its own.
    estimator = PoseEstimator.from_pretrained(checkpoint, **{"min_score": 0.0, **options, "refine": "off"})
    photos = []
    for source in sources:
        labels = read_labels(source, "train", estimator.skeleton)
        if labels is None:
            raise SwahrError("scores are fitted on labels; this source has photos alone")
        refuse_wrong(labels)
        photos += in_joints(labels, estimator.skeleton).photos
    features, similarity = [], []
    for done, photo in enumerate(photos):
        image = read_image(photo.path)
        poses = estimator(image)
        people = [person for person in photo.people if not person.ignored]
        similarity_of = similarities(people, poses.keypoints, estimator.skeleton.sigmas)
        alike = similarity_of.max(axis=0, initial=0.0)
        known = [
            alike[i] >= LIKE_NOBODY or not on_ignored(photo, keypoints)
            for i, keypoints in enumerate(poses.keypoints)
        ]
        size = (image.shape[1], image.shape[0])
        features.append(person_features(poses.keypoints, size)[known])
        similarity.append(one_each(similarity_of)[known])
        if progress is not None:
            progress(done + 1, len(photos))
    if not photos:
        raise SwahrError("there are no photos to fit scores on")
    return Sample(np.concatenate(features), np.concatenate(similarity))


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
    target = np.concatenate([sample.similarity] * 2)
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
    scorer = PersonScorer(tuple(scaled.tolist()), float(weights[-1] - scaled @ mean), 0.0)
    return replace(scorer, min_score=best_limit(scorer.from_features(sample.features), sample.similarity))


def best_limit(scores: Floats, similarity: Floats) -> float:
    """Return the limit that parts somebody from nobody best: the highest F1."""
    somebody = similarity >= SOMEBODY
    right = [float((somebody & (scores >= limit)).sum()) for limit in LIMITS]
    shown = [float((scores >= limit).sum()) for limit in LIMITS]
    quality = [2 * r / max(s + somebody.sum(), 1.0) for r, s in zip(right, shown, strict=True)]
    return round(float(LIMITS[int(np.argmax(quality))]), 2)


def reliability(scorer: PersonScorer, sample: Sample) -> list[str]:
    """Return lines that say how alike labelled people those of low and of high scores were."""
    scores = scorer.from_features(sample.features)
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
