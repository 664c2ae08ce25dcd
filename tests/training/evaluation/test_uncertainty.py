"""Uncertainties fitted to known errors, and what is said of them."""

from pathlib import Path

import numpy as np
import pytest

from swahr.errors import SwahrError
from swahr.models.uncertainty import NUM_FEATURES, JointUncertainty
from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17
from swahr_training.data.labels import Person, Photo
from swahr_training.evaluation.uncertainty import Coverage, JointSample, fit_uncertainty, joined, matches

K, FLIP = COCO_17.num_joints, COCO_17.flip_permutation


def errors(count=6000, seed=0):
    """Joints whose deviation grows with the first feature, and more for wrists; of both sides alike."""
    random = np.random.default_rng(seed)
    features = random.normal(size=(count, NUM_FEATURES))
    joint = random.integers(0, K, count)
    sigma = np.exp(0.5 * features[:, 0] - 0.2 * features[:, 1] + 0.7 * np.isin(joint, (9, 10)) - 1)
    return JointSample(features, joint, random.normal(size=(count, 2)) * sigma[:, None]), sigma


def test_the_fit_finds_what_errors_depend_on():
    sample, _ = errors()
    fitted = fit_uncertainty(sample, FLIP)
    np.testing.assert_allclose(fitted.weights[:2], [0.5, -0.2], atol=0.04)
    np.testing.assert_allclose(fitted.weights[2:], 0, atol=0.04)
    other, sigma = errors(seed=1)
    logs = other.features @ np.asarray(fitted.weights) + np.asarray(fitted.bias)[other.joint]
    said = np.hypot(np.exp(logs), fitted.floor)
    np.testing.assert_allclose(np.median(said / sigma), 1, atol=0.06)
    deviation = other.deviation / said[:, None]
    assert abs((np.abs(deviation) < 1).mean() - 0.683) < 0.03
    assert abs((np.abs(deviation) < 2).mean() - 0.954) < 0.03


def test_what_even_the_surest_joints_are_wrong_by_is_found_as_a_floor():
    sample, sigma = errors()
    noise = np.random.default_rng(5).normal(0, 0.3, sample.deviation.shape)
    noisy = JointSample(sample.features, sample.joint, sample.deviation + noise)
    fitted = fit_uncertainty(noisy, FLIP)
    assert fitted.floor == pytest.approx(0.3, abs=0.06)
    logs = sample.features @ np.asarray(fitted.weights) + np.asarray(fitted.bias)[sample.joint]
    surest = sigma < np.quantile(sigma, 0.2)
    said = np.hypot(np.exp(logs), fitted.floor)[surest]
    assert abs((np.abs(noisy.deviation[surest]) < said[:, None]).mean() - 0.683) < 0.04
    assert JointUncertainty.from_dict(fitted.to_dict(), K) == fitted


def test_left_and_right_have_one_bias():
    bias = np.asarray(fit_uncertainty(errors()[0], FLIP).bias)
    np.testing.assert_allclose(bias, bias[list(FLIP)])
    assert bias[9] > bias[5] + 0.4


def test_a_few_gross_errors_do_not_decide():
    sample, _ = errors()
    gross = sample.deviation.copy()
    gross[::50] *= 100
    fitted = fit_uncertainty(JointSample(sample.features, sample.joint, gross), FLIP)
    np.testing.assert_allclose(fitted.bias, fit_uncertainty(sample, FLIP).bias, atol=0.15)


def test_too_few_joints_are_refused():
    with pytest.raises(SwahrError, match="20 labelled joints were found; expected at least 500"):
        fit_uncertainty(errors(20)[0], FLIP)
    assert len(joined([]).joint) == 0


def photo_and_poses(sigma, error, seed=0):
    """A labelled person, who is found with errors of some deviation, and said to be of another one."""
    random = np.random.default_rng(seed)
    truth = np.ones((K, 3), np.float32) * 2
    truth[:, :2] = random.uniform(100, 900, (K, 2))
    found = np.ones((1, K, 3), np.float32)
    found[0, :, :2] = truth[:, :2] + random.normal(0, error, (K, 2))
    found[0, 0] = np.nan, np.nan, 0
    truth[1, 2] = 0
    person = Person("a", truth, (100.0, 100.0, 800.0, 800.0), 640000.0)
    covariance = np.broadcast_to(np.eye(2, dtype=np.float32) * sigma**2, (1, K, 2, 2))
    poses = Poses(found, np.ones(1, np.float32), COCO_17, covariance=covariance)
    return Photo(1, Path("a.jpg"), (1000, 1000), (person,)), poses


def test_joints_that_are_labelled_and_found_are_compared():
    photo, poses = photo_and_poses(4.0, 4.0)
    known = list(matches(photo, poses))
    assert [match.joint for match in known] == list(range(2, K))
    np.testing.assert_allclose(
        known[0].offset, poses.keypoints[0, 2, :2] - photo.people[0].joints[2, :2], atol=1e-4
    )


def test_coverage_says_whether_uncertainties_are_true():
    true = Coverage.of([photo_and_poses(4.0, 4.0, seed) for seed in range(40)])
    assert abs(true.within(1) - 0.683) < 0.05
    assert abs(true.in_ellipse(1) - 0.393) < 0.06
    small = Coverage.of([photo_and_poses(1.0, 4.0, seed) for seed in range(40)])
    assert small.within(2) < 0.5
    lines = true.lines()
    assert "within 1 sigma" in lines[0]
    assert len(lines) == 6
    assert set(true.figures()) == {
        "joints",
        "within_1_sigma",
        "within_2_sigma",
        "in_ellipse_1_sigma",
        "in_ellipse_2_sigma",
    }


def test_people_without_covariance_say_nothing():
    photo, poses = photo_and_poses(1.0, 1.0)
    nothing = Coverage.of([(photo, Poses(poses.keypoints, poses.scores, COCO_17))])
    assert nothing.lines() == []
    assert nothing.figures() == {}
