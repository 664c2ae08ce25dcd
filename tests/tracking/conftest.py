"""People who walk, as poses."""

from types import SimpleNamespace

import numpy as np
import pytest

from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17

# x and y of the joints of someone of height 1 who stands at 0, 0; y downwards, 0 at the feet.
STANDING = np.asarray([
    (0.0, -0.93), (0.02, -0.95), (-0.02, -0.95), (0.045, -0.94), (-0.045, -0.94), (0.115, -0.82), (-0.115, -0.82),
    (0.145, -0.64), (-0.145, -0.64), (0.15, -0.48), (-0.15, -0.48), (0.08, -0.5), (-0.08, -0.5), (0.085, -0.28),
    (-0.085, -0.28), (0.085, -0.04), (-0.085, -0.04),
])  # fmt: skip


def poses_at(*places, height=200.0, noise=0.0, seed=0, score=0.8):
    """Make people who stand at places (x, y) of their feet."""
    random = np.random.default_rng(seed)
    keypoints = np.full((len(places), 17, 3), score, np.float32)
    for person, place in enumerate(places):
        keypoints[person, :, :2] = STANDING * height + place + random.normal(0, noise, (17, 2))
    return Poses(keypoints, np.full(len(places), score, np.float32), COCO_17)


def picture(places, colours, size=(540, 960), ground=(90, 120, 100), height=200.0):
    """Draw people as boxes of one colour, on a ground with some structure."""
    image = np.zeros((*size, 3), np.uint8)
    image[:] = ground
    image[:: max(1, size[0] // 9), :] = 255 - np.asarray(ground, np.uint8)
    for (x, y), colour in zip(places, colours, strict=True):
        left, right = (int(np.clip(x + side * 0.15 * height, 0, size[1])) for side in (-1, 1))
        top, bottom = (int(np.clip(y - part * height, 0, size[0])) for part in (0.97, 0.02))
        image[top:bottom, left:right] = colour
    return image


@pytest.fixture(scope="session")
def walk():
    return SimpleNamespace(poses=poses_at, picture=picture, standing=STANDING)
