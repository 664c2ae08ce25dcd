"""What a network by part affinity fields should answer: heatmaps of joints and of the background, and fields of limbs.

Cao et al., CVPR 2017 (arXiv 1611.08050), section 2.2, equations 6 to 9. P people, K joints, L limbs, H W cells.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from swahr.decode.paf_rules import FieldLayout

STRIDE = 8
# A Gaussian ends where its value is a hundredth.
MAX_EXPONENT = 4.6052
LIMB_REACH = 1.0  # cells on either side of a limb that its field covers, and beyond its ends

Array = npt.NDArray[np.float32]


def in_cells(joints_in_input: Array) -> Array:
    """Take joints [..., 3] from input pixels to cells, whose centres are whole numbers."""
    cells: Array = joints_in_input.astype(np.float32, copy=True)
    cells[..., :2] = (cells[..., :2] + 0.5) / STRIDE - 0.5
    return cells


def joint_heatmaps(joints_in_cells: Array, size_hw: Sequence[int], sigma: float) -> Array:
    """Draw the Gaussians of all people, and the background.

    Args:
        joints_in_cells: [P, K, 3] x, y, visibility (> 0 is drawn).
        size_hw: Of the maps.
        sigma: Standard deviation, cells.

    Returns:
        [K + 1, H, W]: the maximum over people, and 1 less the maximum over joints.
    """
    height, width = size_hw
    heatmaps = np.zeros((joints_in_cells.shape[1] + 1, height, width), np.float32)
    reach = sigma * (2 * MAX_EXPONENT) ** 0.5
    for person, joint in zip(*np.nonzero(joints_in_cells[..., 2] > 0), strict=True):
        x, y = joints_in_cells[person, joint, :2]
        rows, columns = _window((y - reach, y + reach), height), _window((x - reach, x + reach), width)
        exponent = ((columns - x) ** 2 + (rows[:, None] - y) ** 2) / (2 * sigma**2)
        bell = np.where(exponent <= MAX_EXPONENT, np.exp(-exponent), 0)
        if bell.size:
            region = heatmaps[joint, rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
            np.maximum(region, bell, out=region)
    heatmaps[-1] = 1 - heatmaps[:-1].max(axis=0)
    return heatmaps


def limb_fields(joints_in_cells: Array, size_hw: Sequence[int], layout: FieldLayout) -> Array:
    """Draw the fields of all limbs whose two joints are labelled.

    A cell holds the unit vector along a limb where it is at most a cell away from the limb's line, and inside the box
    of its two joints enlarged by a cell; the mean of it where limbs of several people pass (equation 9).

    Args:
        joints_in_cells: [P, K, 3] x, y, visibility.
        size_hw: Of the maps.
        layout: The limbs, and the channels of each.

    Returns:
        [2 L, H, W].
    """
    height, width = size_hw
    fields = np.zeros((2 * len(layout.limbs), height, width), np.float32)
    for (start, end), channels in zip(layout.limbs, layout.channels, strict=True):
        count = np.zeros((height, width), np.float32)
        for person in joints_in_cells:
            if (person[[start, end], 2] > 0).all():
                _add_limb(fields, count, channels, person[start, :2], person[end, :2])
        fields[list(channels)] /= np.maximum(count, 1)
    return fields


def _add_limb(fields: Array, count: Array, channels: tuple[int, int], start: Array, end: Array) -> None:
    """Add a limb's unit vector to its channels, and 1 to the count of each cell that it covers."""
    along = end - start
    length = float(np.hypot(*along))
    if length == 0:
        return
    unit = along / length
    low, high = np.minimum(start, end) - LIMB_REACH, np.maximum(start, end) + LIMB_REACH
    columns, rows = _window((low[0], high[0]), count.shape[1]), _window((low[1], high[1]), count.shape[0])
    if not (len(columns) and len(rows)):
        return
    off_line = np.abs((columns - start[0]) * unit[1] - (rows[:, None] - start[1]) * unit[0])
    covered = off_line <= LIMB_REACH
    window = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    count[window] += covered
    for channel, part in zip(channels, unit, strict=True):
        fields[channel][window] += part * covered


def _window(between: tuple[float, float], size: int) -> npt.NDArray[np.int64]:
    """Return the cells of a line of `size` between two places."""
    return np.arange(max(0, int(np.ceil(between[0]))), min(size - 1, int(np.floor(between[1]))) + 1)
