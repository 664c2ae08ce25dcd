"""A joint that is found on its other side for a moment is put on its way, and told."""

from dataclasses import replace

import numpy as np
import pytest

from swahr.config import MovementSettings
from swahr.movement import measure
from swahr.movement.doubles import repair_doubles
from swahr.pose.marks import CORRECTED
from swahr.pose.skeleton import COCO_17

LEFT, RIGHT = COCO_17.joints.index("left_knee"), COCO_17.joints.index("right_knee")


def phase(side, times):
    return 2 * np.pi * times / 1.1 + (0 if side == "left" else np.pi)


@pytest.fixture
def walk(bodies):
    """Give a walk [n, 17, 2] from the side at a frame rate, with noise of 2 pixels, and its times."""

    def make(rate):
        times = np.arange(6 * rate) / rate
        places = bodies.walker(
            times,
            lambda side, t: np.clip(20 + 25 * np.sin(phase(side, t) - 0.6), 0, None),
            lambda side, t: 8 + 22 * np.sin(phase(side, t)),
            height=300,
            speed=0.8,
        )
        return times, places + np.random.default_rng(0).normal(0, 2, places.shape)

    return make


def apart(places):
    """Return frames, each alone, in which the knees are far from each other."""
    far = np.flatnonzero(np.linalg.norm(places[:, LEFT] - places[:, RIGHT], axis=1) > 40)
    return far[5:-5:7].tolist()


@pytest.mark.parametrize("rate", [15, 30, 120])
def test_a_walk_in_which_legs_cross_is_left_alone(bodies, walk, rate):
    times, places = walk(rate)
    recording = bodies.recorded(times, [places])
    repaired, told = repair_doubles(recording)
    assert told == ()
    assert repaired == recording


@pytest.mark.parametrize("rate", [15, 30, 120])
@pytest.mark.parametrize(("joint", "other"), [(LEFT, RIGHT), (RIGHT, LEFT)])
def test_a_knee_on_the_other_one_is_put_on_its_way_and_told(bodies, walk, rate, joint, other):
    times, places = walk(rate)
    which = apart(places)
    found = places.copy()
    found[which, joint] = places[which, other] + 1
    repaired, told = repair_doubles(bodies.recorded(times, [found]))
    assert [swap.frame for swap in told] == which
    assert {swap.limb for swap in told} == {COCO_17.joints[joint]}
    off = np.linalg.norm(repaired.keypoints[:, joint, :2] - places[:, joint], axis=1)
    assert off.max() < 15
    left, told = repair_doubles(bodies.recorded(times, [found]), repair=False)
    assert left == bodies.recorded(times, [found])
    assert not any(swap.repaired for swap in told)


def test_what_lasts_is_not_made_up(bodies, walk):
    times, places = walk(30)
    found = places.copy()
    found[60:75, LEFT] = places[60:75, RIGHT]
    assert repair_doubles(bodies.recorded(times, [found]))[1] == ()


@pytest.mark.parametrize(("joint", "other"), [(LEFT, RIGHT), (RIGHT, LEFT)])
def test_one_whose_other_side_is_not_seen_before_is_left_alone(bodies, walk, joint, other):
    times, places = walk(30)
    which = np.asarray(apart(places))
    found = places.copy()
    found[which, joint] = places[which, other] + 1
    found[which - 1, other] = np.nan  # where that one was on its way to, nobody knows
    assert repair_doubles(bodies.recorded(times, [found]))[1] == ()


def test_a_joint_that_was_put_there_by_hand_stays(bodies, walk):
    times, places = walk(30)
    which = apart(places)
    places[which, LEFT] = places[which, RIGHT] + 1
    recording = bodies.recorded(times, [places])
    marks = np.zeros(recording.keypoints.shape[:2], np.uint8)
    marks[which[1:], LEFT] = CORRECTED
    repaired, told = repair_doubles(replace(recording, marks=marks))
    assert [swap.frame for swap in told] == which[:1]
    np.testing.assert_array_equal(repaired.keypoints[which[1:]], recording.keypoints[which[1:]])


def test_it_is_in_the_table_of_swaps_and_in_a_note(bodies, walk):
    times, places = walk(30)
    which = apart(places)[:2]
    places[which, LEFT] = places[which, RIGHT]
    movement = measure(bodies.recorded(times, [places]), MovementSettings(min_frames=1))
    assert [(swap.frame, swap.joints) for swap in movement.swaps] == [
        (frame, ("left_knee",)) for frame in which
    ]
    assert "left_knee of person 0 lay on its other side in 2 frames" in " ".join(movement.notes)
