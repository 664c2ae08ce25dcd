"""What was fitted besides the person scorer: refined scores, uncertainties, and their place in a file."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from swahr.decode.duplicates import pairwise_oks
from swahr.errors import SwahrError
from swahr.models.calibration import KEY, NOTHING_FITTED, Calibration, read_calibration
from swahr.models.checkpoints import load_checkpoint, save_checkpoint, with_calibration
from swahr.models.refined_scorer import NAMES, RefinedScorer, TwoLooks
from swahr.models.scorer import NUM_SHARED, PersonScorer
from swahr.models.uncertainty import NUM_FEATURES, Evidence, JointUncertainty
from swahr.pose.skeleton import COCO_17

K = COCO_17.num_joints
SIGMAS = np.asarray(COCO_17.sigmas, np.float32)
REFINED = RefinedScorer(tuple(0.1 * n for n in range(len(NAMES))), -1.0, 0.4)
UNSURE = JointUncertainty((1.0, -0.2, 0.0, 0.1, 0.3, 0.05, -0.1), tuple(0.01 * k for k in range(K)))


def evidence(people=2, spread=4.0, cell_px=2.0, seed=0, scale=1.0):
    random = np.random.default_rng(seed)
    keypoints = np.empty((people, K, 3), np.float32)
    keypoints[..., :2] = random.uniform(10, 200, (people, K, 2)) * scale
    keypoints[..., 2] = random.uniform(0.1, 0.9, (people, K))
    moments = np.tile(np.asarray([spread, 0.3 * spread, 0.5 * spread], np.float32), (people, K, 1))
    moved = random.uniform(0, 9, (people, K)).astype(np.float32) * np.float32(scale)
    scores = np.full(people, 0.6, np.float32)
    return Evidence(
        keypoints, moments * np.float32(scale**2), np.full(people, cell_px * scale), scores, moved
    )


def test_a_covariance_is_positive_and_has_the_shape_of_the_peak():
    covariance = UNSURE(evidence())
    assert covariance.shape == (2, K, 2, 2)
    assert (np.linalg.eigvalsh(covariance.astype(np.float64)) > 0).all()
    np.testing.assert_allclose(covariance[..., 0, 1], covariance[..., 1, 0])
    assert (covariance[..., 0, 0] > covariance[..., 1, 1]).all()


@given(scale=st.floats(0.2, 5), people=st.integers(0, 3))
def test_a_frame_of_twice_the_size_has_twice_the_deviation(scale, people):
    once, scaled = UNSURE(evidence(people)), UNSURE(evidence(people, scale=scale))
    np.testing.assert_allclose(scaled, once * scale**2, rtol=1e-3)


def test_a_missing_joint_has_none_and_a_wider_peak_a_larger_one():
    known = evidence()
    known.keypoints[0, 3] = np.nan, np.nan, 0
    covariance = UNSURE(known)
    assert np.isnan(covariance[0, 3]).all()
    assert np.isfinite(covariance[0, 4:]).all()
    assert (UNSURE(evidence(spread=9.0))[1] > UNSURE(evidence())[1])[..., 0, 0].all()


def looks(shift=0.0, overlap=False):
    """Two people whose looks differ by some pixels; the second, of a lower score, may stand where the first does."""
    random = np.random.default_rng(1)
    joints = np.empty((2, K, 3), np.float32)
    joints[..., :2] = random.uniform(100, 200, (1, K, 2))
    joints[1, :, 0] += 0 if overlap else 250
    joints[..., 2] = 0.5
    before = joints.copy()
    before[..., 0] += shift
    scores = np.asarray([0.8, 0.4], np.float32)
    return TwoLooks(joints, before, scores, (640, 480), pairwise_oks(joints, SIGMAS.tolist()), SIGMAS)


def of(name, rows):
    return rows[:, NAMES.index(name)]


def test_features_tell_ghosts_from_people():
    plain, shifted, together = (each.features() for each in (looks(), looks(30), looks(overlap=True)))
    assert plain.shape == (2, len(NAMES))
    np.testing.assert_allclose(of("agreement of the two looks", plain), 1)
    assert (of("agreement of the two looks", shifted) < 0.8).all()
    np.testing.assert_allclose(of("similarity to a better person", plain), 0, atol=1e-3)
    np.testing.assert_allclose(of("similarity to a better person", together), [0, 1], atol=1e-6)
    np.testing.assert_allclose(of("part outside the frame", plain), 0)
    outside = looks()
    outside.joints[0, :, 0] += 1000
    assert of("part outside the frame", outside.features())[0] == 1


def test_a_frame_without_people_has_no_scores():
    nobody = TwoLooks(
        np.zeros((0, K, 3), np.float32),
        np.zeros((0, K, 3), np.float32),
        np.zeros(0, np.float32),
        (64, 64),
        np.zeros((0, 0)),
        SIGMAS,
    )
    assert REFINED(nobody).shape == (0,)


def test_a_checkpoint_keeps_what_was_fitted_and_weights_stay_as_they_are_stored(tiny, tmp_path):
    fitted = Calibration("gaussian", REFINED, UNSURE, replace(UNSURE, bias=(0.0,) * K))
    save_checkpoint(tmp_path / "plain.safetensors", tiny.checkpoint(), float16=True)
    assert load_checkpoint(tmp_path / "plain.safetensors").calibration == NOTHING_FITTED
    scorer = PersonScorer((0.0,) * (2 * K + NUM_SHARED), 0.5, 0.2)
    with_calibration(tmp_path / "plain.safetensors", tmp_path / "fitted.safetensors", scorer, fitted)
    read = load_checkpoint(tmp_path / "fitted.safetensors")
    assert (read.calibration, read.scorer) == (fitted, scorer)
    save_checkpoint(tmp_path / "again.safetensors", read)
    assert load_checkpoint(tmp_path / "again.safetensors").calibration == fitted


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[", "damaged"),
        ('{"subpixel": "half"}', "subpixel 'half'; expected one of"),
        ('{"refined_scorer": {"weights": [1], "bias": 0, "min_score": 0}}', "has 1 weights"),
        ('{"refined_scorer": {"bias": 0}}', "damaged"),
        ('{"uncertainty": {"weights": [1], "bias": [0]}}', "has 1 weights and 1 joints"),
        ('{"uncertainty": 3}', "damaged"),
    ],
)
def test_what_is_damaged_is_refused(text, said):
    with pytest.raises(SwahrError, match=said):
        read_calibration({KEY: text}, K)


def test_weights_that_are_not_finite_are_refused():
    plain = {"weights": [float("nan")] * NUM_FEATURES, "bias": [0.0] * K}
    with pytest.raises(SwahrError, match="not finite"):
        JointUncertainty.from_dict(plain, K)
