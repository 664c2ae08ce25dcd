"""The truth that movement is measured by: walks obey their own numbers, figures are drawn between pixels."""

import numpy as np
import pytest

from benchmarks.figure import draw_figure, scene
from benchmarks.gait import PELVIS, SHANK, THIGH, Gait, walk
from benchmarks.movement import at_rate, mean_errors
from swahr.pose.skeleton import COCO_17

AT = {joint: place for place, joint in enumerate(COCO_17.joints)}


def test_limbs_keep_their_lengths_and_feet_stay_where_they_strike():
    times, gait = at_rate(50, seconds=5), Gait()
    truth = walk(times, gait)
    for side in ("left", "right"):
        hip, knee, ankle = (truth.places[:, AT[f"{side}_{name}"]] for name in ("hip", "knee", "ankle"))
        np.testing.assert_allclose(np.linalg.norm(hip - knee, axis=1), THIGH)
        np.testing.assert_allclose(np.linalg.norm(knee - ankle, axis=1), SHANK)
        np.testing.assert_allclose(hip[:, 1], PELVIS)
        for strike in truth.strikes[side]:
            stands = (times > strike) & (times < strike + gait.stance * gait.stride_s)
            assert not stands.any() or np.ptp(ankle[stands, 0]) < 1e-9
        assert truth.angles[f"{side}_knee"].min() > 0


def test_a_figure_moves_by_parts_of_a_pixel():
    joints = walk(np.asarray([0.1])).seen(200)[0]
    centres = []
    for shift in (0.0, 0.25, 0.5):
        image = np.zeros((300, 400, 3), np.uint8)
        draw_figure(image, np.add(joints, (100 + shift, 20)), 200)
        weights = image.astype(np.float64).sum(axis=2)
        centres.append(float((weights.sum(axis=0) * np.arange(400)).sum() / weights.sum()))
    assert np.diff(centres) == pytest.approx([0.25, 0.25], abs=0.05)
    assert scene((64, 48), 0).shape == (48, 64, 3)


def test_errors_are_small_where_people_are_large_and_grow_with_noise():
    fine, coarse = mean_errors(400, 1.0, 30), mean_errors(100, 2.0, 30)
    assert fine.knee < 2
    assert coarse.knee > 2 * fine.knee
    assert fine.found == 1
    assert fine.step_ms < 60
