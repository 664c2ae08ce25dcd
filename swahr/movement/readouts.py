"""Distances and angles between joints that a person chose, in the plane of the picture. n frames, K joints."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from swahr.errors import SettingError
from swahr.movement.angles import wrapped
from swahr.movement.stretches import Floats

DEGREES = "deg"


@dataclass(frozen=True)
class Readout:
    """What is read out at joints.

    joints: numbers of two, whose distance it is, or of three: the angle at the second, between the lines to the others,
    0 to 180 degrees, where 180 is a straight line.

    Raises:
        SettingError: There are fewer or more joints, or one is there twice.

    >>> Readout((0, 1, 2)).of(np.asarray([[0.0, 1.0], [0.0, 0.0], [1.0, 0.0]]))
    array(90.)
    >>> Readout((0, 1)).of(np.asarray([[3.0, 0.0], [0.0, 4.0]]))
    array(5.)
    """

    joints: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.joints) not in (2, 3) or len(set(self.joints)) < len(self.joints):
            raise SettingError(f"joints {self.joints} are read out; expected two or three different ones")

    @property
    def is_angle(self) -> bool:
        """Whether it is an angle, and no distance."""
        return len(self.joints) == 3

    def of(self, places: Floats) -> Floats:
        """Return it for places [..., K, 2]: degrees, or the unit of places; NaN where a joint is missing."""
        points = [np.asarray(places[..., joint, :], np.float64) for joint in self.joints]
        if not self.is_angle:
            return np.asarray(np.linalg.norm(points[1] - points[0], axis=-1))
        turns = [
            np.degrees(np.arctan2(away[..., 1], away[..., 0]))
            for away in (points[0] - points[1], points[2] - points[1])
        ]
        same = [(point == points[1]).all(axis=-1) for point in (points[0], points[2])]
        return np.where(same[0] | same[1], np.nan, np.abs(wrapped(turns[1] - turns[0])))

    def name(self, joints: Sequence[str], unit: str) -> str:
        """Return what a column of it is called; joints: names of all.

        >>> Readout((1, 0)).name(["nose", "left_eye"], "m")
        'left_eye_to_nose_m'
        >>> Readout((2, 1, 0)).name(["nose", "left_eye", "left_ear"], "m")
        'left_ear_at_left_eye_to_nose_deg'
        """
        names = [joints[joint] for joint in self.joints]
        if self.is_angle:
            return f"{names[0]}_at_{names[1]}_to_{names[2]}_{DEGREES}"
        return f"{names[0]}_to_{names[1]}_{unit}"
