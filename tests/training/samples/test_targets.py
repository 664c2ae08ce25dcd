"""Targets against the published code's figures."""

from pathlib import Path

import numpy as np
import pytest

from swahr_training.samples.targets import render_heatmaps, tag_indices

GOLDEN = np.load(Path(__file__).parents[2] / "golden" / "loss.npz")
INPUT = 64


@pytest.mark.parametrize("image", [0, 1, 2])
@pytest.mark.parametrize(("stage", "side"), [(0, 16), (1, 32)])
def test_heatmaps_and_tag_places_equal_the_published_codes(image, stage, side):
    joints = GOLDEN[f"joints_{image}"].astype(np.float32) * [side / INPUT, side / INPUT, 1]
    heatmaps = render_heatmaps(joints.astype(np.float32), (side, side))
    np.testing.assert_allclose(heatmaps, GOLDEN[f"heatmap{stage}"][image], atol=1e-6)
    indices = tag_indices(joints.astype(np.float32), (side, side))
    np.testing.assert_array_equal(indices, GOLDEN[f"tagidx{stage}"][image])


def test_a_gaussian_ends_beyond_three_sigma_and_one():
    joints = np.asarray([[[20, 20, 2]]], np.float32)
    (heatmap,) = render_heatmaps(joints, (41, 41), sigma=2.0)
    assert heatmap[20, 20] == 1
    assert heatmap[20, 27] > 0
    assert heatmap[20, 28] == 0


def test_people_beyond_the_limit_take_no_row():
    joints = np.full((31, 1, 3), 2, np.float32)
    indices = tag_indices(joints, (8, 8), max_people=30)
    assert indices.shape == (30, 1, 2)
    assert indices[:, 0, 1].all()
