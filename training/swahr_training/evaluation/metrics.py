"""Object keypoint similarity: COCO's figures of a data set, CrowdPose's levels, and how single photos come out.

COCO: cocodataset.org/#keypoints-eval. CrowdPose: Li et al., CVPR 2019 (arXiv 1812.00324).
"""

import contextlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from swahr.pose.poses import Poses
from swahr_training.data.labels import Person, Photo

# The first ten figures of COCO's keypoint summary, in its order.
FIGURES = ("AP", "AP50", "AP75", "APm", "APl", "AR", "AR50", "AR75", "ARm", "ARl")
# CrowdPose's figures by crowd index: easy is below the first bound, hard from the second on. The paper's text says
# 0.1 and 0.8, its evaluation code, which published figures come from, 0.2 and 0.8.
CROWD_LEVELS = {"APeasy": (0.0, 0.2), "APmedium": (0.2, 0.8), "APhard": (0.8, np.inf)}
MEDIUM, LARGE = 32.0**2, 96.0**2  # square pixels, where COCO's sizes begin
# People whose similarity is below this are not found.
FOUND = 0.5

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class PhotoResult:
    """How a photo came out.

    people: labelled. found: of them, with a similarity of at least 0.5. ghosts: found where nobody is labelled.
    quality: similarities of matched people over the mean of labelled and found people; 1 is perfect.
    """

    photo: Photo
    poses: Poses
    people: int
    found: int
    ghosts: int
    quality: float


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


def score(
    truth: Mapping[str, Any], results: list[dict[str, Any]], sigmas: Sequence[float]
) -> dict[str, float]:
    """Score COCO keypoint results against the content of a COCO keypoint file.

    Returns COCO's ten figures by name, in [0, 1], -1 where no person has that size; and CrowdPose's AP of easy,
    medium and hard photos where every image has a `crowdIndex` (-1 where there is none of a level).
    """
    truth, results = _numbered_anew(truth, results)
    figures = _coco_figures(truth, results, sigmas)
    indices = {image["id"]: image.get("crowdIndex") for image in truth["images"]}
    if indices and all(index is not None for index in indices.values()):
        for name, (low, high) in CROWD_LEVELS.items():
            level = {image_id for image_id, index in indices.items() if low <= index < high}
            figures[name] = _coco_figures(truth, results, sigmas, level)["AP"] if level else -1.0
    return figures


def _numbered_anew(
    truth: Mapping[str, Any], results: list[dict[str, Any]]
) -> tuple[Mapping[str, Any], list[dict[str, Any]]]:
    """Number photos from 1: COCO's evaluation keeps their numbers as floats, which are the same beyond 2^53."""
    numbers = {
        number: place for place, number in enumerate(sorted(image["id"] for image in truth["images"]), 1)
    }
    of_photos = [
        [
            entry | {"image_id": numbers[entry["image_id"]]}
            for entry in entries
            if entry["image_id"] in numbers
        ]
        for entries in (truth["annotations"], results)
    ]
    images = [image | {"id": numbers[image["id"]]} for image in truth["images"]]
    return {**truth, "images": images, "annotations": of_photos[0]}, of_photos[1]


def _coco_figures(
    truth: Mapping[str, Any],
    results: list[dict[str, Any]],
    sigmas: Sequence[float],
    image_ids: set[int] | None = None,
) -> dict[str, float]:
    from faster_coco_eval import COCO, COCOeval_faster

    if image_ids is not None:
        results = [result for result in results if result["image_id"] in image_ids]
    if not results:
        return _nobody_found(truth, image_ids)
    with contextlib.redirect_stdout(io.StringIO()):  # its tables; the figures are returned instead
        known = COCO(dict(truth))
        evaluation = COCOeval_faster(
            known, known.loadRes(results), "keypoints", print_function=_silent, kpt_oks_sigmas=list(sigmas)
        )
        if image_ids is not None:
            evaluation.params.imgIds = sorted(image_ids)
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return dict(zip(FIGURES, map(float, evaluation.stats), strict=False))


def _nobody_found(truth: Mapping[str, Any], image_ids: set[int] | None) -> dict[str, float]:
    """Return the figures where nobody was found: 0, and -1 for a size that nobody labelled has."""
    areas = [
        annotation["area"]
        for annotation in truth["annotations"]
        if annotation["num_keypoints"]
        and not annotation["iscrowd"]
        and (image_ids is None or annotation["image_id"] in image_ids)
    ]
    of_size = {"m": [MEDIUM <= area <= LARGE for area in areas], "l": [area >= LARGE for area in areas]}
    return {name: 0.0 if any(of_size.get(name[-1], [bool(areas)])) else -1.0 for name in FIGURES}


def similarities(
    people: Sequence[Person], keypoints: npt.NDArray[np.float32], sigmas: Sequence[float]
) -> Floats:
    """Return [labelled people, found people] object keypoint similarities.

    COCO's definition: the mean over the labelled joints of exp(-d^2 / (2 area (2 sigma)^2)); a missing joint counts 0
    here.

    Args:
        people: labelled, with their areas in square pixels.
        keypoints: [P, K, 3] in frame pixels, missing joints NaN or at (0, 0).
        sigmas: of each joint, parts of the person's size.
    """
    result = np.zeros((len(people), len(keypoints)))
    variances = (2 * np.asarray(sigmas)) ** 2
    for row, person in enumerate(people):
        labelled = person.joints[:, 2] > 0
        offset = keypoints[:, labelled, :2].astype(np.float64) - person.joints[labelled, :2]
        squared = (offset**2).sum(axis=2)
        exponent = squared / variances[labelled] / (2 * max(person.area, 1e-9))
        result[row] = np.nan_to_num(np.exp(-exponent)).mean(axis=1)
    return result


def judge(photo: Photo, poses: Poses, min_score: float) -> PhotoResult:
    """Say how a photo came out; people below `min_score` and those on ignore regions do not count."""
    people = [person for person in photo.people if not person.ignored]
    kept = poses.scores >= min_score
    keypoints = poses.keypoints[kept]
    alike = similarities(people, keypoints, poses.skeleton.sigmas)
    total, found, matched = 0.0, 0, set()
    left = alike.copy()
    while left.size and left.max() > 0:
        row, column = np.unravel_index(int(left.argmax()), left.shape)
        total += float(alike[row, column])
        if alike[row, column] >= FOUND:
            found += 1
            matched.add(int(column))
        left[row, :], left[:, column] = 0, 0
    ghosts = [
        index
        for index in range(len(keypoints))
        if index not in matched and not on_ignored(photo, keypoints[index])
    ]
    counted = len(people) + found + len(ghosts)
    return PhotoResult(
        photo,
        poses[kept],
        len(people),
        found,
        len(ghosts),
        min(1.0, 2 * total / counted) if counted else 1.0,
    )


def on_ignored(photo: Photo, keypoints: npt.NDArray[np.float32]) -> bool:
    """Whether somebody who was found stands on an ignore region."""
    points = keypoints[np.isfinite(keypoints[:, 0]) & (keypoints[:, 2] > 0), :2]
    if not len(points):
        return True
    x, y = points.mean(axis=0)
    for person in photo.people:
        if person.ignored:
            left, top, width, height = person.box
            if left <= x <= left + width and top <= y <= top + height:
                return True
    return False


def _silent(*_: object) -> None:
    return None
