"""Exported networks with part affinity fields: the same maps and the same people by other runtimes, and in a video."""

import csv

import cv2
import numpy as np
import pytest
import torch

from swahr.config import NetworkSettings
from swahr.inference.backends import make_backend
from swahr.inference.backends.exported import open_exported
from swahr.inference.backends.onnx_export import export_onnx
from swahr.inference.estimator import PoseEstimator
from swahr.models import Architecture, Checkpoint
from swahr.models.field_contract import OPENPOSE_MEAN, OPENPOSE_STD, FieldContract
from swahr.pose.other_skeletons import COCO_18
from swahr.pose.skeleton import COCO_17
from tests.inference.test_fields import colour_checkpoint, painted, standing

pytest.importorskip("onnx")
RUNTIMES = pytest.mark.parametrize("runtime", ["onnxruntime", "openvino"])
EXACT = NetworkSettings(device="cpu", precision="float32")


@pytest.fixture(scope="module")
def lightweight(tmp_path_factory):
    """Lightweight OpenPose with weights as they are drawn, and its file for other runtimes."""
    architecture = Architecture(backbone="mobilenet", head="lightweight", num_joints=18)
    torch.manual_seed(5)
    contract = FieldContract(rule="lightweight", colours="bgr", multiple=8)
    checkpoint = Checkpoint(
        architecture.build().eval(), architecture, COCO_18, 368, OPENPOSE_MEAN, OPENPOSE_STD, fields=contract
    )
    path = tmp_path_factory.mktemp("fields") / "lightweight.onnx"
    export_onnx(checkpoint, path)
    return checkpoint, path


@RUNTIMES
def test_maps_are_those_of_torch(lightweight, runtime):
    pytest.importorskip(runtime)
    checkpoint, path = lightweight
    exported = open_exported(path)
    assert (exported.finder, exported.fields, exported.answers) == (
        "fields",
        checkpoint.fields,
        ("heatmaps", "pafs"),
    )
    images = torch.randn(2, 3, 96, 64, generator=torch.Generator().manual_seed(1)) / 4
    with torch.inference_mode():
        expected = checkpoint.model(images)[-2:]
    found = make_backend(exported, EXACT.changed(backend=runtime), torch.device("cpu"))(images)
    for maps, theirs in zip(found, expected, strict=True):
        scale = float(theirs.abs().max())
        torch.testing.assert_close(maps, theirs, atol=1e-4 * scale, rtol=1e-3)


@pytest.fixture(scope="module")
def reading(tmp_path_factory):
    """A network that reads people off their colours, in a file for other runtimes."""
    path = tmp_path_factory.mktemp("painted") / "painted.onnx"
    export_onnx(colour_checkpoint(), path)
    return path


@RUNTIMES
def test_people_are_those_of_torch(reading, runtime):
    pytest.importorskip(runtime)
    frame = painted([standing(COCO_18, 500, 40, 650)])
    ours = PoseEstimator(colour_checkpoint(), EXACT.changed(backend="torch"))(frame)
    theirs = PoseEstimator(open_exported(reading), EXACT.changed(backend=runtime))(frame)
    assert len(ours) == len(theirs) == 1
    assert theirs.skeleton == COCO_17
    np.testing.assert_allclose(theirs.keypoints, ours.keypoints, atol=1e-2)
    np.testing.assert_allclose(theirs.scores, ours.scores, atol=1e-4)


def test_a_video_has_its_people(call, reading, tmp_path):
    pytest.importorskip("onnxruntime")
    joints, clip = standing(COCO_18, 500, 40, 650), tmp_path / "in.avi"
    writer = cv2.VideoWriter(str(clip), cv2.VideoWriter_fourcc(*"MJPG"), 25, (1280, 720))
    for _ in range(2):
        writer.write(painted([joints]))
    writer.release()
    output = tmp_path / "out.csv"
    options = ("--model", reading, "--backend", "onnxruntime", "--precision", "float32")
    result = call("video", clip, "-o", output, *options)
    assert result.code == 0, result.errors
    with output.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["score"]]
    assert sorted({int(row["frame"]) for row in rows}) == [0, 1]
    for row in rows:
        seen = [joint for joint in COCO_17.joints if row[f"{joint}_x"]]
        assert len(seen) >= 12
        away = [
            np.hypot(
                *(joints[COCO_18.joints.index(joint)] - [float(row[f"{joint}_{axis}"]) for axis in "xy"])
            )
            for joint in seen
        ]
        assert np.median(away) < 6
