"""How sure each joint's place is, as an ellipse around it."""

import cv2
import numpy as np
import numpy.typing as npt

from swahr.overlay.colours import INK, WHITE
from swahr.overlay.skeletons import SUBPIXEL_BITS
from swahr.video.images import Image

LARGEST = 4096.0  # pixels of a half axis that is drawn


def draw_ellipses(
    canvas: Image, keypoints: npt.NDArray[np.float32], covariance: npt.NDArray[np.float32], min_score: float
) -> None:
    """Draw an ellipse of one standard deviation around each joint of a person into a frame.

    Args:
        canvas: [H, W, 3] uint8 BGR, which is changed.
        keypoints: [K, 3] x, y in frame pixels and score.
        covariance: [K, 2, 2] of their places, frame pixels^2; NaN where it is not known.
        min_score: joints of a lower score are left out.
    """
    known = (
        np.isfinite(covariance).all(axis=(1, 2))
        & np.isfinite(keypoints[:, 0])
        & (keypoints[:, 2] >= min_score)
    )
    for (x, y), matrix in zip(keypoints[known, :2].astype(np.float64), covariance[known], strict=True):
        variances, axes = np.linalg.eigh(matrix.astype(np.float64))  # the narrow axis first
        half = np.clip(np.sqrt(np.maximum(variances, 0)), 0.5, LARGEST)
        angle = float(np.degrees(np.arctan2(axes[1, 1], axes[0, 1])))
        one = 1 << SUBPIXEL_BITS
        middle = int(np.clip(round(x * one), -(2**26), 2**26)), int(np.clip(round(y * one), -(2**26), 2**26))
        sides = round(half[1] * one), round(half[0] * one)
        for colour, thickness in ((INK, 3), (WHITE, 1)):
            cv2.ellipse(canvas, middle, sides, angle, 0, 360, colour, thickness, cv2.LINE_AA, SUBPIXEL_BITS)
