"""Where people went in the last seconds."""

from collections import deque
from typing import NamedTuple

import cv2
import numpy as np

from swahr.overlay.colours import blend, id_colour
from swahr.overlay.skeletons import OUTLINE
from swahr.pose.poses import Poses
from swahr.video.images import Image

# Whose middle leaves the trail, the steadiest first: half bodies have shoulders, and hips now and then.
ANCHORS = (("left_shoulder", "right_shoulder"), ("left_hip", "right_hip"))
COVER = 0.8
# Width at the newest end, by the frame's short side.
WIDTH_OF_FRAME = 1 / 160
BITS = 4  # of OpenCV's fixed-point numbers


class _Point(NamedTuple):
    """Where somebody was. anchor: which of ANCHORS, or their number for all joints."""

    time_s: float
    anchor: int
    x: float
    y: float


class Trails:
    """Remembers where each id was. A trail is seen with its person alone: it goes where they do.

    Args:
        length_s: For how long, seconds.
    """

    def __init__(self, length_s: float = 2.0) -> None:
        self.length_s = length_s
        self._points: dict[int, deque[_Point]] = {}
        self._present: frozenset[int] = frozenset()

    def add(self, poses: Poses, time_s: float) -> None:
        """Take up the people of a frame; those without ids leave no trail."""
        self._present = frozenset(() if poses.ids is None else poses.ids.tolist())
        if poses.ids is not None:
            for person, person_id in enumerate(poses.ids.tolist()):
                point = _middle(poses, person, time_s)
                if point is not None and person_id >= 0:
                    self._points.setdefault(person_id, deque()).append(point)
        for person_id in list(self._points):
            points = self._points[person_id]
            while points and not 0 <= time_s - points[0].time_s <= self.length_s:
                points.popleft()
            if not points:
                del self._points[person_id]

    def draw(self, canvas: Image) -> Image:
        """Return a frame with the trails: thin where they are old."""
        seen = {person_id: points for person_id, points in self._points.items() if person_id in self._present}
        if not seen:
            return canvas
        over = canvas.copy()
        width = max(2.0, min(canvas.shape[:2]) * WIDTH_OF_FRAME)
        for person_id, points in seen.items():
            newest = points[-1].time_s
            colour = id_colour(person_id)
            fixed = np.rint(np.asarray([(point.x, point.y) for point in points]) * (1 << BITS))
            places = np.clip(fixed, -(2**24), 2**24).astype(np.int64).tolist()
            for i in range(1, len(points)):
                if points[i].anchor != points[i - 1].anchor:
                    continue  # nobody jumps from the shoulders to the hips
                age = min(1.0, (newest - points[i].time_s) / self.length_s)
                shade = blend(colour, OUTLINE, 0.5 * age)
                thick = max(1, round(width * (1 - 0.8 * age)))
                cv2.line(over, places[i - 1], places[i], shade, thick, cv2.LINE_AA, BITS)
        return np.asarray(cv2.addWeighted(over, COVER, canvas, 1 - COVER, 0), np.uint8)


def _middle(poses: Poses, person: int, time_s: float) -> _Point | None:
    """Return the middle of the first anchor that was found, or of all joints that were."""
    keypoints = poses.keypoints[person, :, :2].astype(np.float64)
    found = np.asarray(np.isfinite(keypoints).all(axis=1))
    names = poses.skeleton.joints
    for anchor, joints in enumerate(ANCHORS):
        chosen = [names.index(joint) for joint in joints if joint in names]
        if len(chosen) == len(joints) and found[chosen].all():
            return _Point(time_s, anchor, *keypoints[chosen].mean(axis=0).tolist())
    if not found.any():
        return None
    return _Point(time_s, len(ANCHORS), *keypoints[found].mean(axis=0).tolist())
