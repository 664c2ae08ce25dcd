"""Squares of a frame around people, and the crops that are cut there."""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from swahr.video.images import Image

Floats = npt.NDArray[np.float32]


def whole_pixels(squares: npt.NDArray[np.floating[Any]], side: int) -> Floats:
    """Return squares [P, 3], x and y of the middle and side, whose edges lie between pixels of the frame.

    Sides become a little longer, so that those which are shrunk are halved a whole number of times.

    Args:
        squares: [P, 3], frame pixels.
        side: Of the crop, pixels.
    """
    length = np.ceil(squares[:, 2:])
    block = np.exp2(_halvings(length, side))  # pixels at a side, whose mean a pixel of the halved picture is
    length = np.ceil(length / block) * block
    left_top = np.round(squares[:, :2] + 0.5 - length / 2)
    return np.concatenate([left_top - 0.5 + length / 2, length], axis=1).astype(np.float32)


def _halvings(length: npt.NDArray[np.floating[Any]], side: int) -> npt.NDArray[np.floating[Any]]:
    """Return how often a picture is halved before it is resized: as often as that leaves `side`, or it would alias."""
    return np.floor(np.log2(np.maximum(length / side, 1)))


def cut(frame: Image, square: Floats, side: int) -> Image:
    """Return a crop of a frame, [side, side, 3] uint8 RGB, black outside of it.

    Args:
        frame: [H, W, 3] uint8 BGR.
        square: x and y of the middle, and the side, frame pixels, as `whole_pixels` gives them.
        side: Of the crop, pixels.
    """
    length = int(square[2])
    left, top = (int(np.ceil(middle - length / 2)) for middle in square[:2].tolist())
    x0, y0 = max(left, 0), max(top, 0)
    part: npt.NDArray[Any] = frame[y0 : max(top + length, 0), x0 : max(left + length, 0)]
    if part.shape != (length, length, 3):
        inside, part = part, np.zeros((length, length, 3), np.uint8)
        if inside.size:
            rows, columns = inside.shape[:2]
            part[y0 - top : y0 - top + rows, x0 - left : x0 - left + columns] = inside
    for _ in range(int(_halvings(square[2], side))):  # halving is quick, other parts are not
        part = cv2.resize(part, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    crop = cv2.resize(part, (side, side), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.cvtColor(crop, cv2.COLOR_BGR2RGB), np.uint8)
