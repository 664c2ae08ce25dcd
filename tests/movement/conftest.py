"""People whose angles are known, built by forward kinematics."""

from types import SimpleNamespace

import numpy as np
import pytest

from swahr.pose.builder import RecordingBuilder
from swahr.pose.skeleton import COCO_17, Skeleton

FEET = Skeleton.from_joints([*COCO_17.joints, "left_heel", "right_heel", "left_big_toe", "right_big_toe"])
SIDES = ("left", "right")


def _turned(degrees):
    """Return unit vectors that point down at 0 and forward, to the right, at 90 degrees; y down as in a frame."""
    radians = np.radians(degrees)
    return np.stack([np.sin(radians), np.cos(radians)], axis=-1)


def walker(times, knee, hip, trunk=0.0, height=200.0, facing=1, skeleton=COCO_17, speed=0.0, ankle=0.0):
    """Return places [n, K, 2] in a frame, y down, of someone seen from the side.

    knee, hip, ankle: functions of the side and the times that give degrees of flexion. speed: heights per second.
    """
    n = len(times)
    places = np.full((n, skeleton.num_joints, 2), np.nan)
    at = {joint: k for k, joint in enumerate(skeleton.joints)}
    pelvis = np.stack([500 + facing * speed * height * times, np.full(n, 300.0)], axis=1)
    for side in SIDES:
        thigh = hip(side, times) - trunk
        shank = thigh - knee(side, times)
        flip = np.asarray([facing, 1.0])
        places[:, at[f"{side}_hip"]] = pelvis
        places[:, at[f"{side}_knee"]] = pelvis + 0.245 * height * _turned(thigh) * flip
        places[:, at[f"{side}_ankle"]] = (
            places[:, at[f"{side}_knee"]] + 0.246 * height * _turned(shank) * flip
        )
        neck = pelvis - 0.29 * height * _turned(-trunk) * flip
        places[:, at[f"{side}_shoulder"]] = neck
        places[:, at[f"{side}_elbow"]] = np.add(neck, (0, 0.18 * height))
        places[:, at[f"{side}_wrist"]] = np.add(neck, (0, 0.33 * height))
        places[:, at[f"{side}_ear"]] = np.subtract(neck, (0, 0.12 * height))
        places[:, at[f"{side}_eye"]] = np.add(neck, (facing * 0.05 * height, -0.13 * height))
        if f"{side}_heel" in at:
            heel = places[:, at[f"{side}_ankle"]] + 0.03 * height * _turned(shank) * flip
            places[:, at[f"{side}_heel"]] = heel
            places[:, at[f"{side}_big_toe"]] = heel + 0.15 * height * _turned(shank + 90 + ankle) * flip
    places[:, at["nose"]] = places[:, at["left_ear"]] + (facing * 0.07 * height, 0)
    return places


def recorded(times, people, skeleton=COCO_17, score=0.9):
    """Return a recording of people, each [n, K, 2]; frames where someone has no joint are without them."""
    builder = RecordingBuilder(skeleton)
    for i, time_s in enumerate(times):
        builder.frame(i, float(time_s))
        for person_id, places in enumerate(people):
            joints = [None if np.isnan(x) else (x, y, score) for x, y in places[i]]
            if any(joint is not None for joint in joints):
                builder.person(i, joints, None, person_id)
    return builder.build()


@pytest.fixture(scope="session")
def bodies():
    """Make walkers and recordings of them."""
    return SimpleNamespace(walker=walker, recorded=recorded, feet=FEET)
