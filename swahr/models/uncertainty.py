"""How far a joint may be from where it was found: a covariance, by what the network's map looks like around it.

A trained map has its target's width whatever the error, so the peak's spread alone says how errors compare and not how
large they are. Errors against labels do: their scale is exp of a linear function of the log of the spread, the joint's
confidence, the person's score and size, and of how far a second look moved the joint; fitted on labelled photos,
as the logarithm of a standard deviation is predicted beside boxes by He et al., CVPR 2019 (arXiv
1809.08545). The shape, how much surer one direction is than another, is the peak's own.

P people, K joints. A cell is a pixel of the map, `cell_px` wide in the frame.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from swahr.errors import UnreadableError

Floats = npt.NDArray[np.float64]

NUM_FEATURES = 7
MIN_CONFIDENCE, MIN_SPREAD, MIN_CELLS = 0.01, 0.05, 0.5
# Added to both axes of a spread, cells^2: a peak in one row of cells is still not a line.
ROUNDNESS = 0.05
# Bounds of a standard deviation, cells.
LEAST, MOST = 0.05, 200.0


class Evidence(NamedTuple):
    """What is known of found joints.

    keypoints: [P, K, 3] x, y (frame pixels, NaN where missing) and confidence. spread: [P, K, 3] xx, xy, yy of each
    joint's peak, frame pixels^2. cell_px: [P] width of a cell. scores: [P] of the people by the first stage. moved:
    [P, K] frame pixels by which a second look moved the joint, NaN where there was none before.
    """

    keypoints: npt.NDArray[np.float32]
    spread: npt.NDArray[np.float32]
    cell_px: Floats
    scores: npt.NDArray[np.float32]
    moved: npt.NDArray[np.float32] | None = None

    def features(self) -> Floats:
        """Return [P, K, 7], which do not depend on the frame's size; a missing joint's say nothing."""
        cell = self.cell_px[:, None].astype(np.float64)
        spread = self.spread[..., ::2].astype(np.float64).mean(axis=2) / cell**2
        confidence = self.keypoints[..., 2].astype(np.float64)
        shape = confidence.shape
        moved = np.full(shape, np.nan) if self.moved is None else self.moved / cell
        known = np.isfinite(moved)
        score = np.maximum(self.scores.astype(np.float64), MIN_CONFIDENCE)[:, None]
        return np.stack(
            [
                0.5 * np.log(np.maximum(spread, MIN_SPREAD)),
                np.log(np.maximum(confidence, MIN_CONFIDENCE)),
                confidence,
                np.broadcast_to(np.log(score), shape),
                np.broadcast_to(np.log(np.maximum(self._extent() / cell, MIN_CELLS)), shape),
                np.where(known, np.log(np.nan_to_num(moved) + MIN_CELLS), 0.0),
                known.astype(np.float64),
            ],
            axis=2,
        )

    def _extent(self) -> Floats:
        """Return [P, 1], the longer side of the box of each person's joints, frame pixels."""
        xy, found = self.keypoints[..., :2].astype(np.float64), np.isfinite(self.keypoints[..., :1])
        low = np.where(found, xy, np.inf).min(axis=1, initial=np.inf)
        high = np.where(found, xy, -np.inf).max(axis=1, initial=-np.inf)
        return np.asarray((high - low).max(axis=1, keepdims=True, initial=0.0))

    def shapes(self) -> Floats:
        """Return [P, K, 2, 2], the peaks' shapes: matrices of determinant 1."""
        cell = self.cell_px[:, None, None].astype(np.float64)
        xx, xy, yy = np.moveaxis(self.spread.astype(np.float64) / cell**2, 2, 0)
        shape = np.stack([xx + ROUNDNESS, xy, xy, yy + ROUNDNESS], axis=-1).reshape(*xx.shape, 2, 2)
        return np.asarray(shape / np.sqrt(np.linalg.det(shape))[..., None, None])


@dataclass(frozen=True)
class JointUncertainty:
    """Gives joints a covariance.

    weights: [7], of the features. bias: [K], of each joint. Together they give the log of the standard deviation,
    cells. floor: standard deviation that joints have however sure the network is, cells: labels lie a little beside
    what they name, too. The two add in squares.
    """

    weights: tuple[float, ...]
    bias: tuple[float, ...]
    floor: float = 0.0

    def __call__(self, evidence: Evidence) -> npt.NDArray[np.float32]:
        """Return [P, K, 2, 2], frame pixels^2: of x with x, x with y; y with x, y with y. NaN for missing joints."""
        if not len(evidence.keypoints):
            return np.zeros((0, len(self.bias), 2, 2), np.float32)
        in_cells = np.hypot(np.exp(self.log_deviation(evidence)), self.floor)
        deviation = np.clip(in_cells, LEAST, MOST) * evidence.cell_px[:, None]
        covariance = evidence.shapes() * deviation[..., None, None] ** 2
        covariance[~np.isfinite(evidence.keypoints[..., 0])] = np.nan
        return covariance.astype(np.float32)

    def log_deviation(self, evidence: Evidence) -> Floats:
        """Return [P, K], the log of the standard deviation without the floor, cells."""
        logs: Floats = evidence.features() @ np.asarray(self.weights) + np.asarray(self.bias)
        return logs

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, for a file."""
        plain: dict[str, Any] = {"weights": list(self.weights), "bias": list(self.bias)}
        return plain if not self.floor else {**plain, "floor": self.floor}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any], num_joints: int) -> "JointUncertainty":
        """Make it of what `to_dict` gave. Raises UnreadableError where it does not suit so many joints."""
        try:
            weights, bias = (tuple(map(float, plain[name])) for name in ("weights", "bias"))
            made = cls(weights, bias, float(plain.get("floor", 0.0)))
        except (KeyError, TypeError, ValueError) as error:
            raise UnreadableError(f"its joint uncertainty is damaged ({error!r})") from error
        finite = all(map(math.isfinite, (*made.weights, *made.bias, made.floor)))
        if (len(made.weights), len(made.bias)) != (NUM_FEATURES, num_joints) or not finite or made.floor < 0:
            raise UnreadableError(
                f"its joint uncertainty has {len(made.weights)} weights and {len(made.bias)} joints, or some that are "
                f"not finite; expected {NUM_FEATURES} and {num_joints}"
            )
        return made
