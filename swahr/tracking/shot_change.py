"""Scene cuts: a frame that has little to do with the one before."""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from swahr.video.images import Image

Floats = npt.NDArray[np.float64]

THUMBNAIL_WH = (32, 18)
# Pixels that are looked at for each of the thumbnail, along a side: the mean of a few is enough.
SAMPLES = 2
BINS = 6  # of the histogram, per colour
# Smallest mean change of a thumbnail's pixels, parts of the range, after the change of the overall brightness is taken
# out, and smallest part of its colours that change: a pan changes the first, a flash the second.
MIN_CHANGE = 0.1
MIN_COLOURS = 0.15
# A cut stands out from the changes before it, which a shaky camera makes large.
STANDS_OUT = 2.5
MEMORY = 0.8  # of the mean change, per frame


class CutDetector:
    """Finds cuts, frame by frame. The first frame is none."""

    def __init__(self) -> None:
        self._thumbnail: Floats | None = None
        self._usual = 0.0

    def __call__(self, image: Image) -> bool:
        """Look at the next frame [H, W, 3] uint8 BGR; return whether a new scene begins with it."""
        thumbnail = _thumbnail(image)
        before, self._thumbnail = self._thumbnail, thumbnail
        if before is None:
            return False
        change = _change(before, thumbnail)
        cut = (
            change > MIN_CHANGE
            and change > STANDS_OUT * self._usual
            and _colour_change(before, thumbnail) > MIN_COLOURS
        )
        self._usual = 0.0 if cut else max(MEMORY * self._usual + (1 - MEMORY) * change, 0.0)
        return cut

    def state_dict(self) -> dict[str, Any]:
        """Return the state as plain values."""
        thumbnail = None if self._thumbnail is None else self._thumbnail.tolist()
        return {"thumbnail": thumbnail, "usual": self._usual}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up a state."""
        thumbnail = state["thumbnail"]
        self._thumbnail = None if thumbnail is None else np.asarray(thumbnail, np.float64)
        self._usual = float(state["usual"])


def _thumbnail(image: Image) -> Floats:
    height, width = image.shape[:2]
    step_y, step_x = (
        max(1, side // (SAMPLES * count))
        for side, count in zip((height, width), THUMBNAIL_WH[::-1], strict=True)
    )
    sampled = np.ascontiguousarray(image[step_y // 2 :: step_y, step_x // 2 :: step_x])
    return np.asarray(cv2.resize(sampled, THUMBNAIL_WH, interpolation=cv2.INTER_AREA), np.float64)


def _change(a: Floats, b: Floats) -> float:
    difference = b - a
    return float(np.abs(difference - difference.mean()).mean()) / 255


def _colour_change(a: Floats, b: Floats) -> float:
    return float(np.abs(_colours(a) - _colours(b)).sum()) / 2


def _colours(thumbnail: Floats) -> Floats:
    bins = np.minimum(thumbnail * (BINS / 256), BINS - 1).astype(np.int64).reshape(-1, 3)
    counts = np.bincount(bins @ np.asarray([1, BINS, BINS * BINS]), minlength=BINS**3)
    return counts / len(bins)
