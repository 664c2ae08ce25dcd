from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swahr.config import SmoothingSettings
from swahr.errors import SettingError
from swahr.movement.smoothing import smooth
from swahr.pose.builder import RecordingBuilder
from swahr.pose.poses import Poses
from swahr.pose.recording import Recording
from swahr.pose.skeleton import COCO_17, Skeleton

DOT = Skeleton.from_dict({"joints": ["dot"]})


def record(xs, times=None, rate=25.0, ids=None):
    """Make a recording of one joint: x of each frame, None where the person is missing, NaN where the joint is."""
    builder = RecordingBuilder(DOT)
    for i, x in enumerate(xs):
        builder.frame(i, float(i / rate if times is None else times[i]))
        if x is not None:
            joint = None if np.isnan(x) else (x, 100.0, 0.8)
            builder.person(i, [joint], None, 0 if ids is None else ids[i])
    return builder.build()


def xs_of(recording):
    return recording.keypoints[:, 0, 0]


FILTERS = [SmoothingSettings(smooth="savgol"), SmoothingSettings(smooth="butterworth")]


@pytest.mark.parametrize("smoothing", FILTERS, ids=["savgol", "butterworth"])
class TestFilters:
    def test_noise_goes_and_motion_stays_without_lag(self, smoothing):
        times = np.arange(200) / 25
        motion = 300 + 100 * np.sin(2 * np.pi * 0.5 * times)
        noisy = motion + np.random.default_rng(0).normal(0, 3, 200)
        smoothed = xs_of(smooth(record(noisy), smoothing))
        assert np.std(smoothed - motion) < 0.75 * 3
        lags = [np.std(smoothed[5:-5] - np.roll(motion, lag)[5:-5]) for lag in (-2, -1, 0, 1, 2)]
        assert int(np.argmin(lags)) == 2

    def test_uneven_times_count(self, smoothing):
        random = np.random.default_rng(1)
        times = np.cumsum(random.uniform(0.02, 0.06, 200))
        line = 100 + 50 * times
        smoothed = xs_of(smooth(record(line, times), smoothing))
        np.testing.assert_allclose(smoothed, line, atol=0.6)

    def test_a_straight_line_is_left_as_it_is(self, smoothing):
        line = 100 + 3.0 * np.arange(60)
        np.testing.assert_allclose(xs_of(smooth(record(line), smoothing)), line, atol=0.05)

    @pytest.mark.parametrize("count", range(1, 9))
    def test_few_frames_are_survived(self, smoothing, count):
        found = xs_of(smooth(record(np.arange(count) * 2.0), smoothing))
        assert np.isfinite(found).all()

    def test_people_do_not_mix(self, smoothing):
        alternately = [100.0 if i % 2 else 500.0 for i in range(40)]
        found = xs_of(smooth(record(alternately, ids=[i % 2 for i in range(40)]), smoothing))
        np.testing.assert_allclose(found, alternately)

    def test_it_does_not_reach_across_long_gaps(self, smoothing):
        xs = [100.0] * 20 + [None] * 10 + [500.0] * 20
        found = xs_of(smooth(record(xs), smoothing))
        np.testing.assert_allclose(found, [100.0] * 20 + [500.0] * 20, atol=1e-3)


