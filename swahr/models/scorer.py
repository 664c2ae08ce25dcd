"""People's scores: the similarity to a labelled person that is to be expected.

The published score, the mean confidence of a person's joints, says how sure the joints are, not whether they belong
together or how many are missing. A logistic regression on the joints' confidences and on which are there says it far
better, costs nothing, and is fitted on labelled photos.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from swahr.errors import UnreadableError

Floats = npt.NDArray[np.float64]

TOPS = (5, 10)
NUM_SHARED = 2 + len(TOPS)
MIN_EXTENT = 1e-3


def person_features(keypoints: npt.NDArray[np.float32], frame_wh: tuple[int, int]) -> Floats:
    """Return [P, 2 K + 4] features of people, which do not depend on where they are.

    A row holds the confidence of each joint, whether it is there, the log of the person's longer extent in parts of
    the frame's shorter side, and the mean confidence of the 5 best, of the 10 best and of all joints.

    Args:
        keypoints: [P, K, 3] x, y (frame pixels, NaN where missing) and confidence (0 where missing).
        frame_wh: width and height of the frame, pixels.
    """
    confidence = keypoints[:, :, 2].astype(np.float64)
    there = confidence > 0
    xy = keypoints[:, :, :2].astype(np.float64)
    lowest = np.where(there[:, :, None], xy, np.inf).min(axis=1, initial=np.inf)
    highest = np.where(there[:, :, None], xy, -np.inf).max(axis=1, initial=-np.inf)
    extent = np.maximum((highest - lowest).max(axis=1, initial=-np.inf) / min(frame_wh), MIN_EXTENT)
    best_first = -np.sort(-confidence, axis=1)
    means = [best_first[:, :top].mean(axis=1) for top in TOPS]
    return np.column_stack([confidence, there, np.log(extent), *means, confidence.mean(axis=1)])


@dataclass(frozen=True)
class PersonScorer:
    """Scores people by a logistic regression on `person_features`.

    weights: [2 K + 4], one for each feature. bias: their sum's start. min_score: people of a lower score are more
    often nobody than somebody; a good limit for showing them.
    """

    weights: tuple[float, ...]
    bias: float
    min_score: float

    def __call__(self, keypoints: npt.NDArray[np.float32], frame_wh: tuple[int, int]) -> Floats:
        """Return [P] expected similarities in [0, 1] of people as `person_features` takes them."""
        return self.from_features(person_features(keypoints, frame_wh))

    def from_features(self, features: Floats) -> Floats:
        """Return [P] scores of people from [P, 2 K + 4] features."""
        logits = features @ np.asarray(self.weights) + self.bias
        return np.asarray(1 / (1 + np.exp(-logits)), np.float64)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, for a file."""
        return {"weights": list(self.weights), "bias": self.bias, "min_score": self.min_score}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any], num_joints: int) -> "PersonScorer":
        """Make a scorer of what `to_dict` gave. Raises UnreadableError where it does not suit so many joints."""
        try:
            scorer = cls(tuple(map(float, plain["weights"])), float(plain["bias"]), float(plain["min_score"]))
        except (KeyError, TypeError, ValueError) as error:
            raise UnreadableError(f"its person scorer is damaged ({error!r})") from error
        expected = 2 * num_joints + NUM_SHARED
        if len(scorer.weights) != expected:
            raise UnreadableError(f"its person scorer has {len(scorer.weights)} weights; expected {expected}")
        if not all(map(math.isfinite, (*scorer.weights, scorer.bias))) or not 0 <= scorer.min_score <= 1:
            raise UnreadableError(
                "its person scorer has values that are not finite, or a limit outside [0, 1]"
            )
        return scorer
