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
LETTERS_OF_FRAME, MIN_LETTERS, MAX_LETTERS = 1 / 60, 8.0, 22.0
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


def draw_label(canvas: Image, box: Box, text: str, colour: Colour) -> None:
    """Write a line above a box into a frame, on a ground of a colour."""
    height, width = canvas.shape[:2]
    letters = float(np.clip(min(height, width) * LETTERS_OF_FRAME, MIN_LETTERS, MAX_LETTERS))
    scale, thick = letters / FONT_HEIGHT, max(1, round(letters / 9))
    (text_width, text_height), _ = cv2.getTextSize(text, FONT, scale, thick)
    pad = round(0.45 * letters)
    # Above the person, inside the frame.
    x = int(np.clip(round((box[0] + box[2] - text_width) / 2) - pad, 0, max(0, width - text_width - 2 * pad)))
    bottom = int(np.clip(round(box[1]) - 2, text_height + 2 * pad, max(text_height + 2 * pad, height)))
    cv2.rectangle(canvas, (x, bottom - text_height - 2 * pad), (x + text_width + 2 * pad, bottom), colour, -1)
    cv2.putText(canvas, text, (x + pad, bottom - pad), FONT, scale, INK, thick, cv2.LINE_AA)
