"""A labelled photo as training takes it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from swahr.errors import SwahrError


@dataclass(frozen=True)
class LabelledImage:
    """One photo and its people, in image pixels.

    joints: [P, K, 3] float32: x, y, visibility as in COCO (0 not labelled, 1 hidden, 2 visible).
    boxes: [P, 4] float32: x, y, width, height.
    unknown: [P] bool: visibility 0 means "nobody looked", so such a joint must not be learnt as background.
    ignored: COCO segmentations (polygons or run lengths) of crowds and of people without keypoints.
    unlabelled: joints that the photo's data set does not label at all: nothing is learnt of them there.
    open_to_run: whether the data set leaves it to the run what visibility 0 means.
    """

    path: Path
    joints: npt.NDArray[np.float32]
    boxes: npt.NDArray[np.float32]
    unknown: npt.NDArray[np.bool_]
    ignored: tuple[Any, ...] = ()
    unlabelled: tuple[int, ...] = ()
    open_to_run: bool = False

    def as_run_says(self, unknown: bool) -> "LabelledImage":
        """Return this with all visibility 0 unknown, where the run says so and the data set leaves it to the run."""
        return replace(self, unknown=np.ones_like(self.unknown)) if unknown and self.open_to_run else self

    @property
    def joints_of_background(self) -> int:
        """How many joints of its people are learnt as not there: those of visibility 0 that somebody looked for."""
        looked_for = np.ones(self.joints.shape[1], bool)
        looked_for[list(self.unlabelled)] = False
        absent = (self.joints[:, :, 2] == 0) & looked_for & ~self.unknown[:, None]
        return int(absent.sum())

    def ignore_mask(self, height: int, width: int) -> npt.NDArray[np.uint8]:
        """Return [height, width] uint8, 1 where there are people that are not surely labelled."""
        mask = np.zeros((height, width), np.uint8)
        for segmentation in self.ignored:
            if isinstance(segmentation, dict):
                decoded = _decode_run_lengths(segmentation)
                if decoded.shape != mask.shape:
                    raise SwahrError(
                        f"{self.path}: has {width} x {height} pixels; the run lengths of its labels are for "
                        f"{decoded.shape[1]} x {decoded.shape[0]}"
                    )
                mask |= decoded
            else:
                for polygon in segmentation:
                    points = np.asarray(polygon, np.float32).reshape(-1, 2)
                    cv2.fillPoly(mask, [np.rint(points).astype(np.int32)], 1)
        return mask


def run_lengths_wh(segmentation: Any) -> tuple[int, int] | None:
    """Return the size of the photo that run lengths are for; None for polygons."""
    if not isinstance(segmentation, Mapping):
        return None
    height, width = segmentation["size"]
    return int(width), int(height)


def _decode_run_lengths(segmentation: dict[str, Any]) -> npt.NDArray[np.uint8]:
    from faster_coco_eval.core import mask as coco_mask

    if isinstance(segmentation["counts"], list):
        height, width = segmentation["size"]
        segmentation = coco_mask.frPyObjects(segmentation, height, width)
    decoded: npt.NDArray[np.uint8] = coco_mask.decode(segmentation)
    return decoded
