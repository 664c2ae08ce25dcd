import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swahr.errors import SwahrError
from swahr.pose.skeleton import COCO_17
from swahr.tracking import OneEuro
from swahr.tracking.similarity import see


def film(walk, count=100, rate=25.0, noise=2.0, speed=0.0, people=1):
    """Yield poses with ids and their times, of people who stand or walk."""
    for i in range(count):
        places = [(200 + 150 * p + speed * i / rate, 500) for p in range(people)]
        poses = walk.poses(*places, noise=noise, seed=i)
        yield replace(poses, ids=np.arange(people, dtype=np.int32)), i / rate


def reference(values, times, min_cutoff, beta, speed_cutoff, size):
    """The filter of the paper (algorithm 1), for a joint in the plane, with speed in sizes."""

    def part(step, cutoff):
        return 1 / (1 + 1 / (2 * np.pi * cutoff * step))

    place, speed, answers = values[0], np.zeros(2), [values[0]]
    for value, step in zip(values[1:], np.diff(times), strict=True):
        speed = speed + part(step, speed_cutoff) * ((value - place) / step - speed)
        cutoff = min_cutoff + beta * np.linalg.norm(speed) / size
        place = place + part(step, cutoff) * (value - place)
        answers.append(place)
    return np.asarray(answers)


def test_it_is_the_filter_of_the_paper(walk):
    people = walk.poses((300, 500))
    size = see(people).sizes[0]
    random = np.random.default_rng(0)
    times = np.cumsum(random.uniform(0.01, 0.1, 60))
    shifts = np.cumsum(random.normal(0, 4, (60, 2)), axis=0)  # all joints alike, so that the size stays
    one_euro = OneEuro(COCO_17, 0.8, 2.0, 1.3)
    found = []
    for time_s, shift in zip(times, shifts, strict=True):
        moved = people.keypoints.copy()
        moved[:, :, :2] += shift.astype(np.float32)
        poses = replace(people, keypoints=moved, ids=np.zeros(1, np.int32))
        found.append(one_euro(poses, time_s).keypoints[0, 9, :2])
    expected = reference(people.keypoints[0, 9, :2] + shifts, times, 0.8, 2.0, 1.3, size)
    np.testing.assert_allclose(found, expected, atol=0.01)


def test_who_stands_trembles_less_and_who_walks_does_not_lag(walk):
    one_euro = OneEuro(COCO_17)
    raw, smoothed = [], []
    for poses, time_s in film(walk, noise=2):
        raw.append(poses.keypoints[0, 5, :2])
        smoothed.append(one_euro(poses, time_s).keypoints[0, 5, :2])
    raw, smoothed = np.asarray(raw)[20:], np.asarray(smoothed)[20:]
    assert np.diff(smoothed, axis=0).std() < 0.5 * np.diff(raw, axis=0).std()
    one_euro = OneEuro(COCO_17)
    for poses, time_s in film(walk, noise=0, speed=300):
        last = one_euro(poses, time_s).keypoints[0, 5, 0] - poses.keypoints[0, 5, 0]
    assert abs(last) < 300 * 0.06  # less than 60 ms behind


