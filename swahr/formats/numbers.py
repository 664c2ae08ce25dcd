"""How numbers look in every format: hundredths of a pixel, ten-thousandths of a score, or what a file had."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from swahr.pose.poses import Poses, found_joints

TIME_DIGITS = 6
DEVIATION_DIGITS = 2, 2, 3  # in x, in y, and their correlation


class Digits(NamedTuple):
    """Decimals of places and of scores."""

    places: int = 2
    scores: int = 4


DIGITS = Digits()


def rounded(keypoints: npt.NDArray[np.float32], digits: Digits = DIGITS) -> list[list[float] | None]:
    """Return x, y, score of each joint [K, 3] as they are written; None for a missing joint."""
    values = keypoints.astype(np.float64).tolist()
    return [
        [round(x, digits.places) + 0.0, round(y, digits.places) + 0.0, round(score, digits.scores)]
        if found
        else None
        for (x, y, score), found in zip(values, found_joints(keypoints).tolist(), strict=True)
    ]


def deviations(covariance: npt.NDArray[np.float32]) -> list[list[float] | None]:
    """Return the standard deviations in x and in y and the correlation of each joint [K, 2, 2]; None where unknown."""
    xx, xy, yy = (covariance[:, i, j].astype(np.float64) for i, j in ((0, 0), (0, 1), (1, 1)))
    known = np.isfinite(xx) & np.isfinite(xy) & np.isfinite(yy)
    with np.errstate(invalid="ignore", divide="ignore"):
        x, y = np.sqrt(xx), np.sqrt(yy)
        values = np.stack([x, y, xy / (x * y)], axis=1)
    return [
        [round(value, digits) + 0.0 for value, digits in zip(row, DEVIATION_DIGITS, strict=True)]
        if there
        else None
        for row, there in zip(values.tolist(), known.tolist(), strict=True)
    ]


def covariance_of(rows: Sequence[Sequence[float] | None]) -> npt.NDArray[np.float32] | None:
    """Return what `deviations` was made of, [K, 2, 2], NaN where it is not known; None where nothing is."""
    if all(row is None for row in rows):
        return None
    x, y, correlation = np.asarray([(np.nan,) * 3 if row is None else row for row in rows], np.float64).T
    both = correlation * x * y
    return np.stack([x * x, both, both, y * y], axis=1).reshape(-1, 2, 2).astype(np.float32)


def score_of(poses: Poses, person: int, digits: Digits = DIGITS) -> float:
    """Return a person's score as it is written."""
    return round(float(poses.scores[person]), digits.scores)


def id_of(poses: Poses, person: int) -> int | None:
    """Return a person's id; None for one that nobody followed."""
    if poses.ids is None or poses.ids[person] < 0:
        return None
    return int(poses.ids[person])
