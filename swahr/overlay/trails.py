"""Where people went in the last seconds."""

from collections import deque

import cv2
import numpy as np

from swahr.draw import OUTLINE
from swahr.images import Image
from swahr.overlay.colours import blend, id_colour
from swahr.poses import Poses

MIDDLE_JOINTS = ("left_hip", "right_hip")
COVER = 0.8
# Width at the newest end, by the frame's short side.
WIDTH_OF_FRAME = 1 / 160
BITS = 4  # of OpenCV's fixed-point numbers


class Trails:
    """Remembers where each id was. length_s: for how long."""

    def __init__(self, length_s: float = 2.0) -> None:
        self.length_s = length_s
        self._points: dict[int, deque[tuple[float, float, float]]] = {}

    def add(self, poses: Poses, time_s: float) -> None:
        """Take up the people of a frame; those without ids leave no trail."""
        if poses.ids is not None:
            for person, person_id in enumerate(poses.ids.tolist()):
                middle = _middle(poses, person)
                if middle is not None and person_id >= 0:
                    self._points.setdefault(person_id, deque()).append((time_s, *middle))
        for person_id in list(self._points):
            points = self._points[person_id]
            while points and not 0 <= time_s - points[0][0] <= self.length_s:
                points.popleft()
            if not points:
                del self._points[person_id]

    def draw(self, canvas: Image) -> Image:
        """Return a frame with the trails: thin where they are old."""
        if not self._points:
            return canvas
        over = canvas.copy()
        width = max(2.0, min(canvas.shape[:2]) * WIDTH_OF_FRAME)
        for person_id, points in self._points.items():
            newest = points[-1][0]
            colour = id_colour(person_id)
            fixed = np.rint(np.asarray([point[1:] for point in points]) * (1 << BITS))
            places = np.clip(fixed, -(2**24), 2**24).astype(np.int64).tolist()
            for i in range(1, len(points)):
                age = min(1.0, (newest - points[i][0]) / self.length_s)
                shade = blend(colour, OUTLINE, 0.5 * age)
                thick = max(1, round(width * (1 - 0.8 * age)))
                cv2.line(over, places[i - 1], places[i], shade, thick, cv2.LINE_AA, BITS)
        return np.asarray(cv2.addWeighted(over, COVER, canvas, 1 - COVER, 0), np.uint8)


def _middle(poses: Poses, person: int) -> tuple[float, float] | None:
    """Return the middle of the hips, or of all joints that were found where a hip is missing."""
    keypoints = poses.keypoints[person, :, :2].astype(np.float64)
    hips = [poses.skeleton.joints.index(joint) for joint in MIDDLE_JOINTS if joint in poses.skeleton.joints]
    chosen = keypoints[hips]
    if len(hips) < len(MIDDLE_JOINTS) or not np.isfinite(chosen).all():
        chosen = keypoints[np.isfinite(keypoints).all(axis=1)]
    if not len(chosen):
        return None
    x, y = chosen.mean(axis=0)
    return float(x), float(y)
