"""From a labelled photo to a training sample: random affine, mirror, mosaic, colour.

A sample is drawn from its own random generator, so sample number n of a run is the same however many
threads draw it, and after a resume.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

from swahr.skeleton import Skeleton
from swahr_training.dataset import LabelledImage

# Beyond the photo: black as in inference, and others, so that nothing is learnt of it.
BORDERS = ((0, 0, 0), (124, 124, 124), (255, 255, 255))
BORDER_PROBABILITIES = (0.5, 0.4, 0.1)
# A joint that nobody looked at may lie a little outside the person's box.
UNKNOWN_BOX_MARGIN = 0.1

Image = npt.NDArray[np.uint8]


class AugmentConfig(BaseModel):
    """How photos are varied."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scale: tuple[float, float] = Field(
        (0.75, 1.5), description="Size of the photo's side in inputs; log-uniform."
    )
    scale_of: str = Field(
        "short", pattern="^(short|long)$", description="Which side of the photo `scale` means."
    )
    aspect: float = Field(0.0, ge=0, description="Width over height is stretched by up to this part.")
    rotation_deg: float = Field(30.0, ge=0, description="Largest rotation, degrees.")
    translation: float = Field(
        0.08, ge=0, description="Largest shift, part of the input (40 of 512 published)."
    )
    flip: float = Field(0.5, ge=0, le=1, description="Probability of a mirrored photo.")
    mosaic: float = Field(0.0, ge=0, le=1, description="Probability of four photos in one.")
    colour: float = Field(0.0, ge=0, le=1, description="Strength of brightness, contrast and colour changes.")


@dataclass(frozen=True)
class Sample:
    """What one image teaches, in input pixels.

    image: [S, S, 3] uint8 BGR. joints: [P, K, 3]. boxes: [P, 4] x0, y0, x1, y1, axis-aligned around the
    turned box. unknown: [P] bool. ignored: [S, S] uint8, 1 where nothing may be learnt.
    """

    image: Image
    joints: npt.NDArray[np.float32]
    boxes: npt.NDArray[np.float32]
    unknown: npt.NDArray[np.bool_]
    ignored: npt.NDArray[np.uint8]


Reader = Callable[[LabelledImage], Image]


def draw_sample(
    dataset: list[LabelledImage],
    index: int,
    size: int,
    config: AugmentConfig,
    skeleton: Skeleton,
    read: Reader,
    rng: np.random.Generator,
) -> Sample:
    """Draw photo `index`, alone or, with the probability of a mosaic, with three random others."""
    if rng.random() >= config.mosaic:
        return _transform(dataset[index], read(dataset[index]), size, config, skeleton, rng)
    half = size // 2
    members = [index, *rng.integers(len(dataset), size=3).tolist()]
    rng.shuffle(members)
    quarters = [_transform(dataset[i], read(dataset[i]), half, config, skeleton, rng) for i in members]
    shifts = np.asarray([(0, 0), (half, 0), (0, half), (half, half)], np.float32)
    shift3 = np.pad(shifts, ((0, 0), (0, 1)))
    top, bottom = (np.hstack([q.image for q in quarters[i : i + 2]]) for i in (0, 2))
    top_ignored, bottom_ignored = (np.hstack([q.ignored for q in quarters[i : i + 2]]) for i in (0, 2))
    return Sample(
        np.vstack([top, bottom]),
        np.concatenate([q.joints + s for q, s in zip(quarters, shift3, strict=True)]),
        np.concatenate([q.boxes + np.tile(s, 2) for q, s in zip(quarters, shifts, strict=True)]),
        np.concatenate([q.unknown for q in quarters]),
        np.vstack([top_ignored, bottom_ignored]),
    )


