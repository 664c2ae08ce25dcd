"""The crop network by each backend: the published graph's joints."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from swahr.config import NetworkSettings
from swahr.decode.single_pose import decode_single
from swahr.inference.crop_network import THUNDER, make_crop_network

CPU = torch.device("cpu")
BACKENDS = ("torch", "onnxruntime", "openvino")
GOLDEN = Path(__file__).parents[4] / "shared" / "golden" / "systems"
CELL = 4  # pixels of the crop
SEEN = 0.1  # a joint below it, outside the crop, is the highest of many low hills: which one is a matter of rounding
# Of the published graph on `pattern()`, y, x, of the crop's height and width, and score.
PATTERN_YXS = {0: (0.203125, 0.540856, 0.022395), 16: (0.892008, 0.360553, 0.010558)}


def pattern():
    """Return a crop that anybody can draw."""
    row, column, channel = np.mgrid[:256, :256, :3]
    return ((7 * row + 13 * column + 31 * channel) % 256).astype(np.uint8)[None]


def network(backend, precision="float32"):
    if backend != "torch":
        pytest.importorskip(backend)
        pytest.importorskip("onnx")
    return make_crop_network(THUNDER, NetworkSettings(backend=backend, precision=precision), CPU)


@pytest.mark.parametrize("backend", BACKENDS)
def test_joints_of_the_pattern_are_the_published_ones_in_float32(backend):
    joints = decode_single(network(backend)(pattern()))[0]
    for joint, (y, x, score) in PATTERN_YXS.items():
        np.testing.assert_allclose(joints[joint, :2] * CELL, (256 * x, 256 * y), atol=0.01)
        assert joints[joint, 2] == pytest.approx(score, abs=1e-4)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.skipif(not GOLDEN.is_dir(), reason="the figures of the published graph on a photo are not here")
def test_joints_of_a_photo_are_the_published_ones_in_float32(backend):
    crop, expected_yxs = photo()
    joints = decode_single(network(backend)(crop[None]))[0]
    np.testing.assert_allclose(joints[:, [1, 0]] * CELL, expected_yxs[:, :2] * 256, atol=0.01)


@pytest.mark.parametrize("backend", ["torch", "openvino"])
@pytest.mark.skipif(not GOLDEN.is_dir(), reason="the figures of the published graph on a photo are not here")
def test_joints_of_a_photo_are_near_the_published_ones_in_bfloat16(backend):
    crop, expected_yxs = photo()
    precision = "bfloat16" if backend == "torch" else "auto"
    joints = decode_single(network(backend, precision)(crop[None]))[0]
    distance = np.linalg.norm(joints[:, [1, 0]] * CELL - expected_yxs[:, :2] * 256, axis=1)
    seen = expected_yxs[:, 2] > SEEN
    assert np.median(distance[seen]) < 1
    assert distance[seen].max() < 2 * CELL
    assert (joints[~seen, 2] < SEEN).all()


def test_in_bfloat16_the_maps_are_near_and_without_plateaus():
    exact, rounded = network("torch")(pattern()), network("torch", "bfloat16")(pattern())
    for one, other in zip(exact, rounded, strict=True):
        assert other.dtype == np.float32
        # The pattern is no person, so the maps are noise to the network; on the photo joints are compared.
        assert np.abs(one - other).mean() < 0.25 * np.abs(one).mean() + 0.01
    # bfloat16 knows some hundred values between 0.001 and 0.1
    assert len(np.unique(rounded.heatmaps)) > 10_000


@pytest.mark.parametrize("backend", BACKENDS)
def test_crops_at_once_are_as_each_alone(backend):
    crops = np.concatenate([pattern(), pattern()[:, ::-1], np.zeros((1, 256, 256, 3), np.uint8)])
    run = network(backend)
    together = run(crops)
    for index in range(len(crops)):
        for one, all_of_them in zip(run(crops[index : index + 1]), together, strict=True):
            np.testing.assert_allclose(one[0], all_of_them[index], atol=1e-3)


def photo():
    crop = cv2.imread(str(GOLDEN / "thunder_crop_dev790_ann1.png"))[:, :, ::-1].copy()
    return crop, np.loadtxt(GOLDEN / "thunder_dev790_ann1_yxs.txt")
