"""Crops of one person each to joints, as MoveNet SinglePose does it: a centre, a pose regressed from it, offsets.

N crops, K joints, h w cells of the maps. Cells are counted from the top left; a crop is h x w cells from edge to edge.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

# Added to distances, cells, before dividing by them: the published constant.
NEARNESS = 1.8
# Centres that are weighed against a pose that is known already.
MAX_CENTRES = 60
# Cells on each side over which the spread of a joint's peak is measured, as in csrc/refine/peak.h.
SPREAD_REACH = 3
# Of the agreement with a known pose: what a joint far away still counts, and how far that is, in standard deviations.
FLOOR, REACH = 0.02, 2.0


class SinglePoses(NamedTuple):
    """The joints of the person of each crop.

    joints: [N, K, 3] x, y in cells of the crop, edge to edge, and the heatmap's value there. spread: [N, K, 3], the
    second moments of the heatmap about each joint's cell: xx, xy, yy, cells^2.
    """

    joints: Floats
    spread: Floats


class CropMaps(NamedTuple):
    """What the network says of crops; see `swahr.models.movenet_single.SinglePoseMaps`."""

    heatmaps: Floats  # [N, K, h, w]
    centre: Floats  # [N, 1, h, w]
    regression: Floats  # [N, 2 K, h, w], y then x
    offsets: Floats  # [N, 2 K, h, w], y then x

    def mirrored(self, flip_permutation: npt.NDArray[np.intp]) -> "CropMaps":
        """Return the maps of mirrored crops as they are of the crops themselves."""
        yx = np.stack([2 * flip_permutation, 2 * flip_permutation + 1], axis=1).ravel()
        sign = np.where(np.arange(len(yx)) % 2 == 0, 1, -1).astype(np.float32)[:, None, None]
        shift = np.where(np.arange(len(yx)) % 2 == 0, 0, 1).astype(np.float32)[:, None, None]
        return CropMaps(
            self.heatmaps[:, flip_permutation, :, ::-1],
            self.centre[..., ::-1],
            # A cell's left edge is its right edge in the mirror: a step from it has one cell less.
            self.regression[:, yx, :, ::-1] * sign + shift,
            self.offsets[:, yx, :, ::-1] * sign + shift,
        )

    def averaged(self, other: "CropMaps") -> "CropMaps":
        """Return the mean of two sets of maps."""
        return CropMaps(*((a + b) * np.float32(0.5) for a, b in zip(self, other, strict=True)))


def decode_single(
    maps: CropMaps, known: Floats | None = None, tolerance: Floats | None = None, others: Floats | None = None
) -> Floats:
    """Return the joints of the person of each crop; see `measure_single`, which also says how wide their peaks are."""
    return measure_single(maps, known, tolerance, others).joints


def measure_single(
    maps: CropMaps, known: Floats | None = None, tolerance: Floats | None = None, others: Floats | None = None
) -> SinglePoses:
    """Return the joints of the person of each crop, and how wide their peaks are.

    Args:
        maps: Of the crops.
        known: [N, K, 2] x, y in cells, of a pose that is known already, NaN where a joint is not; among the likeliest
            centres the one counts whose regressed pose agrees with it best. None: the likeliest centre, as published.
        tolerance: [N, K], how far a joint may be from where it is known, one standard deviation, cells.
        others: [N, M, K, 2] x, y in cells, of neighbours' joints, NaN where there are none: cells nearer to one of
            them than to the person's own known joint do not count for that joint.
    """
    rows, columns = _cells(*maps.heatmaps.shape[2:])
    decoded = np.empty((*maps.heatmaps.shape[:2], 3), np.float32)
    spread = np.empty_like(decoded)
    for crop in range(len(decoded)):  # one at a time: what is made for one stays in the cache
        heatmaps = maps.heatmaps[crop]
        if known is not None and others is not None:
            heatmaps = _left_to_others(heatmaps, known[crop], others[crop], rows, columns)
        near = None if known is None or tolerance is None else (known[crop], tolerance[crop])
        prior_yx = _regressed_pose(maps.centre[crop, 0], maps.regression[crop], near)
        cell = _best_cells(heatmaps, prior_yx, rows, columns)
        _read_cells(maps.heatmaps[crop], maps.offsets[crop], cell, decoded[crop])
        spread[crop] = _spreads(maps.heatmaps[crop], cell)
    return SinglePoses(decoded, spread)


@lru_cache(maxsize=4)
def _cells(height: int, width: int) -> tuple[Floats, Floats]:
    """Return the numbers of rows [h, 1] and of columns [1, w]."""
    return np.arange(height, dtype=np.float32)[:, None], np.arange(width, dtype=np.float32)[None]


@lru_cache(maxsize=4)
def _nearness_to_middle(height: int, width: int) -> Floats:
    """Return [h, w], what divides a centre: its distance from the crop's middle, cells, and `NEARNESS`."""
    rows, columns = _cells(height, width)
    distance = np.sqrt((rows - height / 2) ** 2 + (columns - width / 2) ** 2)
    return np.asarray(distance + NEARNESS, np.float32)


