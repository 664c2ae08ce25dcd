"""The bundled network on real photos: each way of running it finds the same people."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from swahr.inference.backends.onnx_export import export_onnx
from swahr.inference.estimator import PoseEstimator
from swahr.models import load_checkpoint
from swahr.models.bundled import resolve

RUNTIMES = ("onnxruntime", "openvino")
PHOTOS = Path(__file__).parents[4] / "shared" / "data" / "dev" / "images"
pytestmark = pytest.mark.skipif(not PHOTOS.exists(), reason="the photos are not there")


@pytest.fixture(scope="module")
def photos():
    return [cv2.imread(str(path)) for path in sorted(PHOTOS.iterdir())[:4]]


@pytest.fixture(scope="module")
def expected(photos):
    return PoseEstimator.from_pretrained("default", "cpu", precision="float32")(photos)


def test_in_float32_by_each_runtime(photos, expected, tmp_path):
    path = tmp_path / "default.onnx"
    export_onnx(load_checkpoint(resolve("default")), path)
    for backend in RUNTIMES:
        found = PoseEstimator.from_pretrained(path, "cpu", backend=backend, precision="float32")(photos)
        for one, other in zip(expected, found, strict=True):
            np.testing.assert_allclose(one.keypoints, other.keypoints, atol=0.05)


def test_in_bfloat16_nearly(photos, expected):
    found = PoseEstimator.from_pretrained("default", "cpu", precision="bfloat16")(photos)
    sure = [poses for poses in expected if len(poses)]
    assert sure
    for one, other in zip(expected, found, strict=True):
        for person, score in zip(one.keypoints, one.scores, strict=True):
            if score < 0.3:  # the unsure ones may come or go
                continue
            seen = np.isfinite(person[:, 0])
            size = np.ptp(person[seen, :2], axis=0).max()
            distance = np.linalg.norm(other.keypoints[:, seen, :2] - person[seen, :2], axis=2)
            assert np.nanmedian(distance, axis=1).min() < 0.03 * size
