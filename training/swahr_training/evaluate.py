"""Average precision of a checkpoint on labelled photos, by object keypoint similarity as COCO defines it."""

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np

from swahr.errors import SwahrError
from swahr.estimator import PoseEstimator
from swahr.images import read_image
from swahr.poses import Poses
from swahr_training.config import DataSource

# The first ten figures of COCO's keypoint summary, in its order.
FIGURES = ("AP", "AP50", "AP75", "APm", "APl", "AR", "AR50", "AR75", "ARm", "ARl")


def evaluate(checkpoint: Path, source: DataSource, **options: Any) -> dict[str, float]:
    """Run a checkpoint over all photos of `source` and score it.

    options: passed to `PoseEstimator.from_pretrained` (device, input_size, flip_test, scales ...).
    Returns COCO's ten keypoint figures by name, in [0, 1]; -1 where no person has that size.
    """
    if source.labels is None:
        raise SwahrError("evaluation needs labels; this source has photos alone")
    # All people count, however unsure: COCO's metric weighs them by their scores.
    estimator = PoseEstimator.from_pretrained(checkpoint, **{"min_score": 0.0, **options})
    images = json.loads(source.labels.read_text())["images"]
    results: list[dict[str, Any]] = []
    for image in images:
        poses = estimator(read_image(source.images / image["file_name"]))
        results += coco_results(poses, image["id"])
    return score(source.labels, results, estimator.skeleton.sigmas)


def coco_results(poses: Poses, image_id: int) -> list[dict[str, Any]]:
    """Return a frame's people in COCO's result format; a missing joint gets (0, 0) and score 0."""
    return [
        {
            "image_id": image_id,
            "category_id": 1,
            "keypoints": np.nan_to_num(keypoints.astype(float)).ravel().tolist(),
            "score": float(person_score),
        }
        for keypoints, person_score in zip(poses.keypoints, poses.scores, strict=True)
    ]


def score(labels: Path, results: list[dict[str, Any]], sigmas: tuple[float, ...]) -> dict[str, float]:
    """Score COCO keypoint results against a COCO keypoint file. Returns the figures by name."""
    from faster_coco_eval import COCO, COCOeval_faster

    if not results:
        return dict.fromkeys(FIGURES, 0.0)
    with contextlib.redirect_stdout(io.StringIO()):  # its tables; the figures are returned instead
        truth = COCO(str(labels))
        evaluation = COCOeval_faster(
            truth, truth.loadRes(results), "keypoints", print_function=_silent, kpt_oks_sigmas=list(sigmas)
        )
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return dict(zip(FIGURES, map(float, evaluation.stats), strict=False))


def _silent(*_: object) -> None:
    return None
