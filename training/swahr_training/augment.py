"""From a labelled photo to the plan of a training sample: random affine, mirror, mosaic, colour.

A plan is drawn from its own random generator, so sample number n of a run is the same however many threads
draw it, and after a resume. Its pixels are drawn by `render` (cv2) or `render_torch` (the training device).
"""

from collections.abc import Callable
from dataclasses import dataclass

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
class Colours:
    """How a piece changes colour: grey and blurred or not, then one look-up a channel. table: [256, 3] uint8."""

    grey: bool
    blurred: bool
    table: npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Piece:
    """A photo on its way into a sample.

    affine: [2, 3], photo -> piece. x, y: its corner in the sample, side: of the square; input pixels.
    border: BGR beyond the photo. colours: none leaves them.
    """

    labelled: LabelledImage
    photo: Image
    affine: npt.NDArray[np.float64]
    x: int
    y: int
    side: int
    border: tuple[int, int, int]
    colours: Colours | None


@dataclass(frozen=True)
class Plan:
    """All that is random of a sample, and its labels in input pixels; only its pixels are still to be drawn.

    joints: [P, K, 3]. boxes: [P, 4] x0, y0, x1, y1, axis-aligned around the turned box. unknown: [P] bool.
    """

    size: int
    pieces: tuple[Piece, ...]
    joints: npt.NDArray[np.float32]
    boxes: npt.NDArray[np.float32]
    unknown: npt.NDArray[np.bool_]


Reader = Callable[[LabelledImage], Image]


def draw_plan(
    dataset: list[LabelledImage],
    index: int,
    size: int,
    config: AugmentConfig,
    skeleton: Skeleton,
    read: Reader,
    rng: np.random.Generator,
) -> Plan:
    """Plan photo `index`, alone or, with the probability of a mosaic, with three random others."""
    if rng.random() >= config.mosaic:
        return _join(size, [_place(dataset[index], read, (0, 0), size, config, skeleton, rng)])
    half = size // 2
    members = [index, *rng.integers(len(dataset), size=3).tolist()]
    rng.shuffle(members)
    corners = [(0, 0), (half, 0), (0, half), (half, half)]
    return _join(
        size,
        [
            _place(dataset[member], read, corner, half, config, skeleton, rng)
            for member, corner in zip(members, corners, strict=True)
        ],
    )


def _join(size: int, plans: list[Plan]) -> Plan:
    return Plan(
        size,
        tuple(piece for plan in plans for piece in plan.pieces),
        np.concatenate([plan.joints for plan in plans]),
        np.concatenate([plan.boxes for plan in plans]),
        np.concatenate([plan.unknown for plan in plans]),
    )


def _place(
    labelled: LabelledImage,
    read: Reader,
    corner: tuple[int, int],
    side: int,
    config: AugmentConfig,
    skeleton: Skeleton,
    rng: np.random.Generator,
) -> Plan:
    """Plan one piece and its labels."""
    photo = read(labelled)
    height, width = photo.shape[:2]
    affine, mirrored = _random_affine(width, height, side, labelled.boxes, config, rng)
    border = BORDERS[rng.choice(len(BORDERS), p=BORDER_PROBABILITIES)]
    joints = labelled.joints.copy()
    joints[..., :2] = joints[..., :2] @ affine[:, :2].T + affine[:, 2]
    outside = ((joints[..., :2] < 0) | (joints[..., :2] >= side)).any(axis=-1)
    joints[outside, 2] = 0
    if mirrored:
        joints = joints[:, list(skeleton.flip_permutation)]
    colours = _random_colours(config.colour, rng) if config.colour else None
    boxes = _warp_boxes(labelled.boxes, affine) + np.tile(np.asarray(corner, np.float32), 2)
    joints[..., :2] += corner
    piece = Piece(labelled, photo, affine, *corner, side, border, colours)
    return Plan(side, (piece,), joints, boxes, labelled.unknown)


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


def _random_colours(strength: float, rng: np.random.Generator) -> Colours:
    """Draw contrast, brightness, tint and gamma as one look-up a channel; sometimes no colour, or blur."""
    grey = bool(rng.random() < 0.1 * strength)
    blurred = bool(rng.random() < 0.2 * strength)
    levels = np.arange(256, dtype=np.float32) / 255
    gain = 1 + strength * (rng.uniform(-0.4, 0.4) + rng.uniform(-0.15, 0.15, size=3))
    bias = strength * rng.uniform(-0.15, 0.15)
    gamma = np.exp(strength * rng.uniform(-0.4, 0.4))
    table = (levels[:, None] ** gamma - 0.5) * gain + 0.5 + bias
    return Colours(grey, blurred, (np.clip(table, 0, 1) * 255).astype(np.uint8))
