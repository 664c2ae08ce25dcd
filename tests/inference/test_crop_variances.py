"""How sure a network for one person says it is: from maps of log variances to the covariance of joints."""

import numpy as np
import pytest
import torch

from swahr.config import NetworkSettings
from swahr.decode.crops import Crops
from swahr.inference.backends.onnx_export import export_onnx
from swahr.inference.crops import variances_in_frame
from swahr.inference.estimator import PoseEstimator
from swahr.models import Architecture, Checkpoint, load_checkpoint, save_checkpoint
from swahr.models.backbones.hrnet import HRNetSettings
from swahr.models.crop_contract import CropContract
from swahr.models.heads.heatmaps import HeatmapHeadSettings
from swahr.pose.skeleton import COCO_17

K = COCO_17.num_joints
VARIANCE_X, VARIANCE_Y = 4.0, 0.25  # cells squared
BOX = [[30.0, 20, 60, 80]]  # of the crop's aspect
CELL_PX = 80 * 1.25 / 32  # the crop is 128 pixels high, its maps 32 cells


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A tiny network with maps of variances, which are the same everywhere, read back from its file."""
    torch.manual_seed(4)
    architecture = Architecture(
        backbone=HRNetSettings(width=4, modules=(1, 1, 1), blocks=1),
        head=HeatmapHeadSettings(beside="variances"),
    )
    model = architecture.build().eval()
    with torch.no_grad():
        model.head.final_layer.bias.fill_(0.8)
        model.head.variances.weight.zero_()
        model.head.variances.bias[:K] = np.log(VARIANCE_X)
        model.head.variances.bias[K:] = np.log(VARIANCE_Y)
    path = tmp_path_factory.mktemp("variances") / "sure.safetensors"
    crop = CropContract(input_wh=(96, 128))
    save_checkpoint(path, Checkpoint(model, architecture, COCO_17, 96, detection_threshold=0.03, crop=crop))
    return path


def people(model, **options):
    settings = {"device": "cpu", "backend": "torch", "precision": "float32", **options}
    estimator = PoseEstimator.from_pretrained(model, settings=NetworkSettings(**settings))
    frame = np.random.default_rng(0).integers(0, 256, (120, 160, 3), dtype=np.uint8)
    return estimator(frame, boxes=BOX)


@pytest.mark.parametrize("options", [{}, {"flip_test": True}, {"precision": "bfloat16"}])
def test_what_the_network_says_is_the_covariance_in_frame_pixels(saved, options):
    poses = people(saved, **options)
    assert len(poses) == 1
    there = np.isfinite(poses.keypoints[0, :, 0])
    assert there.any()
    expected = np.diag([VARIANCE_X, VARIANCE_Y]) * CELL_PX**2
    for matrix in poses.covariance[0, there]:
        np.testing.assert_allclose(matrix, expected, rtol=1e-2 if "precision" in options else 1e-4)
    assert np.isnan(poses.covariance[0, ~there]).all()


@pytest.mark.parametrize("runtime", ["onnxruntime", "openvino"])
def test_exported_it_says_the_same(saved, tmp_path, runtime):
    pytest.importorskip("onnx")
    pytest.importorskip(runtime)
    export_onnx(load_checkpoint(saved), tmp_path / "sure.onnx")
    ours, theirs = people(saved), people(tmp_path / "sure.onnx", backend=runtime)
    np.testing.assert_allclose(theirs.keypoints, ours.keypoints, atol=1e-2)
    np.testing.assert_allclose(theirs.covariance, ours.covariance, rtol=1e-3)


def test_a_network_without_such_maps_gives_no_covariance(crop_model):
    assert people(crop_model).covariance is None


def test_variances_are_read_where_a_joint_is_and_bounded():
    heatmaps = np.zeros((1, 2, 4, 6), np.float32)
    heatmaps[0, 0, 1, 2] = heatmaps[0, 1, 3, 5] = 1
    logs = np.zeros((1, 4, 4, 6), np.float32)
    logs[0, 0, 1, 2], logs[0, 2, 1, 2], logs[0, 3, 3, 5] = 1, 2, 100
    crops = Crops(np.zeros((1, 2)), np.asarray([[12.0, 12]]))  # cells 2 wide and 3 high
    found = variances_in_frame(logs, heatmaps, crops)
    np.testing.assert_allclose(found[0, 0], [4 * np.e, 9 * np.e**2], rtol=1e-5)
    np.testing.assert_allclose(found[0, 1], [4, 9 * np.e**8], rtol=1e-5)
