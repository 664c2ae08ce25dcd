"""From a labelled person to the plan of a crop: random size, rotation, half body, mirror, colour.

Xiao et al., ECCV 2018 (arXiv 1804.06208), section 4.1; Sun et al., CVPR 2019 (arXiv 1902.09212), section 4.1; half
bodies: Wang et al., "Mscoco keypoints challenge", 2018. Where crops lie is `swahr.decode.crops`' to say, for training
as for use. K joints.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from swahr.decode.crops import Crops, crops_of_boxes, input_from_frame
from swahr.pose.skeleton import Skeleton
from swahr_training.data.labelled import LabelledImage
from swahr_training.sample_settings import AugmentConfig, CropConfig
from swahr_training.samples.augment import random_colours
from swahr_training.samples.damage import damaged, draw_damage
from swahr_training.samples.plan import Colours, Damage, Image, Reader, warp_boxes
from swahr_training.samples.render import change_colours

# Half bodies are of people with more joints than this, have more than MIN_HALF, and are enlarged by more than whole
# ones; the upper half is taken a little more often (a standard normal below 0.5), all as published.
MIN_WHOLE, MIN_HALF, HALF_ENLARGEMENT, UPPER_BELOW = 8, 2, 1.5, 0.5
LOWER_PARTS = ("hip", "knee", "ankle", "foot", "heel", "toe")
MIN_SIDE = 1.0  # of a box, frame pixels


@dataclass(frozen=True)
class CropPlan:
    """All that is random of a crop, and its labels; only its pixels are still to be drawn.

    Attributes:
        photo: [H, W, 3] uint8 BGR.
        input_from_frame: [2, 3], which cuts the crop and may mirror it.
        input_wh: Width and height of the crop.
        joints: [K, 3] x, y in input pixels, and visibility.
        counted: [K] bool, False for joints that the data set does not label.
        colours: How colours change; None: not at all.
        damage: What else happens to it; None: nothing.
    """

    photo: Image
    input_from_frame: npt.NDArray[np.float64]
    input_wh: tuple[int, int]
    joints: npt.NDArray[np.float32]
    counted: npt.NDArray[np.bool_]
    colours: Colours | None = None
    damage: Damage | None = None


def draw_crop_plan(
    labelled: LabelledImage,
    person: int,
    crops: CropConfig,
    augment: AugmentConfig,
    skeleton: Skeleton,
    read: Reader,
    rng: np.random.Generator,
) -> CropPlan:
    """Plan the crop of a person of a photo."""
    photo = read(labelled)
    joints = labelled.joints[person].copy()
    height, width = photo.shape[:2]
    box = clipped_boxes(labelled.boxes[person][None], (width, height))
    crop = crops_of_boxes(np.maximum(box, [-np.inf, -np.inf, MIN_SIDE, MIN_SIDE]), crops.input_wh)
    if crops.half_body and rng.random() < crops.half_body:
        crop = _half_body(joints, skeleton, crops.input_wh, rng) or crop
    spread = crops.scale
    size = np.clip(1 + spread * rng.standard_normal(), 1 - spread, 1 + spread)
    turned = rng.random() < crops.rotation_probability
    most = 2 * crops.rotation_deg
    rotation = float(np.clip(crops.rotation_deg * rng.standard_normal(), -most, most)) if turned else 0.0
    mirrored = bool(rng.random() < augment.flip)
    affine = input_from_frame(
        Crops(crop.centre_in_frame, crop.size_in_frame * size), crops.input_wh, rotation
    )[0]
    if mirrored:
        affine = _after_mirror(affine, crop.centre_in_frame[0, 0], width)
    joints[:, :2] = joints[:, :2] @ affine[:, :2].T + affine[:, 2]
    counted = np.ones(len(joints), bool)
    counted[list(labelled.unlabelled)] = False
    if mirrored:
        order = list(skeleton.flip_permutation)
        joints, counted = joints[order], counted[order]
    colours = random_colours(augment.colour, rng) if augment.colour else None
    inner = warp_boxes(box.astype(np.float32), affine)
    damage = draw_damage(inner, max(crops.input_wh), augment, rng)
    return CropPlan(photo, affine, crops.input_wh, joints, counted, colours, damage)


def _after_mirror(
    affine: npt.NDArray[np.float64], centre_x: float, frame_width: int
) -> npt.NDArray[np.float64]:
    """Return the map that cuts the same crop out of the mirrored frame: x becomes W - 1 - x, and so does its centre."""
    mirrored_centre = frame_width - 1 - centre_x
    moved = affine[:, 2] + affine[:, 0] * (centre_x - mirrored_centre)  # the crop about the mirrored centre
    offset = moved + affine[:, 0] * (frame_width - 1)
    return np.column_stack([-affine[:, 0], affine[:, 1], offset])


def clipped_boxes(boxes_xywh: npt.ArrayLike, frame_wh: Sequence[int]) -> npt.NDArray[np.float64]:
    """Return labelled boxes [N, 4] cut off at the frame's edges as published; outside of it, they have no size.

    >>> clipped_boxes([[-5, 10, 25, 30]], (100, 30)).tolist()
    [[0.0, 10.0, 24.0, 19.0]]
    """
    boxes = np.asarray(boxes_xywh, np.float64)
    low = np.maximum(boxes[:, :2], 0)
    high = np.minimum(np.asarray(frame_wh) - 1, low + np.maximum(boxes[:, 2:] - 1, 0))
    return np.column_stack([low, np.maximum(high - low, 0)])


def _half_body(
    joints: npt.NDArray[np.float32], skeleton: Skeleton, input_wh: tuple[int, int], rng: np.random.Generator
) -> Crops | None:
    """Return the crop of the upper or lower half of somebody; None where too little is labelled."""
    labelled = joints[:, 2] > 0
    if labelled.sum() <= MIN_WHOLE:
        return None
    is_lower = np.asarray([any(part in name.lower() for part in LOWER_PARTS) for name in skeleton.joints])
    upper, lower = joints[labelled & ~is_lower, :2], joints[labelled & is_lower, :2]
    first, other = (upper, lower) if rng.standard_normal() < UPPER_BELOW else (lower, upper)
    half = first if len(first) > MIN_HALF else other
    if len(half) < MIN_HALF:
        return None
    low, high = half.min(axis=0), half.max(axis=0)
    size = np.maximum(high - low, MIN_SIDE)
    box = np.concatenate([half.mean(axis=0) - size / 2, size])
    return crops_of_boxes(box[None], input_wh, HALF_ENLARGEMENT)


def render_crop(plan: CropPlan) -> Image:
    """Draw a crop, [h, w, 3] uint8 BGR; beyond the photo it is black, as where the network is used."""
    drawn = cv2.warpAffine(plan.photo, plan.input_from_frame, plan.input_wh, flags=cv2.INTER_LINEAR)
    image = drawn.astype(np.uint8, copy=False)
    if plan.colours is not None:
        image = change_colours(image, plan.colours)
    return image if plan.damage is None else damaged(image, plan.damage)
