from dataclasses import replace

import numpy as np
import pytest

from swahr.config import MovementSettings
from swahr.movement import measure, repair_swaps
from swahr.movement.swaps import limbs_of
from swahr.pose.skeleton import COCO_17, Skeleton

LEGS, ARMS = ({name: pairs for name, pairs, _ in limbs_of(COCO_17)}[limb] for limb in ("legs", "arms"))


def phase(side, times):
    return 2 * np.pi * times / 1.1 + (0 if side == "left" else np.pi)


def knee(side, times):
    return np.clip(20 + 25 * np.sin(phase(side, times) - 0.6), 0, None)


def hip(side, times):
    return 8 + 22 * np.sin(phase(side, times))


@pytest.fixture
def walk(bodies):
    """Give a walk [n, 17, 2] from the side at a frame rate, with noise, and its times."""

    def make(rate, noise=2.0, seconds=6):
        times = np.arange(round(seconds * rate)) / rate
        places = bodies.walker(times, knee, hip, height=300, speed=0.8)
        return times, places + np.random.default_rng(0).normal(0, noise, places.shape)

    return make


def exchanged(places, pairs, which):
    found = places.copy()
    for left, right in pairs:
        found[np.ix_(which, [left, right])] = places[np.ix_(which, [right, left])]
    return found


@pytest.mark.parametrize("rate", [15, 30, 120])
def test_a_walk_without_swaps_is_left_alone_though_legs_cross(bodies, walk, rate):
    times, places = walk(rate)
    recording = bodies.recorded(times, [places])
    repaired, swaps = repair_swaps(recording)
    assert swaps == ()
    assert repaired == recording


@pytest.mark.parametrize("rate", [15, 30, 120])
@pytest.mark.parametrize("which", [[20], [30, 31, 32], [*range(40, 50)], [20, 21, 60, 70, 71, 72]])
def test_legs_that_changed_places_are_exchanged_back_and_told(bodies, walk, rate, which):
    times, places = walk(rate)
    truth = bodies.recorded(times, [places])
    repaired, swaps = repair_swaps(bodies.recorded(times, [exchanged(places, LEGS, which)]))
    assert [swap.frame for swap in swaps] == which
    assert {(swap.person_id, swap.limb, swap.repaired) for swap in swaps} == {(0, "legs", True)}
    assert swaps[0].time_s == pytest.approx(times[which[0]])
    assert "left_knee" in swaps[0].joints
    assert min(swap.evidence for swap in swaps) > 0
    assert repaired == truth


def test_a_change_that_lasts_is_mended_on_its_shorter_side(bodies, walk):
    times, places = walk(30)
    repaired, swaps = repair_swaps(bodies.recorded(times, [exchanged(places, LEGS, list(range(130, 180)))]))
    assert [swap.frame for swap in swaps] == list(range(130, 180))
    assert repaired == bodies.recorded(times, [places])


def test_they_can_be_left_as_found_and_are_told_all_the_same(bodies, walk):
    times, places = walk(30)
    recording = bodies.recorded(times, [exchanged(places, LEGS, [50, 51])])
    same, swaps = repair_swaps(recording, repair=False)
    assert same == recording
    assert [(swap.frame, swap.repaired) for swap in swaps] == [(50, False), (51, False)]
    movement = measure(recording, MovementSettings(swaps="leave"))
    assert any(
        "of the legs of person 0 had changed places in 2 frames: left as found" in n for n in movement.notes
    )
    assert any("in 2 frames: exchanged back" in note for note in measure(recording).notes)


def test_each_person_and_limb_has_swaps_of_its_own(bodies, walk):
    times, places = walk(30)
    other = np.add(places, (200, 0))
    # The arms of these walkers hang side by side: apart, so that an exchange is seen.
    for place, side in ((places, 12.0), (other, 12.0)):
        for left, right in ARMS:
            place[:, left, 0] += side
            place[:, right, 0] -= side
    recording = bodies.recorded(times, [exchanged(places, ARMS, [60]), exchanged(other, LEGS, [80, 81])])
    repaired, swaps = repair_swaps(recording)
    assert [(swap.person_id, swap.limb, swap.frame) for swap in swaps] == [
        (0, "arms", 60),
        (1, "legs", 80),
        (1, "legs", 81),
    ]
    assert repaired == bodies.recorded(times, [places, other])


def test_missing_joints_and_frames_are_no_evidence(bodies, walk):
    times, places = walk(30)
    random = np.random.default_rng(3)
    places[random.random(places.shape[:2]) < 0.15] = np.nan
    places[60:75] = np.nan
    assert repair_swaps(bodies.recorded(times, [places]))[1] == ()


def test_few_frames_and_unknown_skeletons_are_survived(bodies):
    for count in range(4):
        times = np.arange(count) / 30
        places = np.random.default_rng(0).uniform(0, 100, (count, 17, 2))
        assert repair_swaps(bodies.recorded(times, [places]))[1] == ()
    mouse = Skeleton.from_joints(["snout", "left_whisker", "right_whisker"])
    assert [limb for limb, _, _ in limbs_of(mouse)] == ["sides"]
    assert limbs_of(Skeleton.from_joints(["snout"])) == []


def test_scores_go_with_their_joints(bodies, walk):
    times, places = walk(30)
    recording = bodies.recorded(times, [exchanged(places, LEGS, [50])])
    keypoints = recording.keypoints.copy()
    keypoints[:, 13, 2] = 0.7
    repaired, _ = repair_swaps(replace(recording, keypoints=keypoints))
    assert repaired.keypoints[50, 14, 2] == np.float32(0.7)
