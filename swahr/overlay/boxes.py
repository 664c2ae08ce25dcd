"""Boxes around people, and labels above them."""

import cv2
import numpy as np
import numpy.typing as npt

from swahr.overlay.colours import INK
from swahr.overlay.skeletons import Colour
from swahr.video.images import Image

# Left, top, right, bottom, frame pixels.
Box = tuple[float, float, float, float]

FONT = cv2.FONT_HERSHEY_SIMPLEX
FONT_HEIGHT = 21.0  # pixels of a capital letter at scale 1
# Height of a label's letters by the frame's short side, and its bounds, pixels.
LETTERS_OF_FRAME, MIN_LETTERS, MAX_LETTERS = 1 / 60, 8.0, 48.0
MAX_MOVES = 3  # of a label that makes room for others, by its own size
BOX_MARGIN = 0.08  # of the box's longer side


def person_box(keypoints: npt.NDArray[np.float32], min_score: float) -> Box | None:
    """Return the box around a person's joints [K, 3], with a margin; None where no joint has the score."""
    kept = np.isfinite(keypoints[:, :2]).all(axis=1) & (keypoints[:, 2] >= min_score)
    seen = keypoints[kept, :2].astype(np.float64)
    if not len(seen):
        return None
    low, high = seen.min(axis=0), seen.max(axis=0)
    margin = max(2.0, BOX_MARGIN * float((high - low).max()))
    return low[0] - margin, low[1] - margin, high[0] + margin, high[1] + margin


def draw_box(canvas: Image, box: Box, colour: Colour) -> None:
    """Draw a box into a frame."""
    left, top, right, bottom = (int(np.clip(round(side), -32000, 32000)) for side in box)
    width = max(1, round(min(canvas.shape[:2]) / 360))
    cv2.rectangle(canvas, (left, top), (right, bottom), INK, width + 2, cv2.LINE_AA)
    cv2.rectangle(canvas, (left, top), (right, bottom), colour, width, cv2.LINE_AA)


def draw_label(canvas: Image, box: Box, text: str, colour: Colour, taken: list[Box] | None = None) -> None:
    """Write a line above a box into a frame, on a ground of a colour.

    Args:
        canvas: [H, W, 3] uint8 BGR.
        box: Of the person that it names.
        text: In letters that OpenCV knows.
        colour: Of the ground, BGR.
        taken: Where labels are already; this one moves up, or below the box, to hide none, and joins them.
    """
    height, width = canvas.shape[:2]
    letters = float(np.clip(min(height, width) * LETTERS_OF_FRAME, MIN_LETTERS, MAX_LETTERS))
    scale, thick = letters / FONT_HEIGHT, max(1, round(letters / 9))
    (text_width, text_height), _ = cv2.getTextSize(text, FONT, scale, thick)
    pad = round(0.45 * letters)
    wide, high = text_width + 2 * pad, text_height + 2 * pad
    # Above the person, inside the frame.
    x = int(np.clip(round((box[0] + box[2]) / 2 - text_width / 2) - pad, 0, max(0, width - wide)))
    bottom = int(np.clip(round(box[1]) - 2, high, max(high, height)))
    if taken is not None:
        x, bottom = _free_place(taken, (x, bottom), (wide, high), box, (width, height))
        taken.append((x, bottom - high, x + wide, bottom))
    cv2.rectangle(canvas, (x, bottom - high), (x + wide, bottom), colour, -1)
    cv2.putText(canvas, text, (x + pad, bottom - pad), FONT, scale, INK, thick, cv2.LINE_AA)


def _free_place(
    taken: list[Box], place: tuple[int, int], size: tuple[int, int], box: Box, frame_wh: tuple[int, int]
) -> tuple[int, int]:
    """Return left and bottom of a label that hides no other: where it wants to be, above that, beside it, or below."""
    (x, bottom), (wide, high) = place, size
    below = round(box[3]) + high + 2
    steps = [0, *(sign * step for step in range(1, MAX_MOVES + 1) for sign in (1, -1))]
    candidates = [
        (x + dx * (wide + 1), bottom - dy * (high + 1)) for dy in range(MAX_MOVES + 1) for dx in steps
    ]
    candidates.sort(key=lambda each: abs(each[0] - x) + abs(each[1] - bottom))
    for left, low in [
        *candidates,
        (x, below),
        *((x, below + step * (high + 1)) for step in range(1, MAX_MOVES)),
    ]:
        inside = 0 <= left <= max(0, frame_wh[0] - wide) and high <= low <= max(high, frame_wh[1])
        if inside and not any(
            left < other[2] and other[0] < left + wide and low - high < other[3] and other[1] < low
            for other in taken
        ):
            return left, low
    return place
