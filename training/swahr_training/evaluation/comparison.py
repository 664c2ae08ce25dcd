"""Two networks on the same photos: their difference in AP, and how sure it is.

The photos at hand are a sample of those that matter. Drawing photos with replacement, the same ones for both
networks, shows how far the difference would vary (paired bootstrap; Efron and Tibshirani, 1993, chapter 8).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from swahr.pose.poses import Poses
from swahr_training.data.labels import Labels, Person, Photo

THRESHOLDS = np.linspace(0.5, 0.95, 10)  # of similarity, as COCO's AP averages over
RECALLS = np.linspace(0, 1, 101)
MAX_PEOPLE = 20  # of a photo that COCO's evaluation takes
SAMPLES = 2000
CONFIDENCE = 0.95

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Matches:
    """What became of the people found on a photo, best first.

    Attributes:
        scores: [P] of the people found.
        right: [T, P] whether each is somebody at a threshold of similarity.
        ignored: [T, P] whether each counts neither way, at an ignore region.
        labelled: How many people there are to find.
    """

    scores: Floats
    right: Bools
    ignored: Bools
    labelled: int


@dataclass(frozen=True)
class Comparison:
    """AP of two networks. low, high: of their difference, between which 95 of 100 samples of photos lie."""

    first: float
    second: float
    low: float
    high: float

    @property
    def difference(self) -> float:
        """How much better the first is."""
        return self.first - self.second

    def __str__(self) -> str:
        sure = "the photos tell them apart" if self.low > 0 or self.high < 0 else "it may be chance"
        return (
            f"AP {self.first:.3f} against {self.second:.3f}: {self.difference:+.3f}, "
            f"{100 * CONFIDENCE:.0f} % of samples of photos between {self.low:+.3f} and {self.high:+.3f}; {sure}"
        )


def compare_found(
    labels: Labels, first: Sequence[Poses], second: Sequence[Poses], seed: int = 0
) -> Comparison:
    """Compare what two networks found on the same photos.

    Args:
        labels: Of the photos, in the networks' joints.
        first: What one found, photo by photo.
        second: What the other found.
        seed: Of the samples.
    """
    sigmas = labels.skeleton.sigmas
    both = [
        [match(photo, poses, sigmas) for photo, poses in zip(labels.photos, found, strict=True)]
        for found in (first, second)
    ]
    random = np.random.default_rng(seed)
    count = len(labels.photos)
    differences = []
    for _ in range(SAMPLES):
        times = np.bincount(random.integers(count, size=count), minlength=count)
        ap, other = (average_precision(matches, times) for matches in both)
        differences.append(ap - other)
    low, high = np.nanquantile(differences, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Comparison(average_precision(both[0]), average_precision(both[1]), float(low), float(high))


def match(photo: Photo, poses: Poses, sigmas: Sequence[float]) -> Matches:
    """Match the people found on a photo to those labelled, as COCO does: best first, each to the nearest."""
    order = np.argsort(-poses.scores, kind="stable")[:MAX_PEOPLE]
    scores = poses.scores[order].astype(np.float64)
    keypoints = np.nan_to_num(poses.keypoints[order].astype(np.float64))
    people = sorted(photo.people, key=lambda person: person.ignored)
    alike = np.stack([_similarity(person, keypoints, sigmas) for person in people]) if people else None
    ignored = np.asarray([person.ignored for person in people], bool)
    right = np.zeros((len(THRESHOLDS), len(order)), bool)
    beside = np.zeros_like(right)
    for row, threshold in enumerate(THRESHOLDS):
        taken: set[int] = set()
        for column in range(len(order)):
            chosen, best = -1, min(threshold, 1 - 1e-10)
            for number, person in enumerate(people):
                if number in taken and not person.crowd:
                    continue
                if chosen >= 0 and not ignored[chosen] and ignored[number]:
                    break
                assert alike is not None
                if alike[number, column] >= best:
                    chosen, best = number, alike[number, column]
            if chosen >= 0:
                taken.add(chosen)
                right[row, column], beside[row, column] = not ignored[chosen], ignored[chosen]
    return Matches(scores, right, beside, int((~ignored).sum()))


def average_precision(photos: Sequence[Matches], times: npt.NDArray[np.int64] | None = None) -> float:
    """Return COCO's AP, the mean over thresholds of the precision at 101 recalls; NaN where there is nobody.

    Args:
        photos: What became of the people found on each.
        times: [photos] how often each counts; None: once.
    """
    times = np.ones(len(photos), np.int64) if times is None else times
    labelled = int(sum(n * photo.labelled for n, photo in zip(times, photos, strict=True)))
    if not labelled:
        return float("nan")
    chosen = [photo for n, photo in zip(times, photos, strict=True) for _ in range(n)]
    scores = np.concatenate([photo.scores for photo in chosen])
    order = np.argsort(-scores, kind="stable")
    right = np.concatenate([photo.right for photo in chosen], axis=1)[:, order]
    counted = ~np.concatenate([photo.ignored for photo in chosen], axis=1)[:, order]
    hits = np.cumsum(right & counted, axis=1)
    ghosts = np.cumsum(~right & counted, axis=1)
    precision = hits / np.maximum(hits + ghosts, 1)
    precision = np.maximum.accumulate(precision[:, ::-1], axis=1)[:, ::-1]
    total = 0.0
    for row in range(len(THRESHOLDS)):
        at = np.searchsorted(hits[row] / labelled, RECALLS, side="left")
        there = at < len(scores)
        total += float(precision[row, at[there]].sum()) / len(RECALLS)
    return total / len(THRESHOLDS)


def _similarity(person: Person, keypoints: Floats, sigmas: Sequence[float]) -> Floats:
    """Return [P] similarities as COCO's evaluation has them: of people without joints by how near the box is."""
    variances = (2 * np.asarray(sigmas)) ** 2
    labelled = person.joints[:, 2] > 0
    if labelled.any():
        offset = keypoints[:, labelled, :2] - person.joints[labelled, :2].astype(np.float64)
        variances = variances[labelled]
    else:
        x, y, width, height = person.box
        low = np.asarray([x - width, y - height])
        high = np.asarray([x + 2 * width, y + 2 * height])
        points = keypoints[..., :2]
        offset = np.maximum(0, low - points) + np.maximum(0, points - high)
    exponent = (offset**2).sum(axis=2) / variances / (person.area + np.spacing(1)) / 2
    similarity: Floats = np.exp(-exponent).mean(axis=1)
    return similarity
