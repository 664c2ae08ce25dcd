"""Heatmaps of crops to joints in the frame, as networks for one person are published.

Xiao et al., "Simple Baselines", ECCV 2018 (arXiv 1804.06208), section 3; Sun et al., CVPR 2019 (arXiv 1902.09212),
section 4: a box brought to the input's aspect and enlarged, the highest cell of each map, a quarter of a cell toward
the higher neighbour, and the flip test whose mirrored maps are shifted by a cell.

N crops, K joints, h w cells of the maps. A cell's coordinate is that of its top left corner in the published transform:
cell 0 is at the crop's edge.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from swahr.errors import SettingError

Floats = npt.NDArray[np.floating]
ENLARGEMENT = 1.25
QUARTER = 0.25
# Joints of less do not count for a person's score.
MIN_JOINT_SCORE = 0.2


class Crops(NamedTuple):
    """Where crops lie.

    Attributes:
        centre_in_frame: [N, 2] x, y, pixels.
        size_in_frame: [N, 2] width and height, pixels, whose aspect is the input's.
    """

    centre_in_frame: npt.NDArray[np.float64]
    size_in_frame: npt.NDArray[np.float64]


def crops_of_boxes(
    boxes_xywh: npt.ArrayLike, input_wh: Sequence[int], enlargement: float = ENLARGEMENT
) -> Crops:
    """Return the crops of boxes: the shorter side is lengthened to the input's aspect, then both are enlarged.

    Args:
        boxes_xywh: [N, 4] left, top, width, height, frame pixels.
        input_wh: Width and height of the network's input.
        enlargement: Of both sides.

    Raises:
        SettingError: The boxes have another shape, are not finite, or have no size.

    >>> crops_of_boxes([[10, 20, 30, 80]], (192, 256)).size_in_frame.tolist()
    [[75.0, 100.0]]
    """
    boxes = np.asarray(boxes_xywh, np.float64)
    if boxes.ndim != 2 or boxes.shape[1] != 4:
        raise SettingError(f"boxes have shape {boxes.shape}; expected [N, 4]: left, top, width, height")
    wrong = ~np.isfinite(boxes).all(axis=1) | (boxes[:, 2:] <= 0).any(axis=1)
    if wrong.any():
        number = int(np.flatnonzero(wrong)[0])
        raise SettingError(
            f"box {number} is {boxes[number].tolist()}; expected finite numbers and a width and height above 0"
        )
    aspect = input_wh[0] / input_wh[1]
    width = np.maximum(boxes[:, 2], boxes[:, 3] * aspect)
    size = np.column_stack([width, width / aspect]) * enlargement
    return Crops(boxes[:, :2] + boxes[:, 2:] * 0.5, size)


def input_from_frame(
    crops: Crops, input_wh: Sequence[int], rotation_deg: float = 0.0
) -> npt.NDArray[np.float64]:
    """Return [N, 2, 3], the affine maps that cut the crops: frame pixels to input pixels.

    The crop's centre goes to half the input's size, and its width alone says the scale.

    Args:
        crops: Where they lie.
        input_wh: Width and height of the network's input.
        rotation_deg: Of the crop about its centre in the frame, clockwise as the picture is seen.
    """
    turn = np.deg2rad(rotation_deg)
    scale = input_wh[0] / crops.size_in_frame[:, 0]
    cos, sin = scale * np.cos(turn), scale * np.sin(turn)
    linear = np.stack([np.stack([cos, sin], axis=-1), np.stack([-sin, cos], axis=-1)], axis=-2)  # [N, 2, 2]
    half = np.asarray(input_wh, np.float64) / 2
    offset = half - (linear @ crops.centre_in_frame[:, :, None])[..., 0]
    return np.concatenate([linear, offset[:, :, None]], axis=2)


def decode_crops(
    heatmaps: npt.NDArray[np.float32], boxes_xywh: npt.ArrayLike, input_wh: Sequence[int]
) -> npt.NDArray[np.float32]:
    """Return the joints of the person of each crop.

    Args:
        heatmaps: [N, K, h, w].
        boxes_xywh: [N, 4] left, top, width, height of the boxes that became the crops, frame pixels.
        input_wh: Width and height of the network's input.

    Returns:
        [N, K, 3] x, y in frame pixels, and the heatmap's value. A map without a value above 0 has its joint in cell 0
        of the crop, as published; its value tells.

    Raises:
        SettingError: Shapes do not fit, or a box has no size.
    """
    crops = crops_of_boxes(boxes_xywh, input_wh)
    if heatmaps.ndim != 4 or len(heatmaps) != len(crops.centre_in_frame):
        raise SettingError(
            f"heatmaps have shape {heatmaps.shape} for {len(crops.centre_in_frame)} boxes; expected [N, K, h, w]"
        )
    joints = quarter_steps(heatmaps)
    joints[..., :2] = frame_from_cells(joints[..., :2], crops, heatmaps.shape[:1:-1])
    return joints


def highest_cells(heatmaps: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return [N, K, 3], x and y of the highest cell of each map, the first in row order, and its value.

    Maps without a value above 0 give cell 0.
    """
    n, k, _, w = heatmaps.shape
    flat = heatmaps.reshape(n, k, heatmaps.shape[2] * w)
    cell = flat.argmax(axis=2)
    value = np.take_along_axis(flat, cell[..., None], axis=2)[..., 0]
    cell = np.where(value > 0, cell, 0)
    return np.stack([cell % w, cell // w, value], axis=2).astype(np.float32)


def quarter_steps(heatmaps: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return [N, K, 3], the highest cells moved a quarter toward the higher neighbour on each axis, and their values.

    Cells of the two outer rows and columns stay where they are, as published.
    """
    joints = highest_cells(heatmaps)
    n, k, h, w = heatmaps.shape
    x, y = joints[..., 0].astype(np.intp), joints[..., 1].astype(np.intp)
    inner = (x > 1) & (x < w - 1) & (y > 1) & (y < h - 1)
    x, y = np.where(inner, x, 1), np.where(inner, y, 1)
    crop, joint = np.ogrid[:n, :k]
    if h < 3 or w < 3:
        return joints
    across = heatmaps[crop, joint, y, x + 1] - heatmaps[crop, joint, y, x - 1]
    down = heatmaps[crop, joint, y + 1, x] - heatmaps[crop, joint, y - 1, x]
    step = np.sign(np.stack([across, down], axis=2)) * QUARTER
    joints[..., :2] += np.where(inner[..., None], step, 0)
    return joints


def frame_from_cells(xy_in_cells: Floats, crops: Crops, map_wh: Sequence[int]) -> npt.NDArray[np.float64]:
    """Take points [N, M, 2] from a map's cells to the frame: cell 0 is at the crop's edge."""
    cell = crops.size_in_frame[:, :1] / map_wh[0]  # [N, 1], frame pixels
    from_middle = np.asarray(xy_in_cells, np.float64) - np.asarray(map_wh, np.float64) / 2
    return np.asarray(from_middle * cell[:, None] + crops.centre_in_frame[:, None])


def shifted_mirror_back(
    mirrored: npt.NDArray[np.float32], flip_permutation: Sequence[int], shift: bool = True
) -> npt.NDArray[np.float32]:
    """Return maps of mirrored crops as they are of the crops themselves, shifted by a cell to the right.

    The shift makes up for cells that are counted from the crop's edge; column 0 stays what it was.

    Args:
        mirrored: [N, K, h, w].
        flip_permutation: For each joint, which one it is in the mirror.
        shift: False for networks that were published without.
    """
    back: npt.NDArray[np.float32] = mirrored[:, list(flip_permutation), :, ::-1].copy()
    if shift:
        back[..., 1:] = back[..., :-1].copy()
    return back


def averaged_with_mirror(
    heatmaps: npt.NDArray[np.float32],
    mirrored: npt.NDArray[np.float32],
    flip_permutation: Sequence[int],
    shift: bool = True,
) -> npt.NDArray[np.float32]:
    """Return the mean of the maps of crops and of their mirror images: the flip test; see `shifted_mirror_back`."""
    both: npt.NDArray[np.float32] = heatmaps + shifted_mirror_back(mirrored, flip_permutation, shift)
    both *= np.float32(0.5)
    return both


def person_scores(joint_scores: Floats, box_scores: Floats) -> npt.NDArray[np.float64]:
    """Return [N], the mean of each person's joint scores above 0.2 by the score of the box; 0 where none is above.

    Args:
        joint_scores: [N, K].
        box_scores: [N].
    """
    counts = joint_scores > MIN_JOINT_SCORE
    total = np.where(counts, joint_scores, 0).sum(axis=1, dtype=np.float64)
    return np.asarray(total / np.maximum(counts.sum(axis=1), 1) * box_scores)
