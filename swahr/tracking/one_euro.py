"""Joints without jitter while a video runs: the One-Euro filter, by person and joint.

Casiez, Roussel and Vogel, CHI 2012: a low-pass filter whose cutoff grows with the speed, so that what rests does not
tremble and what moves does not lag. The time step is the true one, and speed counts in body sizes per second, so that
the same settings suit near and far people.
"""

import math
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from swahr.errors import SettingError, UnreadableError
from swahr.pose.poses import Poses
from swahr.pose.skeleton import Skeleton
from swahr.tracking.similarity import Bools, Floats, see
from swahr.video.images import Image

NEVER = -1e9  # seconds: a time before all times; infinity is no JSON
SHORTEST_STEP_S = 1e-6  # to divide by


@dataclass
class _Joints:
    """People who are smoothed, a row each: ids [N], xy and speed [N, K, 2], seen_s [N, K] seconds, sizes [N]."""

    ids: npt.NDArray[np.int64]
    xy: Floats
    speed: Floats
    seen_s: Floats
    sizes: Floats


class OneEuro:
    """Smooths the joints of people with ids, frame after frame.

    Args:
        skeleton: Of the poses that will come.
        min_cutoff_hz: Of a joint at rest; lower is calmer.
        beta: Hz that the cutoff grows by for each body size per second of the joint's speed; higher lags less.
        speed_cutoff_hz: Of the speed itself.
        max_gap_s: A joint that was not seen for longer starts anew.

    Raises:
        SettingError: Numbers that make no sense.

    >>> from swahr.pose.skeleton import COCO_17
    >>> smooth = OneEuro(COCO_17)
    >>> def person(x):
    ...     joints = [[x + 9 * joint, 20 * joint, 1] for joint in range(17)]
    ...     return Poses(np.asarray([joints], np.float32), np.ones(1, np.float32), COCO_17, np.zeros(1, np.int32))
    >>> for index, x in enumerate((100, 101, 100, 101)):
    ...     found = smooth(person(x), time_s=index / 25)
    >>> print(f"{found.keypoints[0, 0, 0]:.1f}")
    100.3
    """

    def __init__(
        self,
        skeleton: Skeleton,
        min_cutoff_hz: float = 1.0,
        beta: float = 3.0,
        speed_cutoff_hz: float = 1.0,
        max_gap_s: float = 0.5,
    ) -> None:
        for name, value in (("min_cutoff_hz", min_cutoff_hz), ("speed_cutoff_hz", speed_cutoff_hz)):
            if not value > 0:
                raise SettingError(f"{name} is {value}; expected more than 0 Hz")
        if not beta >= 0:
            raise SettingError(f"beta is {beta}; expected 0 or more")
        self.skeleton = skeleton
        self.min_cutoff_hz, self.beta, self.speed_cutoff_hz = min_cutoff_hz, beta, speed_cutoff_hz
        self.max_gap_s = max_gap_s
        self._joints = self._from_plain({field.name: [] for field in fields(_Joints)})

    def __call__(self, poses: Poses, time_s: float, image: Image | None = None) -> Poses:
        """Return the poses with smoothed joints; scores and missing joints stay as they are.

        Args:
            poses: The people of the next frame, with ids.
            time_s: Of the frame, seconds.
            image: Is not looked at; trackers take it.

        Raises:
            SettingError: The people have no ids.
        """
        if poses.ids is None:
            raise SettingError("people without ids cannot be smoothed; let a Tracker give them ids first")
        seen = see(poses)
        rows = self._rows(poses.ids.astype(np.int64))
        joints = self._joints
        found = seen.weights > 0
        elapsed = time_s - joints.seen_s[rows]
        goes_on = found & (elapsed > 0) & (elapsed <= self.max_gap_s)
        step = np.where(goes_on, np.maximum(elapsed, SHORTEST_STEP_S), 1.0)[:, :, None]
        fresh_size = joints.sizes[rows] <= 0
        sizes = np.where(fresh_size, seen.sizes, 0.9 * joints.sizes[rows] + 0.1 * seen.sizes)
        speed = (seen.xy - joints.xy[rows]) / step
        speed = joints.speed[rows] + _part(step, self.speed_cutoff_hz) * (speed - joints.speed[rows])
        pace = np.linalg.norm(speed, axis=2, keepdims=True) / sizes[:, None, None]
        cutoff = self.min_cutoff_hz + self.beta * pace
        smoothed = joints.xy[rows] + _part(step, cutoff) * (seen.xy - joints.xy[rows])
        going = goes_on[:, :, None]
        # The same moment twice: the earlier answer holds. A clock that was set back starts joints anew.
        again = (found & (elapsed == 0))[:, :, None]
        xy = np.where(again, joints.xy[rows], np.where(going, smoothed, seen.xy))
        joints.speed[rows] = np.where(
            again | ~found[:, :, None], joints.speed[rows], np.where(going, speed, 0.0)
        )
        joints.xy[rows] = np.where(found[:, :, None], xy, joints.xy[rows])
        joints.seen_s[rows] = np.where(found, time_s, joints.seen_s[rows])
        joints.sizes[rows] = sizes
        keypoints = poses.keypoints.copy()
        keypoints[:, :, :2] = np.where(found[:, :, None], xy, np.nan)
        self._forget(time_s)
        return replace(poses, keypoints=keypoints)

    def state_dict(self) -> dict[str, Any]:
        """Return all that the next frame depends on, as plain values; floats survive JSON exactly."""
        return {field.name: getattr(self._joints, field.name).tolist() for field in fields(_Joints)}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a state.

        Raises:
            UnreadableError: It is none.
        """
        try:
            self._joints = self._from_plain(state)
        except (KeyError, TypeError, ValueError) as error:
            raise UnreadableError(f"not the state of a One-Euro filter ({error!r})") from error

    def _from_plain(self, state: dict[str, Any]) -> _Joints:
        count = self.skeleton.num_joints
        return _Joints(
            np.asarray(state["ids"], np.int64),
            np.asarray(state["xy"], np.float64).reshape(-1, count, 2),
            np.asarray(state["speed"], np.float64).reshape(-1, count, 2),
            np.asarray(state["seen_s"], np.float64).reshape(-1, count),
            np.asarray(state["sizes"], np.float64),
        )

    def _rows(self, ids: npt.NDArray[np.int64]) -> npt.NDArray[np.intp]:
        """Return the rows of people, new ones for those who are new."""
        joints = self._joints
        new = ids[~np.isin(ids, joints.ids)]
        if len(new):
            shape = (len(new), self.skeleton.num_joints)
            joints.ids = np.concatenate([joints.ids, new])
            joints.xy = np.concatenate([joints.xy, np.zeros((*shape, 2))])
            joints.speed = np.concatenate([joints.speed, np.zeros((*shape, 2))])
            joints.seen_s = np.concatenate([joints.seen_s, np.full(shape, NEVER)])
            joints.sizes = np.concatenate([joints.sizes, np.zeros(len(new))])
        order = np.argsort(joints.ids, kind="stable")
        return order[np.searchsorted(joints.ids, ids, sorter=order)]

    def _forget(self, time_s: float) -> None:
        joints = self._joints
        kept: Bools = joints.seen_s.max(axis=1, initial=NEVER) >= time_s - self.max_gap_s
        if not kept.all():
            for field in fields(_Joints):
                setattr(joints, field.name, getattr(joints, field.name)[kept])


def _part(step: Floats, cutoff: Floats | float) -> Floats:
    """Return how much of a new value a low-pass filter takes, by the time step and the cutoff in Hz."""
    turn = 2 * math.pi * step * cutoff
    return turn / (turn + 1)