def _transform(
    labelled: LabelledImage,
    image: Image,
    size: int,
    config: AugmentConfig,
    skeleton: Skeleton,
    rng: np.random.Generator,
) -> Sample:
    height, width = image.shape[:2]
    affine, mirrored = _random_affine(width, height, size, labelled.boxes, config, rng)
    border = BORDERS[rng.choice(len(BORDERS), p=BORDER_PROBABILITIES)]
    warped = cv2.warpAffine(image, affine, (size, size), flags=cv2.INTER_LINEAR, borderValue=border)
    ignored = np.zeros((size, size), np.uint8)
    if labelled.ignored:
        mask = labelled.ignore_mask(height, width)
        ignored = cv2.warpAffine(mask, affine, (size, size), flags=cv2.INTER_NEAREST).astype(np.uint8)
    joints = labelled.joints.copy()
    joints[..., :2] = joints[..., :2] @ affine[:, :2].T + affine[:, 2]
    outside = ((joints[..., :2] < 0) | (joints[..., :2] >= size)).any(axis=-1)
    joints[outside, 2] = 0
    if mirrored:
        joints = joints[:, list(skeleton.flip_permutation)]
    if config.colour:
        warped = _vary_colour(warped.astype(np.uint8), config.colour, rng)
    return Sample(
        warped.astype(np.uint8), joints, _warp_boxes(labelled.boxes, affine), labelled.unknown, ignored
    )


def _random_affine(
    width: int,
    height: int,
    size: int,
    boxes: npt.NDArray[np.float32],
    config: AugmentConfig,
    rng: np.random.Generator,
) -> tuple[npt.NDArray[np.float64], bool]:
    """Return the 2 x 3 matrix photo -> input, and whether it mirrors."""
    side = min(width, height) if config.scale_of == "short" else max(width, height)
    low, high = np.log(config.scale)
    scale = float(np.exp(rng.uniform(low, high))) * size / side
    stretch = float(np.exp(rng.uniform(-config.aspect, config.aspect)))
    angle = np.deg2rad(rng.uniform(-config.rotation_deg, config.rotation_deg))
    mirrored = bool(rng.random() < config.flip)
    centre = np.asarray([(width - 1) / 2, (height - 1) / 2])
    overlap = max(width, height) * scale / size
    if overlap > 1 and len(boxes):
        # The photo does not fit: look at someone rather than at the middle.
        x, y, w, h = boxes[rng.integers(len(boxes))]
        centre = centre + (np.asarray([x + w / 2, y + h / 2]) - centre) * min(1.0, 2 * (overlap - 1))
    shift = rng.uniform(-config.translation, config.translation, size=2) * size
    turn = np.asarray([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = turn @ np.diag([scale * stretch**0.5, scale / stretch**0.5])
    if mirrored:
        matrix = matrix @ np.diag([-1.0, 1.0])
    offset = (size - 1) / 2 + shift - matrix @ centre
    return np.column_stack([matrix, offset]), mirrored


def _warp_boxes(boxes: npt.NDArray[np.float32], affine: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    x, y, w, h = boxes.T
    corners = np.stack([x, y, x + w, y, x, y + h, x + w, y + h], axis=1).reshape(-1, 4, 2)
    corners = corners @ affine[:, :2].T + affine[:, 2]
    low, high = corners.min(axis=1), corners.max(axis=1)
    margin = UNKNOWN_BOX_MARGIN * (high - low)
    return np.concatenate([low - margin, high + margin], axis=1).astype(np.float32)


def _vary_colour(image: Image, strength: float, rng: np.random.Generator) -> Image:
    """Change contrast, brightness, tint and gamma by one look-up a channel; sometimes drop colour or blur."""
    if rng.random() < 0.1 * strength:
        image = cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR).astype(np.uint8)
    if rng.random() < 0.2 * strength:
        image = cv2.GaussianBlur(image, (3, 3), 0).astype(np.uint8)
    levels = np.arange(256, dtype=np.float32) / 255
    gain = 1 + strength * (rng.uniform(-0.4, 0.4) + rng.uniform(-0.15, 0.15, size=3))
    bias = strength * rng.uniform(-0.15, 0.15)
    gamma = np.exp(strength * rng.uniform(-0.4, 0.4))
    table = (levels[:, None] ** gamma - 0.5) * gain + 0.5 + bias
    table8 = (np.clip(table, 0, 1) * 255).astype(np.uint8)
    return cv2.LUT(image, table8[:, None, :]).astype(np.uint8)
