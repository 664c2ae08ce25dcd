"""A checkpoint on labelled photos: COCO's figures, and a picture of the photos that came out worst."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from swahr.errors import SwahrError
from swahr.inference.estimator import PoseEstimator
from swahr.overlay.skeletons import draw_poses
from swahr.pose.skeleton import Skeleton
from swahr.video.images import Image, read_image
from swahr_training.config import DataSource
from swahr_training.data.labels import Labels, Photo
from swahr_training.data.sheet import captioned, draw_labels, fit_tile, grid
from swahr_training.data.sources import joint_map, read_labels, refuse_wrong
from swahr_training.evaluation.metrics import PhotoResult, coco_results, judge, score

BATCH = 8  # photos that the estimator gets at once


@dataclass(frozen=True)
class Evaluation:
    """What came out. figures: by name, see `metrics.score`. results: in COCO's result format. photos: one by one."""

    figures: dict[str, float]
    results: list[dict[str, Any]]
    photos: list[PhotoResult]


def evaluate(checkpoint: Path, source: DataSource, **options: Any) -> dict[str, float]:
    """Run a checkpoint over all photos of `source` and return the figures by name; see `evaluate_photos`."""
    return evaluate_photos(checkpoint, source, **options).figures


def evaluate_photos(
    checkpoint: Path, source: DataSource, progress: Callable[[int, int], None] | None = None, **options: Any
) -> Evaluation:
    """Run a checkpoint over all photos of `source` and score it.

    Labels are compared by joint names where they have other joints.

    Args:
        checkpoint: of the network.
        source: of the labels.
        progress: called with photos done and all photos.
        options: passed to `PoseEstimator.from_pretrained` (device, input_size, flip_test, scales ...).

    Raises:
        SwahrError: where labels or photos are at fault.
    """
    # All people count, however unsure: COCO's metric weighs them by their scores.
    estimator = PoseEstimator.from_pretrained(checkpoint, **{"min_score": 0.0, **options})
    labels = read_labels(source, "val", estimator.skeleton)
    if labels is None:
        raise SwahrError("evaluation needs labels; this source has photos alone")
    refuse_wrong(labels)
    labels = labels_of(labels, estimator.skeleton)
    results: list[dict[str, Any]] = []
    judged: list[PhotoResult] = []
    for photos in _batched(labels.photos, BATCH):
        for photo, poses in zip(photos, estimator([read_image(photo.path) for photo in photos]), strict=True):
            results += coco_results(poses, photo.id)
            judged.append(judge(photo, poses, estimator.default_min_score))
        if progress is not None:
            progress(len(judged), len(labels.photos))
    return Evaluation(score(labels.as_coco(), results, estimator.skeleton.sigmas), results, judged)


def labels_of(labels: Labels, skeleton: Skeleton) -> Labels:
    """Return labels in the joints of a skeleton, matched by name; joints that they lack are not labelled."""
    mapped = joint_map(labels.skeleton, skeleton, labels.name)
    nothing = np.zeros(3, np.float32)
    photos = [
        replace(
            photo,
            people=tuple(
                replace(person, joints=np.stack([person.joints[n] if n >= 0 else nothing for n in mapped]))
                for person in photo.people
            ),
        )
        for photo in labels.photos
    ]
    return Labels(labels.name, skeleton, photos, labels.problems)


def draw_worst(photos: Iterable[PhotoResult], count: int = 12) -> Image:
    """Draw the photos of lowest quality, worst first: the labels on the left, what was found on the right."""
    worst = sorted(
        (photo for photo in photos if photo.people or photo.ghosts), key=lambda photo: photo.quality
    )
    tiles: list[Image] = []
    for result in worst[:count]:
        truth = draw_labels(result.photo, result.poses.skeleton)
        image = read_image(result.photo.path)
        found = fit_tile(draw_poses(image, result.poses))
        said = f"{result.found} of {result.people} found, {result.ghosts} wrong, quality {result.quality:.2f}"
        tiles += [captioned(truth, result.photo.path.name), captioned(found, said)]
    return grid(tiles)


def _batched(photos: list[Photo], size: int) -> Iterable[list[Photo]]:
    for start in range(0, len(photos), size):
        yield photos[start : start + size]
