"""Where joints were in the last seconds, for the small plot."""

import threading
from collections import deque

import numpy as np
import numpy.typing as npt

from swahr.pose.poses import Poses

LENGTH_S = 10.0
MAX_FRAMES = 1200

Floats = npt.NDArray[np.float64]


class Motion:
    """Remembers the poses of the last seconds; written by one thread and read by another."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._frames: deque[tuple[float, Poses]] = deque(maxlen=MAX_FRAMES)

    def add(self, time_s: float, poses: Poses) -> None:
        """Take up a frame; a time before the last one's begins anew."""
        with self._lock:
            if self._frames and (
                time_s <= self._frames[-1][0] or poses.skeleton != self._frames[-1][1].skeleton
            ):
                self._frames.clear()
            self._frames.append((time_s, poses))
            while time_s - self._frames[0][0] > LENGTH_S:
                self._frames.popleft()

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._frames.clear()

    def people(self) -> list[int]:
        """Return the ids that were seen, those seen most often first."""
        with self._lock:
            frames = list(self._frames)
        counts: dict[int, int] = {}
        for _, poses in frames:
            if poses.ids is not None:
                for person_id in poses.ids.tolist():
                    counts[person_id] = counts.get(person_id, 0) + 1
        return sorted(counts, key=lambda person_id: (-counts[person_id], person_id))

    def path(self, joint: str, person: int | None) -> tuple[Floats, Floats]:
        """Return seconds [N] and places [N, 2] of a joint, frame pixels; NaN where it was not found.

        person: an id; None is the one seen most often, or the best person of each frame where there are no ids.
        """
        if person is None:
            person = next(iter(self.people()), None)
        with self._lock:
            frames = list(self._frames)
        times = np.asarray([time_s for time_s, _ in frames], np.float64)
        places = np.full((len(frames), 2), np.nan)
        for i, (_, poses) in enumerate(frames):
            row = _row(poses, person)
            if row is not None and joint in poses.skeleton.joints:
                places[i] = poses.keypoints[row, poses.skeleton.joints.index(joint), :2]
        return times, places

    def speed(self, joint: str, person: int | None) -> tuple[Floats, Floats]:
        """Return seconds [N] and speed [N] in frame pixels per second; NaN where it is not known."""
        times, places = self.path(joint, person)
        speeds = np.full(len(times), np.nan)
        if len(times) > 1:
            speeds[1:] = np.linalg.norm(np.diff(places, axis=0), axis=1) / np.maximum(np.diff(times), 1e-6)
        return times, speeds


def _row(poses: Poses, person: int | None) -> int | None:
    if not len(poses):
        return None
    if person is None or poses.ids is None:
        return 0
    found = np.flatnonzero(poses.ids == person)
    return int(found[0]) if len(found) else None
