"""What a crop network should answer: one Gaussian for each joint of one person.

Xiao et al., ECCV 2018 (arXiv 1804.06208), section 3, whose Gaussians stand on whole cells; Zhang et al., "DARK", CVPR
2020 (arXiv 1910.06278), section 3.3, whose Gaussians stand where the joints are.

K joints, h w cells of the map. A cell's coordinate is that of its top left corner, as in `swahr.decode.crops`.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
Centres = Literal["cells", "exact"]

REACH = 3  # standard deviations that a Gaussian on whole cells reaches


def in_cells(joints_in_input: Array, input_wh: Sequence[int], map_wh: Sequence[int]) -> Array:
    """Take joints [..., 2 or 3] from input pixels to cells of a map."""
    scaled: Array = joints_in_input.astype(np.float32, copy=True)
    for axis in (0, 1):
        scaled[..., axis] *= map_wh[axis] / input_wh[axis]
    return scaled


def crop_heatmaps(
    joints_in_heatmap: Array, map_wh: Sequence[int], sigma: float, centres: Centres = "cells"
) -> tuple[Array, Array]:
    """Draw the Gaussians of one person.

    Args:
        joints_in_heatmap: [K, 3] x, y, visibility (> 0 is drawn), cells.
        map_wh: Width and height of the map.
        sigma: Standard deviation, cells.
        centres: `cells` rounds a centre to a cell, and cuts the Gaussian off beyond three standard deviations;
            `exact` does neither (DARK).

    Returns:
        Heatmaps [K, h, w] in [0, 1], and [K], 1 where a joint's Gaussian touches the map: others are not learnt.
    """
    width, height = map_wh
    xy = joints_in_heatmap[:, :2]
    cell = np.trunc(xy + 0.5)
    reach = int(REACH * sigma)
    touches = ((cell + reach >= 0) & (cell - reach < (width, height))).all(axis=1)
    drawn = (joints_in_heatmap[:, 2] > 0) & touches
    middle = xy if centres == "exact" else cell
    across, down = (
        _bell(np.arange(size) - middle[:, axis, None], sigma, reach if centres == "cells" else None)
        for axis, size in ((0, width), (1, height))
    )
    heatmaps = down[:, :, None] * across[:, None, :] * drawn[:, None, None]
    return heatmaps.astype(np.float32), drawn.astype(np.float32)


def _bell(distance: npt.NDArray[np.float64], sigma: float, reach: int | None) -> npt.NDArray[np.float64]:
    bell = np.exp(-(distance**2) / (2 * sigma**2))
    return bell if reach is None else bell * (np.abs(distance) <= reach)
