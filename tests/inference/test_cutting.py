"""Crops of a frame: where its places are in them, what is outside of it, and how they are shrunk."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swahr.inference.cutting import cut, whole_pixels
from swahr.inference.second_stage import CropRule

SIDE = CropRule().side


@settings(deadline=None)
@given(st.floats(60, 260), st.floats(60, 180), st.floats(30, 600), st.integers(40, 280), st.integers(40, 200))
def test_a_place_of_the_frame_is_where_it_should_be_in_a_crop(x, y, length, dot_x, dot_y):
    frame = np.zeros((240, 320, 3), np.uint8)
    frame[dot_y - 3 : dot_y + 4, dot_x - 3 : dot_x + 4] = 255
    square = whole_pixels(np.asarray([[x, y, length]]), SIDE)[0]
    assert np.abs(square[:2] - (x, y)).max() <= 1
    assert length <= square[2] <= length + 2
    x, y, length = square.tolist()
    crop = cut(frame, square, SIDE)
    expected_xy = ((np.asarray([dot_x, dot_y]) - (x, y)) / length + 0.5) * SIDE - 0.5
    margin = 4 * SIDE / length + 4
    if not ((expected_xy > margin) & (expected_xy < SIDE - margin)).all():
        return
    weight = crop[:, :, 0].astype(float)
    rows, columns = np.mgrid[:SIDE, :SIDE]
    seen_xy = np.asarray([(columns * weight).sum(), (rows * weight).sum()]) / weight.sum()
    np.testing.assert_allclose(seen_xy, expected_xy, atol=0.25)


def test_what_is_outside_the_frame_is_black():
    square = whole_pixels(np.asarray([[0.0, 0.0, 100.0]]), SIDE)[0]
    crop = cut(np.full((50, 50, 3), 200, np.uint8), square, SIDE)
    assert crop[: SIDE // 2 - 4, : SIDE // 2 - 4].max() == 0
    assert crop[SIDE // 2 + 8 :, SIDE // 2 + 8 :].min() >= 0
    assert crop[SIDE // 2 + 8 : SIDE - 8, SIDE // 2 + 8 : SIDE - 8].min() == 200


@pytest.mark.parametrize("middle", [(-400.0, 25.0), (25.0, -400.0), (500.0, 25.0), (25.0, 500.0)])
def test_a_crop_beside_the_frame_is_black(middle):
    square = whole_pixels(np.asarray([[*middle, 100.0]]), SIDE)[0]
    assert cut(np.full((50, 50, 3), 200, np.uint8), square, SIDE).max() == 0


def test_fine_stripes_do_not_alias_in_a_crop_that_is_shrunk():
    stripes = np.zeros((1200, 1200, 3), np.uint8)
    stripes[:, ::2] = 255
    for length in (512.0, 700.0, 1100.0):
        crop = cut(stripes, whole_pixels(np.asarray([[600.0, 600.0, length]]), SIDE)[0], SIDE)
        assert np.ptp(crop[8:-8, 8:-8].astype(int)) <= 3
