"""What the network should answer: heatmaps and the places where tags are read.

Letters: K joints, P people, H W map size. Joints are in heatmap pixels of the map in question.
"""

import numpy as np
import numpy.typing as npt

from swahr_training.samples.plan import Plan

MAX_PEOPLE = 30
STRIDES = (4, 2)  # of stage 0 and stage 1

Array = npt.NDArray[np.float32]


def render_heatmaps(joints_in_heatmap: Array, size: tuple[int, int], sigma: float = 2.0) -> Array:
    """Draw the Gaussians of all people.

    A Gaussian stands on the joint's pixel (fraction cut off), reaches 3 sigma + 1 on either axis, and people who
    overlap give the maximum; joints outside the map are left out.

    Args:
        joints_in_heatmap: [P, K, 3] x, y, visibility (> 0 is drawn).
        size: (H, W).
        sigma: heatmap pixels.

    Returns:
        [K, H, W] in [0, 1].
    """
    height, width = size
    num_joints = joints_in_heatmap.shape[1]
    heatmaps = np.zeros((num_joints, height, width), np.float32)
    reach = int(3 * sigma + 1)
    offsets = np.arange(-reach, reach + 1)
    bell = np.exp(-(offsets[:, None] ** 2 + offsets[None, :] ** 2) / (2 * sigma**2)).astype(np.float32)
    cells, inside = joint_pixels(joints_in_heatmap, size)
    for person, joint in zip(*np.nonzero(inside), strict=True):
        x, y = cells[person, joint]
        left, right = max(x - reach, 0), min(x + reach + 1, width)
        top, bottom = max(y - reach, 0), min(y + reach + 1, height)
        patch = bell[top - y + reach : bottom - y + reach, left - x + reach : right - x + reach]
        region = heatmaps[joint, top:bottom, left:right]
        np.maximum(region, patch, out=region)
    return heatmaps


def tag_indices(
    joints_in_heatmap: Array, size: tuple[int, int], max_people: int = MAX_PEOPLE
) -> npt.NDArray[np.int64]:
    """Say where each person's tags are read.

    People beyond the first `max_people` are left out; people without a joint on the map take no row. Used joints come
    first in each row; their order has no meaning.

    Args:
        joints_in_heatmap: [P, K, 3] x, y, visibility.
        size: (H, W) of stage 0.
        max_people: rows.

    Returns:
        [max_people, K, 2]: index into the flattened [K, H, W], and 1 if used.
    """
    height, width = size
    num_joints = joints_in_heatmap.shape[1]
    indices = np.zeros((max_people, num_joints, 2), np.int64)
    cells, inside = joint_pixels(joints_in_heatmap, size)
    for row, person in enumerate(np.flatnonzero(inside.any(axis=1))[:max_people]):
        joints = np.flatnonzero(inside[person])
        x, y = cells[person, joints].T
        indices[row, : len(joints), 0] = (joints * height + y) * width + x
        indices[row, : len(joints), 1] = 1
    return indices


def joint_pixels(
    joints_in_heatmap: Array, size: tuple[int, int]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Return the pixel of each joint, [P, K, 2] x and y, and whether it is labelled and on the map, [P, K].

    The fraction is cut off towards zero, as in the published targets: -0.9 lies on pixel 0.
    """
    height, width = size
    cells = joints_in_heatmap[..., :2].astype(np.int64)
    inside = (joints_in_heatmap[..., 2] > 0) & (cells >= 0).all(axis=-1)
    inside &= (cells[..., 0] < width) & (cells[..., 1] < height)
    return cells, inside


def unseen_boxes(plan: Plan, stride: int) -> npt.NDArray[np.int64]:
    """Return [n, 5] joint, x0, y0, x1, y1 in heatmap pixels: where a joint may lie that nobody looked for.

    That is the person's box, or, for a joint that the photo's data set does not label, the whole photo.
    """
    side = plan.size // stride
    person, joint = np.nonzero(plan.unknown[:, None] & (plan.joints[..., 2] == 0))
    boxes = np.column_stack([joint, plan.boxes[person] / stride])
    places = [
        (joint, *(value / stride for value in (piece.x, piece.y, piece.x + piece.side, piece.y + piece.side)))
        for piece in plan.pieces
        for joint in piece.unlabelled
    ]
    rows = np.concatenate([boxes, np.asarray(places, np.float64).reshape(-1, 5)])
    rows[:, 1:] = np.clip(np.rint(rows[:, 1:]), 0, side)
    return rows.astype(np.int64)


def in_heatmap(joints_in_input: Array, stride: int) -> Array:
    """Take joints [P, K, 3] from input pixels to those of a heatmap."""
    scaled: Array = joints_in_input.copy()
    scaled[..., :2] /= stride
    return scaled