@pytest.mark.parametrize("rate", [10, 30, 120])
def test_the_true_time_step_counts(walk, rate):
    """A step answers after the same time at any frame rate; with a wrong one it would not."""
    one_euro = OneEuro(COCO_17, min_cutoff_hz=1, beta=0)
    for i in range(rate + 1):
        poses = replace(walk.poses((300 if i == 0 else 340, 500)), ids=np.zeros(1, np.int32))
        answer = one_euro(poses, i / rate).keypoints[0, 0, 0]
    assert answer == pytest.approx(340, abs=0.6)
    one_euro = OneEuro(COCO_17, min_cutoff_hz=1, beta=0)
    for i in range(1 + rate // 5):
        poses = replace(walk.poses((300 if i == 0 else 340, 500)), ids=np.zeros(1, np.int32))
        answer = one_euro(poses, i / rate).keypoints[0, 0, 0]
    assert answer == pytest.approx(340 - 40 * np.exp(-2 * np.pi * 0.2), abs=4)


class TestJoints:
    def test_missing_joints_stay_missing_and_scores_stay(self, walk):
        one_euro = OneEuro(COCO_17)
        for i in range(5):
            poses = replace(walk.poses((300 + i, 500)), ids=np.zeros(1, np.int32))
            if i in (2, 3):
                keypoints = poses.keypoints.copy()
                keypoints[0, 4] = np.nan, np.nan, 0
                poses = replace(poses, keypoints=keypoints)
            smoothed = one_euro(poses, i / 25)
            assert np.array_equal(np.isnan(smoothed.keypoints), np.isnan(poses.keypoints))
            assert np.array_equal(smoothed.keypoints[:, :, 2], poses.keypoints[:, :, 2])
            assert np.array_equal(smoothed.scores, poses.scores)

    def test_a_joint_that_was_away_for_long_starts_anew(self, walk):
        one_euro = OneEuro(COCO_17)
        for i in range(5):
            one_euro(replace(walk.poses((300, 500)), ids=np.zeros(1, np.int32)), i / 25)
        poses = replace(walk.poses((600, 500)), ids=np.zeros(1, np.int32))
        assert np.array_equal(one_euro(poses, 3.0).keypoints, poses.keypoints)

    def test_a_clock_that_was_set_back_starts_joints_anew(self, walk):
        one_euro = OneEuro(COCO_17)
        for i in range(5):
            one_euro(replace(walk.poses((300, 500)), ids=np.zeros(1, np.int32)), 100 + i / 25)
        smoothed = [
            one_euro(replace(walk.poses((300 + 10 * i, 500)), ids=np.zeros(1, np.int32)), i / 25).keypoints
            for i in range(20)
        ]
        assert np.array_equal(smoothed[0], walk.poses((300, 500)).keypoints)
        assert np.nanmean(smoothed[-1][:, :, 0] - smoothed[0][:, :, 0]) > 150

    def test_each_id_is_smoothed_for_itself_in_any_order(self, walk):
        both, alone = OneEuro(COCO_17), OneEuro(COCO_17)
        for i, (poses, time_s) in enumerate(film(walk, people=3)):
            order = np.roll(np.arange(3), i)
            mixed = replace(poses, keypoints=poses.keypoints[order], ids=poses.ids[order])
            first = replace(poses, keypoints=poses.keypoints[:1], scores=poses.scores[:1], ids=poses.ids[:1])
            found = both(mixed, time_s).keypoints[order.tolist().index(0)]
            np.testing.assert_allclose(found, alone(first, time_s).keypoints[0])

    def test_the_given_poses_stay_as_they_are(self, walk):
        one_euro = OneEuro(COCO_17)
        for poses, time_s in film(walk, 3):
            before = poses.keypoints.copy()
            one_euro(poses, time_s)
            assert np.array_equal(poses.keypoints, before)


class TestState:
    def test_a_resumed_filter_goes_on_exactly(self, walk):
        frames = list(film(walk, 40, people=2, speed=50))
        whole, first, second = OneEuro(COCO_17), OneEuro(COCO_17), OneEuro(COCO_17)
        expected = [whole(*frame).keypoints for frame in frames]
        for frame in frames[:20]:
            first(*frame)
        second.load_state_dict(json.loads(json.dumps(first.state_dict(), allow_nan=False)))
        for frame, answer in zip(frames[20:], expected[20:], strict=True):
            assert np.array_equal(second(*frame).keypoints, answer)

    def test_memory_does_not_grow_with_those_who_left(self, walk):
        one_euro = OneEuro(COCO_17)
        for i in range(200):
            one_euro(replace(walk.poses((300, 500)), ids=np.asarray([i], np.int32)), i / 10)
        assert len(one_euro.state_dict()["ids"]) < 10


def test_what_makes_no_sense_is_refused(walk):
    with pytest.raises(SwahrError, match="without ids"):
        OneEuro(COCO_17)(walk.poses((1, 1)), 0.0)
    with pytest.raises(SwahrError, match="min_cutoff_hz is 0"):
        OneEuro(COCO_17, min_cutoff_hz=0)
    with pytest.raises(SwahrError, match="beta is -1"):
        OneEuro(COCO_17, beta=-1)
    with pytest.raises(SwahrError, match="not the state"):
        OneEuro(COCO_17).load_state_dict({})


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-1, 2), min_size=1, max_size=12))
def test_any_times_are_survived_and_answers_lie_between_the_places(walk, times):
    one_euro = OneEuro(COCO_17)
    for i, time_s in enumerate(times):
        poses = replace(walk.poses((300 + 50 * (i % 2), 500)), ids=np.zeros(1, np.int32))
        answer = one_euro(poses, time_s).keypoints[0, :, 0] - walk.poses((300, 500)).keypoints[0, :, 0]
        assert (answer >= -0.01).all()
        assert (answer <= 50.01).all()
