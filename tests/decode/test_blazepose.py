"""The decode of BlazePose: what the description says cell by cell; points are refined where the heatmap is sure."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from swahr.decode.blazepose import MIN_CONFIDENCE, decode_points

SIDE, CELLS = 256, 64


def drawn(seed, count=2, points=5):
    """Return landmarks and heatmaps without meaning; some points lie outside of the crop."""
    random = np.random.default_rng(seed)
    landmarks = random.normal(0, 1, (count, points, 5))
    landmarks[..., :2] = random.uniform(-40, SIDE + 40, (count, points, 2))
    heatmaps = random.random((count, points, CELLS, CELLS)) ** 40
    return landmarks.astype(np.float32), heatmaps.astype(np.float32)


def plain(landmark, heatmap):
    """Decode a point cell by cell."""
    x, y = landmark[0] / SIDE, landmark[1] / SIDE
    column, row = int(x * CELLS), int(y * CELLS)
    cells = [
        (i, j, float(heatmap[i, j]))
        for i in range(max(0, row - 3), min(CELLS, row + 4))
        for j in range(max(0, column - 3), min(CELLS, column + 4))
    ]
    total = sum(value for *_, value in cells)
    if cells and max(value for *_, value in cells) >= MIN_CONFIDENCE:
        x = sum(j * value for _, j, value in cells) / total / CELLS
        y = sum(i * value for i, _, value in cells) / total / CELLS
    return x, y, 1 / (1 + np.exp(-landmark[3]))


@pytest.mark.parametrize("seed", range(6))
def test_it_is_what_the_description_says_cell_by_cell(seed):
    landmarks, heatmaps = drawn(seed)
    decoded = decode_points(landmarks, heatmaps, range(5), SIDE)
    for n in range(2):
        expected = [plain(*pair) for pair in zip(landmarks[n], heatmaps[n], strict=True)]
        np.testing.assert_allclose(decoded[n], expected, atol=1e-5)


@given(st.permutations(range(5)))
def test_points_come_in_the_order_in_which_they_are_asked_for(order):
    landmarks, heatmaps = drawn(0)
    everything = decode_points(landmarks, heatmaps, range(5), SIDE)
    np.testing.assert_array_equal(decode_points(landmarks, heatmaps, order, SIDE), everything[:, order])


def test_an_unsure_heatmap_leaves_the_regressed_point():
    landmarks, heatmaps = drawn(1)
    decoded = decode_points(landmarks, 0.49 * np.ones_like(heatmaps), [3], SIDE)
    np.testing.assert_allclose(decoded[:, 0, :2], landmarks[:, 3, :2] / SIDE, rtol=1e-6)


@pytest.mark.parametrize("far", [1e30, -1e30, np.inf])
def test_a_point_far_outside_stays_where_it_is(far):
    landmarks, heatmaps = drawn(2)
    landmarks[0, 0, 0] = far
    assert decode_points(landmarks, heatmaps, [0], SIDE)[0, 0, 0] == np.float32(far) / SIDE
