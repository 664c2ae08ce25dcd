"""Where a peak lies between cells, and how wide it is, in plain numpy: what csrc/refine/peak.h is proved against.

K joints, H W size of the input, h w that of the finest stage, whose pixels are cells.
"""

from typing import NamedTuple

import numpy as np

from swahr.decode.maps import FloatArray

FAINT = np.float32(1e-4)
REACH = 3  # cells on each side over which the spread is measured


class CellMaps(NamedTuple):
    """Heatmaps of one image at two sizes."""

    pixels: FloatArray  # [K, H, W]
    cells: FloatArray  # [K, h, w]

    @property
    def pixels_a_cell(self) -> tuple[float, float]:
        """Width and height of a cell in pixels."""
        (high, wide), (rows, columns) = self.pixels.shape[1:], self.cells.shape[1:]
        return wide / columns, high / rows

    def cell(self, x: int, y: int) -> tuple[int, int]:
        """Return column and row of the cell that a pixel's centre lies in."""
        (high, wide), (rows, columns) = self.pixels.shape[1:], self.cells.shape[1:]
        return (2 * x + 1) * columns // (2 * wide), (2 * y + 1) * rows // (2 * high)


def subpixel_reference(maps: CellMaps, joint: int, x: int, y: int, subpixel: str) -> tuple[float, float]:
    """Return x and y of the peak at a pixel, half a pixel added; see csrc/refine/peak.h."""
    column, row = maps.cell(x, y)
    near = np.pad(maps.cells[joint], 1, mode="edge")[row : row + 3, column : column + 3].astype(np.float64)
    values = np.log(np.maximum(near, FAINT)) if subpixel == "gaussian" else near
    slope = values[1, 2] - values[1, 0], values[2, 1] - values[0, 1]
    curvature = (values[1, ::2].sum() - 2 * values[1, 1], values[::2, 1].sum() - 2 * values[1, 1])
    if near[1, 1] == near.max() and max(curvature) < 0:
        right, down = (np.clip(-s / (2 * c), -0.5, 0.5) for s, c in zip(slope, curvature, strict=True))
        wide, high = maps.pixels_a_cell
        return (column + 0.5 + right) * wide, (row + 0.5 + down) * high
    near = np.maximum(np.pad(maps.pixels[joint], 1, mode="edge")[y : y + 3, x : x + 3], 0).astype(np.float64)
    return x + 0.5 + _lean(*near[1]), y + 0.5 + _lean(*near[:, 1])


def _lean(before: float, here: float, after: float) -> float:
    """Return how far a pixel that is no peak leans to its larger neighbour."""
    total = before + here + after
    return float(np.clip((after - before) / total, -0.5, 0.5)) if total > 0 else 0.0


def spread_reference(maps: CellMaps, joint: int, x: int, y: int) -> tuple[float, float, float]:
    """Return the second moments of a joint's map about the peak at a pixel: xx, xy, yy, pixels^2."""
    column, row = maps.cell(x, y)
    top, left = max(row - REACH, 0), max(column - REACH, 0)
    weights = np.maximum(maps.cells[joint, top : row + REACH + 1, left : column + REACH + 1], 0)
    weights = weights.astype(np.float64)
    if not weights.sum() > 0:
        return 0.0, 0.0, 0.0
    rows, columns = np.indices(weights.shape)
    wide, high = maps.pixels_a_cell
    across, along = columns * wide, rows * high
    across = across - np.average(across, weights=weights)
    along = along - np.average(along, weights=weights)
    xx, xy, yy = (
        float(np.average(product, weights=weights))
        for product in (across * across, across * along, along * along)
    )
    return xx, xy, yy
