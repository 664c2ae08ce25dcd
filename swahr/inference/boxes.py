"""Boxes around people, which crops are made of. P boxes."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from swahr.errors import SettingError

Floats = npt.NDArray[np.float64]


class PersonBoxes(NamedTuple):
    """The boxes of a frame.

    Attributes:
        xywh: [P, 4] left, top, width and height, frame pixels.
        scores: [P], how sure it is that a person is in each.
    """

    xywh: Floats
    scores: Floats

    def usable(self, frame_wh: Sequence[int]) -> "PersonBoxes":
        """Return those that can show a person, best first: finite, of at least a pixel, and partly in the frame."""
        numbers = np.isfinite(self.xywh).all(axis=1) & np.isfinite(self.scores)
        xywh = np.where(numbers[:, None], self.xywh, 0)
        left_top, right_bottom = xywh[:, :2], xywh[:, :2] + xywh[:, 2:]
        inside = ((right_bottom > 0) & (left_top < np.asarray(frame_wh))).all(axis=1)
        kept = np.flatnonzero(numbers & inside & (xywh[:, 2:] >= 1).all(axis=1))
        kept = kept[np.argsort(-self.scores[kept], kind="stable")]
        return PersonBoxes(self.xywh[kept], np.clip(self.scores[kept], 0, 1))


def as_boxes(given: Any, what: str = "boxes") -> PersonBoxes:
    """Return boxes as a program gives them.

    Args:
        given: [P, 4] left, top, width and height, or [P, 5] with a score; without one a person is sure. Empty: nobody.
        what: they are called in errors.

    Raises:
        SettingError: they have another shape, or are no numbers.
    """
    if isinstance(given, PersonBoxes):
        return given
    try:
        boxes = np.asarray(given, np.float64)
    except (TypeError, ValueError) as error:
        raise SettingError(
            f"{what} are no numbers ({error}); expected [P, 4]: left, top, width, height"
        ) from error
    if boxes.size == 0:
        boxes = boxes.reshape(0, 4)
    if boxes.ndim != 2 or boxes.shape[1] not in (4, 5):
        raise SettingError(
            f"{what} have shape {list(boxes.shape)}; expected [P, 4]: left, top, width, height, or [P, 5] with a score"
        )
    scores = boxes[:, 4] if boxes.shape[1] == 5 else np.ones(len(boxes))
    return PersonBoxes(boxes[:, :4], scores)


def boxes_of_frames(given: Sequence[Any], frames: int) -> list[PersonBoxes]:
    """Return the boxes of each frame as a program gives them. Raises SettingError where they are not as many."""
    if len(given) != frames:
        raise SettingError(f"there are boxes of {len(given)} frames; expected those of each of the {frames}")
    return [as_boxes(boxes, f"boxes of frame {index}") for index, boxes in enumerate(given)]