def _regressed_pose(centre: Floats, regression: Floats, near: tuple[Floats, Floats] | None) -> Floats:
    """Return [K, 2] y, x in cells, the pose that the best centre regresses.

    Args:
        centre: [h, w].
        regression: [2 K, h, w].
        near: A known pose [K, 2] x, y and its tolerance [K], which choose among the likeliest centres.
    """
    width = centre.shape[1]
    weight = (centre / _nearness_to_middle(*centre.shape)).ravel()
    if near is None:
        cells = weight.argmax(axis=0, keepdims=True)
    else:
        most = min(MAX_CENTRES, len(weight))
        cells = np.argpartition(weight, len(weight) - most)[-most:]  # [C]
    place = np.stack([cells // width, cells % width]).astype(np.float32)  # [2, C]
    poses = regression[:, cells // width, cells % width].reshape(-1, 2, len(cells)) + place  # [K, 2, C]
    if near is None:
        return np.asarray(poses[..., 0])
    known, tolerance = near
    distance = ((poses - known[:, ::-1, None]) ** 2).sum(axis=1)  # [K, C]
    agreement = np.exp(distance / (-2 * (REACH * tolerance[:, None]) ** 2)) + FLOOR
    agreement[np.isnan(distance)] = 0
    return np.asarray(poses[..., (agreement.sum(axis=0) * weight[cells]).argmax()])


def _best_cells(heatmaps: Floats, prior_yx: Floats, rows: Floats, columns: Floats) -> npt.NDArray[np.intp]:
    """Return [K], the cell of each joint that weighs most: its confidence by its distance from the prior."""
    down, right = rows - prior_yx[:, :1, None], columns - prior_yx[:, 1:, None]
    weight = down * down + right * right  # [K, h, w]; from here on in place
    np.sqrt(weight, out=weight)
    weight += np.float32(NEARNESS)
    np.divide(heatmaps, weight, out=weight)
    return np.asarray(weight.reshape(len(weight), -1).argmax(axis=1))


def _read_cells(heatmaps: Floats, offsets: Floats, cell: npt.NDArray[np.intp], joints: Floats) -> None:
    """Write [K, 3] x, y, confidence of the joints' cells."""
    row, column = np.divmod(cell, heatmaps.shape[2])
    joint = np.arange(len(cell))
    joints[:, 0] = column + offsets[2 * joint + 1, row, column]
    joints[:, 1] = row + offsets[2 * joint, row, column]
    joints[:, 2] = heatmaps[joint, row, column]


def _spreads(heatmaps: Floats, cell: npt.NDArray[np.intp]) -> Floats:
    """Return [K, 3], the second moments of each joint's map about its cell: xx, xy, yy, cells^2."""
    height, width = heatmaps.shape[1:]
    step = np.arange(-SPREAD_REACH, SPREAD_REACH + 1)
    row, column = np.divmod(cell, width)
    rows, columns = row[:, None] + step, column[:, None] + step  # [K, 7]
    inside = ((rows >= 0) & (rows < height))[:, :, None] & ((columns >= 0) & (columns < width))[:, None]
    near = heatmaps[
        np.arange(len(cell))[:, None, None],
        np.clip(rows, 0, height - 1)[:, :, None],
        np.clip(columns, 0, width - 1)[:, None],
    ]
    weight = np.where(inside, np.maximum(near, 0), 0).astype(np.float64)
    total = np.maximum(weight.sum(axis=(1, 2)), 1e-12)
    across, along = weight.sum(axis=1) / total[:, None], weight.sum(axis=2) / total[:, None]  # [K, 7]
    x, y = across @ step, along @ step
    xy = np.einsum("kyx,y,x->k", weight, step, step) / total - x * y
    return np.stack([across @ step**2 - x * x, xy, along @ step**2 - y * y], axis=1).astype(np.float32)


def _left_to_others(heatmaps: Floats, known: Floats, others: Floats, rows: Floats, columns: Floats) -> Floats:
    """Return heatmaps without the cells that are nearer to a neighbour's joint than to the person's own.

    Those lie beyond the line halfway between the two: p (o - k) > (o o - k k) / 2 for a cell's middle p.
    """
    step = others - known  # [M, K, 2] x, y; a joint that is NaN takes nothing: comparisons are false
    half = ((others * others - known * known).sum(axis=2) - step.sum(axis=2)) / 2  # from corners to middles
    furthest = (np.maximum(step, 0) * (columns[0, -1], rows[-1, 0])).sum(axis=2)
    taking = furthest > half  # [M, K], whether the line crosses the crop
    if not taking.any():
        return heatmaps
    left = np.ones(heatmaps.shape, np.bool_)
    for neighbour in np.flatnonzero(taking.any(axis=1)):
        joint = np.flatnonzero(taking[neighbour])
        across = columns * step[neighbour, joint, :1, None]
        left[joint] &= across <= (
            half[neighbour, joint, None, None] - rows * step[neighbour, joint, 1:, None]
        )
    return heatmaps * left
