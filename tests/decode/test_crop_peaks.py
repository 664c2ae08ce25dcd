"""Where between the cells of a crop's heatmaps a joint lies."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from swahr.decode.crop_peaks import peaks, second_highest_steps


@settings(max_examples=30, deadline=None)
@given(st.floats(3, 20), st.floats(3, 28), st.sampled_from(["parabola", "gaussian"]))
def test_curves_find_where_a_bell_stands(x, y, subpixel):
    ys, xs = np.mgrid[:32, :24]
    heatmaps = np.exp(-((xs - x) ** 2 + (ys - y) ** 2) / 8)[None, None].astype(np.float32)
    error = np.abs(peaks(heatmaps, subpixel)[0, 0, :2] - (x, y)).max()
    assert error < (1e-3 if subpixel == "gaussian" else 0.06)


def test_the_second_highest_draws_a_quarter():
    heatmaps = np.zeros((1, 2, 32, 24), np.float32)
    ys, xs = np.mgrid[:32, :24]
    heatmaps[0, 0] = 200 * np.exp(-((xs - 10.4) ** 2 + (ys - 15.0) ** 2) / 8)
    joints = second_highest_steps(heatmaps)
    np.testing.assert_allclose(joints[0, 0, :2], (10.25, 15))
    assert joints[0, 1].tolist() == [0, 0, 0]


def test_at_the_border_and_on_flat_maps_they_stay_in_the_map():
    heatmaps = np.zeros((1, 3, 8, 6), np.float32)
    heatmaps[0, 0, 7, 5] = 1
    heatmaps[0, 1] = 0.5
    for joints in (
        peaks(heatmaps, "parabola"),
        peaks(heatmaps, "gaussian"),
        second_highest_steps(heatmaps),
    ):
        assert np.isfinite(joints).all()
        assert (joints[..., :2] >= -0.5).all()
        assert (joints[..., 0] <= 5.5).all()
        assert (joints[..., 1] <= 7.5).all()
