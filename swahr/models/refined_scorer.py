"""Scores of people whose joints a second look found: the similarity to a labelled person that is to be expected.

A ghost has a pose too, as the second network has a place for each joint: what gives it away is that its joints are
unsure, that the two looks disagree, that it reaches out of the frame, or that it stands where a better person is. P
people, K joints.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from swahr.errors import UnreadableError
from swahr.pose.skeleton import AREA_OF_BOX

Floats = npt.NDArray[np.float64]

NAMES = (
    "log odds of the first score",
    "log mean confidence",
    "agreement of the two looks",
    "log extent",
    "mean of the best joints",
    "mean of the worst joints",
    "part of sure joints",
    "part outside the frame",
    "similarity to a better person",
    "similarity of a better person",
)
BEST, WORST = 10, 5
SURE = 0.2
EXTREME = 1e-3  # scores are taken as at least this far from 0 and 1


class TwoLooks(NamedTuple):
    """What both stages say of the people of a frame.

    joints: [P, K, 3] x, y in frame pixels and confidence by the second look, of all joints, wherever they are. before:
    [P, K, 3] by the first, NaN and 0 where missing. scores: [P] by the first. frame_wh: of the frame. alike: [P, P]
    similarity of person j to person i (`swahr.decode.duplicates.pairwise_oks`). sigmas: [K].
    """

    joints: npt.NDArray[np.float32]
    before: npt.NDArray[np.float32]
    scores: npt.NDArray[np.float32]
    frame_wh: tuple[int, int]
    alike: Floats
    sigmas: npt.NDArray[np.float32]

    def features(self) -> Floats:
        """Return [P, 10]; see `NAMES`."""
        confidence = self.joints[..., 2].astype(np.float64)
        xy = self.joints[..., :2].astype(np.float64)
        score = np.clip(self.scores.astype(np.float64), EXTREME, 1 - EXTREME)
        mean = np.maximum(confidence.mean(axis=1), EXTREME)
        extent = (xy.max(axis=1) - xy.min(axis=1)).max(axis=1) / min(self.frame_wh)
        best_first = -np.sort(-confidence, axis=1)
        outside = ((xy <= -0.5) | (xy >= np.asarray(self.frame_wh) - 0.5)).any(axis=2)
        rank = score * np.sqrt(mean)
        better = rank[None] > rank[:, None]  # [i, j]: j is better than i
        return np.column_stack(
            [
                np.log(score / (1 - score)),
                np.log(mean),
                self._agreement(),
                np.log(np.maximum(extent, EXTREME)),
                best_first[:, :BEST].mean(axis=1),
                best_first[:, -WORST:].mean(axis=1),
                (confidence > SURE).mean(axis=1),
                outside.mean(axis=1),
                np.where(better, self.alike.T, 0).max(axis=1, initial=0.0),
                np.where(better, self.alike, 0).max(axis=1, initial=0.0),
            ]
        )

    def _agreement(self) -> Floats:
        """Return [P], the similarity of the joints of the first look to those of the second."""
        xy = self.joints[..., :2].astype(np.float64)
        size = np.maximum((xy.max(axis=1) - xy.min(axis=1)).prod(axis=1), 1.0) * AREA_OF_BOX
        had = self.before[..., 2] > 0
        squared = (np.where(had[..., None], self.before[..., :2] - xy, 0) ** 2).sum(axis=2)
        alike = np.exp(-squared / (2 * size[:, None] * (2 * self.sigmas.astype(np.float64)) ** 2))
        return np.asarray((alike * had).sum(axis=1) / np.maximum(had.sum(axis=1), 1))


@dataclass(frozen=True)
class RefinedScorer:
    """Scores people by a logistic regression on `TwoLooks.features`; as `swahr.models.scorer.PersonScorer`."""

    weights: tuple[float, ...]
    bias: float
    min_score: float

    def __call__(self, looks: TwoLooks) -> Floats:
        """Return [P] expected similarities in [0, 1]."""
        return self.from_features(looks.features())

    def from_features(self, features: Floats) -> Floats:
        """Return [P] scores of people from [P, 10] features."""
        return np.asarray(1 / (1 + np.exp(-(features @ np.asarray(self.weights) + self.bias))), np.float64)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, for a file."""
        return {"weights": list(self.weights), "bias": self.bias, "min_score": self.min_score}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> "RefinedScorer":
        """Make a scorer of what `to_dict` gave. Raises UnreadableError where it is damaged."""
        try:
            scorer = cls(tuple(map(float, plain["weights"])), float(plain["bias"]), float(plain["min_score"]))
        except (KeyError, TypeError, ValueError) as error:
            raise UnreadableError(f"its scorer of refined people is damaged ({error!r})") from error
        numbers = (*scorer.weights, scorer.bias)
        if (
            len(scorer.weights) != len(NAMES)
            or not all(map(math.isfinite, numbers))
            or not 0 <= scorer.min_score <= 1
        ):
            raise UnreadableError(
                f"its scorer of refined people has {len(scorer.weights)} weights, some not finite, or a limit outside "
                f"[0, 1]; expected {len(NAMES)}"
            )
        return scorer
