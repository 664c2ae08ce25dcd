import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from swahr.errors import SwahrError
from swahr.inference.geometry import input_geometry

CASES = json.loads((Path(__file__).parents[1] / "golden" / "geometry.json").read_text())


def described(case):
    return f"{case['width']}x{case['height']} at {case['input_size']}, {case['scale']} of {case['min_scale']}"


@pytest.mark.parametrize("case", CASES, ids=described)
def test_geometry_is_that_of_the_published_code(case):
    geometry = input_geometry(
        (case["width"], case["height"]), case["input_size"], case["scale"], case["min_scale"]
    )
    assert geometry.input_wh == tuple(case["resized_wh"])
    assert geometry.center_in_frame == tuple(case["center"])
    assert geometry.scale_200 == tuple(case["scale_200"])
    assert np.array_equal(geometry.input_from_frame, case["affine"])
    assert np.array_equal(geometry.frame_from_heatmap(np.asarray(case["points_in"])), case["points_back"])


sides = st.integers(1, 4000)
sizes = st.integers(32, 1024)


@given(sides, sides, sizes)
def test_the_input_covers_the_frame_and_its_sides_fit_the_network(width, height, size):
    geometry = input_geometry((width, height), size)
    w, h = geometry.input_wh
    assert w % 64 == 0
    assert h % 64 == 0
    corners = np.asarray([[0, 0], [width - 1, height - 1]], float)
    mapped = corners @ geometry.input_from_frame[:, :2].T + geometry.input_from_frame[:, 2]
    # As published, the centre is rounded to a whole pixel and a fraction of an input pixel may be cut.
    slack = 0.51 * w / (geometry.scale_200[0] * 200) + 1 + 1e-3 * max(w, h)
    assert mapped.min() >= -slack
    assert mapped[1, 0] <= w + slack
    assert mapped[1, 1] <= h + slack


@given(st.integers(16, 2000), st.integers(16, 2000), st.integers(64, 640), st.floats(0, 1), st.floats(0, 1))
def test_frame_to_input_and_back_is_the_same_point(width, height, size, x_part, y_part):
    geometry = input_geometry((width, height), size)
    point = np.asarray([x_part * width, y_part * height])
    in_input = geometry.input_from_frame[:, :2] @ point + geometry.input_from_frame[:, 2]
    assert np.allclose(
        geometry.frame_from_heatmap(in_input[None])[0], point, atol=1e-2 + 1e-4 * max(width, height)
    )


def test_a_smaller_map_is_the_same_place_in_the_frame():
    geometry = input_geometry((640, 480), 512)
    width, height = geometry.input_wh
    points = np.asarray([[12.0, 40.0], [333.0, 100.0]])
    quarter = geometry.frame_from_heatmap(points / 4, (width // 4, height // 4))
    assert np.allclose(geometry.frame_from_heatmap(points), quarter, atol=1e-3)


def test_a_warped_dot_comes_back_to_its_pixel():
    frame = np.zeros((300, 500), np.uint8)
    frame[100:103, 350:353] = 255
    geometry = input_geometry((500, 300), 256)
    warped = cv2.warpAffine(frame, geometry.input_from_frame, geometry.input_wh).astype(float)
    ys, xs = np.mgrid[: warped.shape[0], : warped.shape[1]]
    middle = np.asarray([[(xs * warped).sum(), (ys * warped).sum()]]) / warped.sum()
    assert np.allclose(geometry.frame_from_heatmap(middle), [[351, 101]], atol=0.1)


def test_no_points_stay_no_points():
    assert input_geometry((640, 480), 512).frame_from_heatmap(np.zeros((0, 2))).shape == (0, 2)


@pytest.mark.parametrize("scale", [0.5, 1.0, 2.0])
def test_every_scale_is_a_multiple_of_the_smallest(scale):
    smallest = input_geometry((643, 481), 512, 0.5, 0.5).input_wh
    at_scale = input_geometry((643, 481), 512, scale, 0.5).input_wh
    assert at_scale == tuple(int(side * scale / 0.5) for side in smallest)


@pytest.mark.parametrize("frame", [(0, 10), (10, 0), (-3, 5)])
def test_a_frame_without_pixels_is_refused(frame):
    with pytest.raises(SwahrError, match="at least one pixel"):
        input_geometry(frame, 512)


@pytest.mark.parametrize(("size", "scale"), [(0, 1.0), (-5, 1.0), (512, 0.0), (512, -1.0)])
def test_an_input_without_size_is_refused(size, scale):
    with pytest.raises(SwahrError, match="positive"):
        input_geometry((640, 480), size, scale)