class TestGaps:
    def test_a_joint_that_is_missing_for_a_while_is_put_on_the_line_between(self):
        xs = [100, np.nan, np.nan, 130, 140]
        found = smooth(record(xs), SmoothingSettings(fill_gaps=2))
        np.testing.assert_allclose(xs_of(found), [100, 110, 120, 130, 140])
        np.testing.assert_allclose(found.keypoints[:, 0, 2], 0.8)
        np.testing.assert_array_equal(found.scores, record(xs).scores)

    def test_longer_gaps_stay_and_so_do_ends(self):
        xs = [np.nan, 100, np.nan, np.nan, np.nan, 130, np.nan]
        found = xs_of(smooth(record(xs), SmoothingSettings(fill_gaps=2)))
        assert np.isnan(found).tolist() == [True, False, True, True, True, False, True]

    def test_a_person_who_is_missing_for_a_while_comes_back_into_the_frames(self):
        recording = record([100, None, 120, None, None, None, 160])
        found = smooth(recording, SmoothingSettings(fill_gaps=1))
        assert np.diff(found.starts).tolist() == [1, 1, 1, 0, 0, 0, 1]
        np.testing.assert_allclose(xs_of(found), [100, 110, 120, 160])
        np.testing.assert_allclose(found.scores, 0.8)
        assert found.ids.tolist() == [0] * 4

    def test_who_comes_back_with_other_joints_is_not_filled_in(self):
        builder = RecordingBuilder(Skeleton.from_dict({"joints": ["one", "other"]}))
        for i, joints in enumerate([[(1.0, 1.0, 0.5), None], None, [None, (1.0, 1.0, 0.9)]]):
            builder.frame(i, i / 25)
            if joints is not None:
                builder.person(i, joints, None, 0)
        found = smooth(builder.build(), SmoothingSettings(fill_gaps=5))
        assert np.diff(found.starts).tolist() == [1, 0, 1]

    def test_time_counts_not_the_number_of_frames(self):
        found = smooth(record([100, np.nan, 200], times=[0, 0.1, 1.0]), SmoothingSettings(fill_gaps=1))
        np.testing.assert_allclose(xs_of(found), [100, 110, 200])

    @settings(max_examples=40, deadline=None)
    @given(
        st.lists(st.one_of(st.none(), st.just(float("nan")), st.floats(0, 1000)), min_size=1, max_size=30),
        st.integers(0, 5),
        st.sampled_from(["none", "savgol", "butterworth"]),
    )
    def test_any_film_keeps_its_frames_and_what_was_there_stays(self, xs, gap, method):
        if all(x is None for x in xs):
            return
        recording = record(xs)
        found = smooth(recording, SmoothingSettings(smooth=method, fill_gaps=gap))
        assert found.frames.tolist() == recording.frames.tolist()
        assert found.starts[-1] == len(found.keypoints)
        present = {(i, x is not None and not np.isnan(x)) for i, x in enumerate(xs) if x is not None}
        for i, there in present:
            people = found.poses(i)
            assert len(people) == 1
            if there:
                assert np.isfinite(people.keypoints[0, 0]).all()
            if method == "none" and there:
                assert people.keypoints[0, 0, 0] == np.float32(xs[i])


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"smooth": "median"}, "smooth is 'median'"),
        ({"fill_gaps": -1}, "fill_gaps is -1"),
        ({"window": 0}, "window is 0"),
        ({"smooth": "butterworth", "order": 11}, "1 to 10 for butterworth"),
    ],
)
def test_what_makes_no_sense_is_refused(values, message):
    with pytest.raises(SettingError, match=message):
        SmoothingSettings(**values)


def test_people_without_ids_are_refused():
    with pytest.raises(SettingError, match="without ids"):
        smooth(replace(record([1.0, 2.0]), ids=None), FILTERS[0])


def test_a_recording_of_nobody_stays_as_it_is():
    builder = RecordingBuilder(DOT, frame_rate=25)
    builder.frame(0)
    nobody = builder.build()
    assert smooth(nobody, SmoothingSettings(smooth="butterworth", fill_gaps=3)) == nobody


def test_what_is_filled_in_is_of_unknown_certainty_and_the_rest_keeps_its_own():
    keypoints = np.ones((2, 17, 3), np.float32)
    covariance = np.ones((2, 17, 2, 2), np.float32)
    poses = [
        Poses(keypoints[i : i + 1] + i, np.ones(1), COCO_17, np.zeros(1, np.int32), covariance[i : i + 1])
        for i in range(2)
    ]
    recording = Recording.from_frames([(0, 0.0, poses[0]), (1, 0.1, None), (2, 0.2, poses[1])])
    filled = smooth(recording, SmoothingSettings(fill_gaps=2))
    assert len(filled.scores) == 3
    assert np.isnan(filled.covariance[1]).all()
    assert (filled.covariance[[0, 2]] == 1).all()
