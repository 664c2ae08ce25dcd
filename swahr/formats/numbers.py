"""How numbers look in every format: hundredths of a pixel, ten-thousandths of a score."""

import numpy as np
import numpy.typing as npt

from swahr.pose.poses import Poses, found_joints

PIXEL_DIGITS, SCORE_DIGITS, TIME_DIGITS = 2, 4, 6


def rounded(keypoints: npt.NDArray[np.float32]) -> list[list[float] | None]:
    """Return x, y, score of each joint [K, 3] as they are written; None for a missing joint."""
    values = keypoints.astype(np.float64).tolist()
    return [
        [round(x, PIXEL_DIGITS) + 0.0, round(y, PIXEL_DIGITS) + 0.0, round(score, SCORE_DIGITS)]
        if found
        else None
        for (x, y, score), found in zip(values, found_joints(keypoints).tolist(), strict=True)
    ]


def score_of(poses: Poses, person: int) -> float:
    """Return a person's score as it is written."""
    return round(float(poses.scores[person]), SCORE_DIGITS)


def id_of(poses: Poses, person: int) -> int | None:
    """Return a person's id; None for one that nobody followed."""
    if poses.ids is None or poses.ids[person] < 0:
        return None
    return int(poses.ids[person])
