"""Crops of one person each to joints, as MoveNet SinglePose does it: a centre, a pose regressed from it, offsets.

N crops, K joints, h w cells of the maps. Cells are counted from the top left; a crop is h x w cells from edge to edge.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

# Added to distances, cells, before dividing by them: the published constant.
NEARNESS = 1.8
# Centres that are weighed against a pose that is known already.
MAX_CENTRES = 60
# Of the agreement with a known pose: what a joint far away still counts, and how far that is, in standard deviations.
FLOOR, REACH = 0.02, 2.0


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
        return CropMaps(*((a + b) / 2 for a, b in zip(self, other, strict=True)))


def decode_single(
    maps: CropMaps, known: Floats | None = None, tolerance: Floats | None = None, others: Floats | None = None
) -> Floats:
    """Return the joints of the person of each crop.

    Args:
        maps: Of the crops.
        known: [N, K, 2] x, y in cells, of a pose that is known already, NaN where a joint is not; among the likeliest
            centres the one counts whose regressed pose agrees with it best. None: the likeliest centre, as published.
        tolerance: [N, K], how far a joint may be from where it is known, one standard deviation, cells.
        others: [N, M, K, 2] x, y in cells, of neighbours' joints, NaN where there are none: cells nearer to one of
            them than to the person's own known joint do not count for that joint.

    Returns:
        [N, K, 3] x, y in cells of the crop, edge to edge, and the heatmap's value there.
    """
    count, joints, height, width = maps.heatmaps.shape
    heatmaps = maps.heatmaps
    rows, columns = (axis.astype(np.float32) for axis in np.mgrid[:height, :width])
    if known is not None and others is not None:
        heatmaps = np.where(_nearer_to_others(known, others, rows, columns), np.float32(0), heatmaps)
    regression = maps.regression.reshape(count, joints, 2, height * width)
    weight = maps.centre[:, 0] / (np.hypot(rows - height / 2, columns - width / 2) + NEARNESS)
    best = _best_centre(weight.reshape(count, -1), regression, width, known, tolerance)
    centre = np.stack([best // width, best % width], axis=1)  # [N, 2] row, column
    prior = (
        centre[:, None] + np.take_along_axis(regression, best[:, None, None, None], axis=3)[..., 0]
    )  # [N, K, 2]
    far = np.hypot(rows - prior[..., :1, None], columns - prior[..., 1:, None])
    cell = (heatmaps / (far + NEARNESS)).reshape(count, joints, -1).argmax(axis=2)  # [N, K]
    offsets = maps.offsets.reshape(count, joints, 2, height * width)
    within = np.take_along_axis(offsets, cell[..., None, None], axis=3)[..., 0]
    score = np.take_along_axis(maps.heatmaps.reshape(count, joints, -1), cell[..., None], axis=2)[..., 0]
    return np.stack([cell % width + within[..., 1], cell // width + within[..., 0], score], axis=2).astype(
        np.float32
    )


def _best_centre(
    weight: Floats, regression: Floats, width: int, known: Floats | None, tolerance: Floats | None
) -> npt.NDArray[np.intp]:
    """Return [N], the cell of each crop's centre."""
    if known is None or tolerance is None:
        return weight.argmax(axis=1)
    most = min(MAX_CENTRES, weight.shape[1])
    cells = np.argpartition(-weight, most - 1, axis=1)[:, :most]  # [N, C]
    place = np.stack([cells // width, cells % width], axis=1)[:, None]  # [N, 1, 2, C]
    poses = place + np.take_along_axis(regression, cells[:, None, None], axis=3)  # [N, K, 2, C]
    distance = ((poses - known[:, :, ::-1, None]) ** 2).sum(axis=2)  # [N, K, C]
    near = np.exp(-distance / (2 * (REACH * tolerance[..., None]) ** 2)) + FLOOR
    agreement = np.where(np.isfinite(distance), near, 0).sum(axis=1)
    chosen = (agreement * np.take_along_axis(weight, cells, axis=1)).argmax(axis=1)
    return np.asarray(np.take_along_axis(cells, chosen[:, None], axis=1)[:, 0])


def _nearer_to_others(known: Floats, others: Floats, rows: Floats, columns: Floats) -> npt.NDArray[np.bool_]:
    """Return [N, K, h, w]: cells that are nearer to a neighbour's joint than to the person's own."""

    def squared(points: Floats) -> Floats:
        return np.asarray(
            (columns + 0.5 - points[..., :1, None]) ** 2 + (rows + 0.5 - points[..., 1:, None]) ** 2
        )

    own = squared(known)
    masked = np.zeros(own.shape, np.bool_)
    for neighbour in range(others.shape[1]):  # few, and NaN compares as false
        masked |= squared(others[:, neighbour]) < own
    return masked
