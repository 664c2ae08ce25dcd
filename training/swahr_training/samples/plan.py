"""What is random of a training sample, before its pixels are drawn.

They are drawn by `render` (cv2) or `render_torch` (the training device).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from swahr.pose.skeleton import Skeleton
from swahr_training.data.labelled import LabelledImage

# A joint that nobody looked at may lie a little outside the person's box.
UNKNOWN_BOX_MARGIN = 0.1

Image = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Colours:
    """How a piece changes colour: grey and blurred or not, then one look-up a channel. table: [256, 3] uint8."""

    grey: bool
    blurred: bool
    table: npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Damage:
    """What a camera and things in the way do to a piece, in this order; see `damage`.

    blur: standard deviation, pixels; 0 for none. noise: standard deviation, levels; 0 for none. noise_at: where in the
    noise the piece lies. patches: x0, y0, x1, y1 and BGR of what covers people.
    """

    blur: float = 0.0
    noise: float = 0.0
    noise_at: tuple[int, int] = (0, 0)
    patches: tuple[tuple[int, int, int, int, tuple[int, int, int]], ...] = ()


@dataclass(frozen=True)
class Piece:
    """A photo on its way into a sample.

    unlabelled: joints that the photo's data set does not label, as they are called in the sample, mirrored or not.
    affine: [2, 3], photo -> piece. x, y: its corner in the sample, side: of the square; input pixels.
    border: BGR beyond the photo. colours, damage: none leaves the piece as it is.
    cutout: [side, side] uint8, 1 where the piece covers what was drawn before; None covers all of its square.
    """

    labelled: LabelledImage
    unlabelled: tuple[int, ...]
    photo: Image
    affine: npt.NDArray[np.float64]
    x: int
    y: int
    side: int
    border: tuple[int, int, int]
    colours: Colours | None
    cutout: npt.NDArray[np.uint8] | None = None
    damage: Damage | None = None


@dataclass(frozen=True)
class Plan:
    """All that is random of a sample, and its labels in input pixels; only its pixels are still to be drawn.

    pieces: in the order in which they are drawn; cut-outs come last.
    joints: [P, K, 3]. boxes: [P, 4] x0, y0, x1, y1, axis-aligned around the turned box. unknown: [P] bool.
    """

    size: int
    pieces: tuple[Piece, ...]
    joints: npt.NDArray[np.float32]
    boxes: npt.NDArray[np.float32]
    unknown: npt.NDArray[np.bool_]


def unlabelled_in(labelled: LabelledImage, mirrored: bool, skeleton: Skeleton) -> tuple[int, ...]:
    """Return the joints that nobody labelled on a photo, by the names that they have in its sample."""
    if not mirrored:
        return labelled.unlabelled
    return tuple(skeleton.flip_permutation[joint] for joint in labelled.unlabelled)


Reader = Callable[[LabelledImage], Image]


def warp_boxes(boxes: npt.NDArray[np.float32], affine: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """Return what stands straight around boxes [P, 4] x, y, width, height after an affine: x0, y0, x1, y1."""
    x, y, w, h = boxes.T
    corners = np.stack([x, y, x + w, y, x, y + h, x + w, y + h], axis=1).reshape(-1, 4, 2)
    corners = corners @ affine[:, :2].T + affine[:, 2]
    low, high = corners.min(axis=1), corners.max(axis=1)
    margin = UNKNOWN_BOX_MARGIN * (high - low)
    return np.concatenate([low - margin, high + margin], axis=1).astype(np.float32)
