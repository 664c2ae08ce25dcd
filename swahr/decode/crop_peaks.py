"""Where between the cells of a crop's heatmaps a joint lies. N crops, K joints, h w cells.

The quarter cell toward the higher neighbour is in `swahr.decode.crops`; here are a curve through the highest cell and
its neighbours, and the way of the cascaded pyramid network (Chen et al., CVPR 2018, arXiv 1711.07319, section 4.1): a
blur, then a quarter cell toward the second highest.
"""

import cv2
import numpy as np
import numpy.typing as npt

from swahr.decode.crops import QUARTER, highest_cells, quarter_steps

Floats = npt.NDArray[np.float32]
FAINT = 1e-4  # what the logarithm takes for 0
BLUR = 21  # cells on a side of the filter
MARGIN = 10  # cells of zeros around a map while it is blurred


def peaks(heatmaps: Floats, subpixel: str) -> Floats:
    """Return [N, K, 3], x and y of each map's peak in cells, and its value.

    Args:
        heatmaps: [N, K, h, w].
        subpixel: quarter, parabola or gaussian, as in the settings.
    """
    return quarter_steps(heatmaps) if subpixel == "quarter" else _curve_tops(heatmaps, subpixel == "gaussian")


def _curve_tops(heatmaps: Floats, gaussian: bool) -> Floats:
    """Move the highest cells to the top of a parabola on each axis, of the values or of their logarithms."""
    joints = highest_cells(heatmaps)
    n, k, h, w = heatmaps.shape
    x, y = joints[..., 0].astype(np.intp), joints[..., 1].astype(np.intp)
    crop, joint = np.ogrid[:n, :k]

    def value(column: npt.NDArray[np.intp], row: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
        there = heatmaps[crop, joint, np.clip(row, 0, h - 1), np.clip(column, 0, w - 1)].astype(np.float64)
        return np.log(np.maximum(there, FAINT)) if gaussian else there

    here = value(x, y)
    for axis, (before, after) in enumerate(
        ((value(x - 1, y), value(x + 1, y)), (value(x, y - 1), value(x, y + 1)))
    ):
        curvature = before + after - 2 * here
        bent = (curvature < 0) & (joints[..., 2] > 0)
        step = (before - after) / (2 * np.where(bent, curvature, -1))
        joints[..., axis] += np.where(bent, np.clip(step, -0.5, 0.5), 0).astype(np.float32)
    return joints


def second_highest_steps(heatmaps: Floats) -> Floats:
    """Return [N, K, 3]: of the blurred maps the highest cells, a quarter toward the second highest; the maps' values.

    Maps without a value above 0 give cell 0.
    """
    n, k, h, w = heatmaps.shape
    joints = np.zeros((n, k, 3), np.float32)
    for crop, joint in np.ndindex(n, k):
        heatmap = heatmaps[crop, joint]
        if heatmap.max() <= 0:
            joints[crop, joint, 2] = heatmap[0, 0]
            continue
        padded = np.pad(heatmap, MARGIN)
        blurred = cv2.GaussianBlur(padded / heatmap.max(), (BLUR, BLUR), 0)
        first = _take_highest(blurred)
        second = _take_highest(blurred)
        toward = np.subtract(second, first)
        place = first + QUARTER * toward / np.linalg.norm(toward) - MARGIN
        x, y = np.clip(place, 0, (w - 1, h - 1))
        joints[crop, joint] = x, y, heatmap[round(float(y)), round(float(x))]
    return joints


def _take_highest(values: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Return x and y of the highest value, the first in row order, and put 0 in its place."""
    row, column = np.unravel_index(int(values.argmax()), values.shape)
    values[row, column] = 0
    return np.asarray([column, row], np.float64)
