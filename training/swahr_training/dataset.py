"""Labelled photos in COCO keypoint format."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from swahr.errors import SwahrError
from swahr.skeleton import Skeleton


@dataclass(frozen=True)
class LabelledImage:
    """One photo and its people, in image pixels.

    joints: [P, K, 3] float32: x, y, visibility as in COCO (0 not labelled, 1 hidden, 2 visible).
    boxes: [P, 4] float32: x, y, width, height.
    unknown: [P] bool: visibility 0 means "nobody looked", so such a joint must not be learnt as background.
    ignored: COCO segmentations (polygons or run lengths) of crowds and of people without keypoints.
    """

    path: Path
    joints: npt.NDArray[np.float32]
    boxes: npt.NDArray[np.float32]
    unknown: npt.NDArray[np.bool_]
    ignored: tuple[Any, ...] = field(default=())

    def ignore_mask(self, height: int, width: int) -> npt.NDArray[np.uint8]:
        """Return [height, width] uint8, 1 where there are people that are not surely labelled."""
        mask = np.zeros((height, width), np.uint8)
        for segmentation in self.ignored:
            if isinstance(segmentation, dict):
                mask |= _decode_run_lengths(segmentation)
            else:
                for polygon in segmentation:
                    points = np.asarray(polygon, np.float32).reshape(-1, 2)
                    cv2.fillPoly(mask, [np.rint(points).astype(np.int32)], 1)
        return mask


def read_coco(
    labels: Path, images: Path, skeleton: Skeleton, unknown_origins: Sequence[str] = ()
) -> list[LabelledImage]:
    """Read a COCO keypoint file.

    labels: the JSON. images: the folder that its file names are relative to. unknown_origins: annotations
    whose `origin` is one of these come from a teacher that does not see every joint (see `unknown`).
    Raises SwahrError where the file is no COCO keypoint file or its joints are not the skeleton's.
    """
    try:
        content = json.loads(labels.read_text())
        images_by_id = {image["id"]: image for image in content["images"]}
        annotations = content["annotations"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SwahrError(f"{labels}: not a COCO keypoint file ({error!r})") from error
    by_image: dict[int, list[dict[str, Any]]] = {image_id: [] for image_id in images_by_id}
    for annotation in annotations:
        if annotation["image_id"] not in by_image:
            raise SwahrError(f"{labels}: annotation {annotation.get('id')} is of an image that is not listed")
        by_image[annotation["image_id"]].append(annotation)
    return [
        _labelled(images / image["file_name"], by_image[image_id], skeleton, unknown_origins, labels)
        for image_id, image in images_by_id.items()
    ]


def read_negatives(images: Path, skeleton: Skeleton) -> list[LabelledImage]:
    """Take every JPEG and PNG of a folder as a photo without people."""
    none = np.zeros((0, skeleton.num_joints, 3), np.float32)
    paths = sorted(p for p in images.iterdir() if p.suffix.lower() in (".jpg", ".jpeg", ".png"))
    return [LabelledImage(p, none, np.zeros((0, 4), np.float32), np.zeros(0, bool)) for p in paths]


def _labelled(
    path: Path,
    annotations: list[dict[str, Any]],
    skeleton: Skeleton,
    unknown_origins: Sequence[str],
    labels: Path,
) -> LabelledImage:
    joints, boxes, unknown, ignored = [], [], [], []
    for annotation in annotations:
        points = np.asarray(annotation.get("keypoints", ()), np.float32)
        if annotation.get("iscrowd") or not (points.reshape(-1, 3)[:, 2] > 0).any():
            x, y, w, h = annotation["bbox"]
            box = [[x, y, x + w, y, x + w, y + h, x, y + h]]
            ignored.append(annotation.get("segmentation") or box)
            continue
        if points.size != 3 * skeleton.num_joints:
            raise SwahrError(
                f"{labels}: annotation {annotation.get('id')} has {points.size / 3:g} joints; "
                f"the skeleton {skeleton.name} has {skeleton.num_joints}"
            )
        joints.append(points.reshape(-1, 3))
        boxes.append(annotation["bbox"])
        unknown.append(annotation.get("origin") in unknown_origins)
    return LabelledImage(
        path,
        np.asarray(joints, np.float32).reshape(-1, skeleton.num_joints, 3),
        np.asarray(boxes, np.float32).reshape(-1, 4),
        np.asarray(unknown, bool),
        tuple(ignored),
    )


def _decode_run_lengths(segmentation: dict[str, Any]) -> npt.NDArray[np.uint8]:
    from faster_coco_eval.core import mask as coco_mask

    if isinstance(segmentation["counts"], list):
        height, width = segmentation["size"]
        segmentation = coco_mask.frPyObjects(segmentation, height, width)
    decoded: npt.NDArray[np.uint8] = coco_mask.decode(segmentation)
    return decoded
