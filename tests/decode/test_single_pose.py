"""The decode of MoveNet SinglePose: equal to the published graph, and what a known pose and neighbours change."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from swahr.decode.single_pose import CropMaps, decode_single
from swahr.models.bundled import CROPS
from swahr.models.movenet_single import load_single
from swahr.pose.skeleton import COCO_17

GOLDEN = Path(__file__).parents[3] / "shared" / "golden" / "systems"
FLIP = np.asarray(COCO_17.flip_permutation)
K, SIDE = 17, 16


def random_maps(seed, count=2):
    """Return maps that have no meaning, [count, ..., SIDE, SIDE]."""
    draw = np.random.default_rng(seed)
    heatmaps, centre = draw.random((count, K, SIDE, SIDE)), draw.random((count, 1, SIDE, SIDE))
    regression, offsets = (
        draw.normal(0, 3, (count, 2 * K, SIDE, SIDE)),
        draw.random((count, 2 * K, SIDE, SIDE)),
    )
    return CropMaps(*(each.astype(np.float32) for each in (heatmaps, centre, regression, offsets)))


def near(y, x, at_y, at_x):
    """Return what divides a cell's value: its distance, cells, and the published constant."""
    return np.hypot(y - at_y, x - at_x) + 1.8


def plain(maps):
    """Decode cell by cell, as the published graph is described."""
    found = []
    for heatmaps, centre, regression, offsets in zip(*maps, strict=True):
        cells = [(y, x) for y in range(SIDE) for x in range(SIDE)]
        cy, cx = max(cells, key=lambda c, centre=centre: centre[0][c] / near(*c, SIDE / 2, SIDE / 2))
        joints = []
        for k in range(K):
            prior_y, prior_x = cy + regression[2 * k, cy, cx], cx + regression[2 * k + 1, cy, cx]
            hot = {c: heatmaps[k][c] / near(*c, prior_y, prior_x) for c in cells}
            y, x = max(hot, key=hot.__getitem__)
            joints.append((x + offsets[2 * k + 1, y, x], y + offsets[2 * k, y, x], heatmaps[k, y, x]))
        found.append(joints)
    return np.asarray(found, np.float32)


@pytest.mark.parametrize("seed", range(8))
def test_it_is_what_the_description_says_cell_by_cell(seed):
    maps = random_maps(seed)
    np.testing.assert_allclose(decode_single(maps), plain(maps), atol=1e-4)


@pytest.mark.skipif(not GOLDEN.is_dir(), reason="the figures of the published graph on a photo are not here")
def test_a_person_of_a_photo_is_where_the_published_graph_finds_him():
    crop = cv2.imread(str(GOLDEN / "thunder_crop_dev790_ann1.png"))[:, :, ::-1].copy()
    expected_yxs = np.loadtxt(GOLDEN / "thunder_dev790_ann1_yxs.txt")
    images = torch.from_numpy(crop).permute(2, 0, 1)[None].float() * 0.00784302 - 1
    with torch.inference_mode():
        maps = CropMaps(*(each.numpy() for each in load_single(CROPS / "thunder.safetensors")(images)))
    joints = decode_single(maps)[0]
    np.testing.assert_allclose(joints[:, [1, 0]] * 4, expected_yxs[:, :2] * 256, atol=0.01)
    np.testing.assert_allclose(joints[:, 2], expected_yxs[:, 2], atol=1e-5)


@given(st.integers(0, 10_000))
def test_the_mirror_of_a_mirror_is_the_crop_itself(seed):
    maps = random_maps(seed)
    for again, before in zip(maps.mirrored(FLIP).mirrored(FLIP), maps, strict=True):
        np.testing.assert_allclose(again, before, atol=1e-5)


@given(st.integers(0, 10_000))
def test_joints_of_mirrored_maps_are_the_mirrored_joints(seed):
    """Regression from a mirrored cell ends one cell short of the mirrored place, so the offsets tell it."""
    maps = random_maps(seed, count=1)
    mirrored = maps.mirrored(FLIP)
    y, x, k = 5, 3, 9
    at = FLIP[k]
    there = SIDE - 1 - x + mirrored.offsets[0, 2 * at + 1, y, SIDE - 1 - x]
    assert there == pytest.approx(SIDE - (x + maps.offsets[0, 2 * k + 1, y, x]), abs=1e-4)
    assert mirrored.heatmaps[0, at, y, SIDE - 1 - x] == maps.heatmaps[0, k, y, x]


def people(*columns):
    """Return maps of people who stand at these columns: a centre, a hot cell for each joint, exact regression."""
    maps = CropMaps(*(np.zeros((1, c, SIDE, SIDE), np.float32) for c in (K, 1, 2 * K, 2 * K)))
    for weight, column in zip((0.9, 0.8), columns, strict=False):
        maps.centre[0, 0, 8, column] = weight
        maps.heatmaps[0, :, 4, column] = weight
        maps.regression[0, 0::2, 8, column] = -4
    maps.offsets[:] = 0.5
    return maps


def test_without_a_known_pose_the_likeliest_centre_has_it():
    assert set(decode_single(people(6, 11))[0, :, 0]) == {6.5}


def test_the_centre_that_agrees_with_a_known_pose_has_it():
    known = np.full((1, K, 2), (11.5, 4.5), np.float32)
    tolerance = np.ones((1, K), np.float32)
    assert set(decode_single(people(6, 11), known, tolerance)[0, :, 0]) == {11.5}


def test_cells_nearer_to_a_neighbour_are_left_to_the_neighbour():
    maps = people(6, 11)
    maps.regression[0, 1::2, 8, 6] = 5  # the regressed pose is at the neighbour
    known = np.full((1, K, 2), (6.5, 4.5), np.float32)
    tolerance = np.full((1, K), 9, np.float32)
    others = np.full((1, 1, K, 2), (11.5, 4.5), np.float32)
    assert set(decode_single(maps, known, tolerance)[0, :, 0]) == {11.5}
    assert set(decode_single(maps, known, tolerance, others)[0, :, 0]) == {6.5}


def test_joints_that_are_not_known_neither_help_nor_harm():
    known = np.full((1, K, 2), np.nan, np.float32)
    known[0, 3] = (11.5, 4.5)
    others = np.full((1, 2, K, 2), np.nan, np.float32)
    joints = decode_single(people(6, 11), known, np.ones((1, K), np.float32), others)
    assert np.isfinite(joints).all()
    assert set(joints[0, :, 0]) == {11.5}
