"""Poses: what the estimator returns and what every writer, drawer and tracker takes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from swahr.pose.skeleton import Skeleton


@dataclass(frozen=True)
class Poses:
    """The people of one frame.

    keypoints: [P, K, 3] float32: x and y in frame pixels (0, 0 is the centre of the top left pixel),
        score in [0, 1]. A joint that was not found has score 0 and x = y = NaN.
    scores: [P] float32, person scores in [0, 1], best first.
    skeleton: what the K joints are.
    ids: [P] int32, who each person is through a video, from 0; None where nobody was followed.
    """

    keypoints: npt.NDArray[np.float32]
    scores: npt.NDArray[np.float32]
    skeleton: Skeleton
    ids: npt.NDArray[np.int32] | None = None

    def __len__(self) -> int:
        return len(self.scores)
