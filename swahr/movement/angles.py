"""Angles of joints and segments in the plane of the picture. n frames, K joints, A angles.

They are projections: what turns out of the plane of the picture is not in them.
"""

from collections.abc import Sequence

import numpy as np

from swahr.movement.definitions import Angle
from swahr.movement.facing import UNKNOWN, Facing
from swahr.movement.stretches import Floats

# Directions of which a segment's angle is 0, in degrees, anticlockwise from forward.
ZEROS = {"forward": 0.0, "up": 90.0, "down": -90.0}


def measure_angles(places: Floats, facing: Facing, angles: Sequence[Angle]) -> Floats:
    """Return angles as their definitions have them.

    Args:
        places: [n, K, 2], x to the right and y **up**; NaN for missing joints.
        facing: [n], 1 for a person who faces right, -1 left, 0 where that is not known.
        angles: Of the skeleton.

    Returns:
        [n, A] degrees, above -180 up to 180; NaN where a joint is missing, or a direction that the angle needs.

    >>> from swahr.movement.definitions import angles_of
    >>> from swahr.pose.skeleton import Skeleton
    >>> leg = Skeleton.from_joints(["left_hip", "left_knee", "left_ankle"])
    >>> bent = np.asarray([[(0.0, 2.0), (0.0, 1.0), (-1.0, 1.0)]])  # the shank points backward, facing right
    >>> knee, thigh, shank = angles_of(leg)[0]
    >>> measure_angles(bent, np.asarray([1], np.int8), [knee, thigh, shank]).tolist()
    [[90.0, 0.0, -90.0]]
    """
    found = np.full((len(places), len(angles)), np.nan)
    for column, angle in enumerate(angles):
        points = [places[:, joints].mean(axis=1) for joints in map(list, angle.points)]
        found[:, column] = _measure(points, facing, angle)
    return found


def _measure(points: list[Floats], facing: Facing, angle: Angle) -> Floats:
    definition = angle.definition
    if definition.kind == "tilt":
        return _tilt(points[0] - points[1])
    known = facing != UNKNOWN
    toward = np.where(known, facing, 1).astype(np.float64)
    if definition.kind == "segment":
        assert isinstance(definition.zero, str)
        turned = _direction(points[1] - points[0], toward) - ZEROS[definition.zero]
    else:
        assert not isinstance(definition.zero, str)
        second = (points[1], points[2]) if len(points) == 3 else (points[2], points[3])
        first = _direction(points[1] - points[0], toward)
        turned = _direction(second[1] - second[0], toward) - first - (definition.zero or 0.0)
    signed = wrapped(turned if definition.positive == "anticlockwise" else -turned)
    return np.where(known, signed, np.abs(signed) if definition.one_way else np.nan)


def _direction(vector: Floats, toward: Floats) -> Floats:
    """Return where vectors [n, 2] point, degrees anticlockwise from forward; NaN for a vector of no length."""
    degrees = np.degrees(np.arctan2(vector[:, 1], vector[:, 0] * toward))
    return np.where(np.any(vector != 0, axis=1), degrees, np.nan)


def _tilt(vector: Floats) -> Floats:
    degrees = np.degrees(np.arctan2(vector[:, 1], np.abs(vector[:, 0])))
    return np.where(np.any(vector != 0, axis=1), degrees, np.nan)


def wrapped(degrees: Floats) -> Floats:
    """Return angles above -180 up to 180.

    >>> wrapped(np.asarray([190.0, -180.0, 540.0])).tolist()
    [-170.0, 180.0, 180.0]
    """
    return np.asarray(180 - (180 - degrees) % 360)
