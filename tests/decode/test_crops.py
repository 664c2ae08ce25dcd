"""Crops of one person each, against the published code's figures."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from swahr.decode import decode_crops
from swahr.decode.crops import (
    Crops,
    averaged_with_mirror,
    crops_of_boxes,
    frame_from_cells,
    highest_cells,
    input_from_frame,
    person_scores,
    quarter_steps,
    shifted_mirror_back,
)
from swahr.decode.oks_nms import oks_nms, soft_oks_nms
from swahr.errors import SettingError
from swahr.pose.skeleton import COCO_17

GOLDEN = Path(__file__).parents[1] / "golden" / "systems"


@pytest.fixture(scope="module")
def figures():
    return np.load(GOLDEN / "topdown_decode.npz")


def crops_of(figures):
    return Crops(figures["centre"].astype(float), figures["scale_200px"].astype(float) * 200)


def test_crops_and_their_maps_are_the_published_ones():
    for case in json.loads((GOLDEN / "topdown_crop.json").read_text()):
        width, height = case["input_wh"]
        crops = crops_of_boxes([case["box_xywh"]], case["input_wh"])
        np.testing.assert_allclose(crops.centre_in_frame[0], case["centre"], atol=1e-3)
        np.testing.assert_allclose(crops.size_in_frame[0] / 200, case["scale_200px"], atol=1e-5)
        affine = input_from_frame(crops, case["input_wh"], case["rotation_deg"])[0]
        np.testing.assert_allclose(affine, case["input_from_frame"], atol=1e-3)
        points = frame_from_cells(np.asarray([case["heatmap_points"]]), crops, (width // 4, height // 4))[0]
        np.testing.assert_allclose(points, case["frame_points_without_rotation"], atol=1e-3)


def test_joints_are_the_published_ones(figures):
    np.testing.assert_array_equal(highest_cells(figures["heatmaps"])[..., :2], figures["argmax_xy"])
    joints = quarter_steps(figures["heatmaps"])
    np.testing.assert_array_equal(joints[..., 2:], figures["scores"])
    in_frame = frame_from_cells(joints[..., :2], crops_of(figures), (48, 64))
    np.testing.assert_allclose(in_frame, figures["keypoints_xy"], atol=1e-3)


def test_the_flip_test_is_the_published_one(figures):
    back = shifted_mirror_back(figures["mirrored_heatmaps"], COCO_17.flip_permutation)
    np.testing.assert_array_equal(back, figures["mirrored_back_shifted"])
    averaged = averaged_with_mirror(
        figures["heatmaps"], figures["mirrored_heatmaps"], COCO_17.flip_permutation
    )
    joints = quarter_steps(averaged)
    np.testing.assert_array_equal(joints[..., 2:], figures["flip_scores"])
    in_frame = frame_from_cells(joints[..., :2], crops_of(figures), (48, 64))
    np.testing.assert_allclose(in_frame, figures["flip_keypoints_xy"], atol=1e-3)


def test_who_was_found_twice_is_dropped_as_published():
    figures = np.load(GOLDEN / "topdown_oks_nms.npz")
    for scene in range(int(figures["n"])):
        people = [figures[f"s{scene}_{what}"] for what in ("keypoints", "scores", "areas")]
        assert oks_nms(*people, COCO_17.sigmas).tolist() == figures[f"s{scene}_kept"].tolist()
        assert soft_oks_nms(*people, COCO_17.sigmas).tolist() == figures[f"s{scene}_kept_soft"].tolist()


@given(
    box=st.tuples(*(st.floats(-500, 1500),) * 2, *(st.floats(1, 900),) * 2),
    x=st.integers(2, 46),
    y=st.integers(2, 62),
)
def test_a_peak_comes_back_to_where_the_crop_was_cut(box, x, y):
    heatmaps = np.zeros((1, 1, 64, 48), np.float32)
    heatmaps[0, 0, y, x] = 0.7
    joint = decode_crops(heatmaps, [box], (192, 256))[0, 0]
    affine = input_from_frame(crops_of_boxes([box], (192, 256)), (192, 256))[0]
    np.testing.assert_allclose((affine @ [joint[0], joint[1], 1]) / 4, [x, y], atol=0.01)
    assert joint[2] == np.float32(0.7)


def test_an_empty_map_says_so_by_its_value():
    assert decode_crops(np.zeros((1, 2, 8, 6), np.float32), [(0, 0, 6, 8)], (24, 32))[..., 2].tolist() == [
        [0, 0]
    ]


def test_no_boxes_give_no_joints():
    assert decode_crops(np.zeros((0, 17, 64, 48), np.float32), np.zeros((0, 4)), (192, 256)).shape == (
        0,
        17,
        3,
    )


@pytest.mark.parametrize("box", [(0, 0, 0, 5), (0, 0, 5, -1), (np.nan, 0, 5, 5), (0, 0, np.inf, 5)])
def test_a_box_without_a_size_is_named(box):
    with pytest.raises(SettingError, match=r"box 1 is .*above 0"):
        decode_crops(np.zeros((2, 17, 64, 48), np.float32), [(0, 0, 5, 5), box], (192, 256))


def test_boxes_that_are_not_as_many_as_maps_are_refused():
    with pytest.raises(SettingError, match=r"\(2, 17, 64, 48\) for 1 boxes"):
        decode_crops(np.zeros((2, 17, 64, 48), np.float32), [(0, 0, 5, 5)], (192, 256))


def test_a_persons_score_leaves_unsure_joints_out():
    scores = person_scores(np.asarray([[0.9, 0.5, 0.2], [0.1, 0.2, 0.0]]), np.asarray([0.5, 1.0]))
    np.testing.assert_allclose(scores, [0.35, 0.0])
