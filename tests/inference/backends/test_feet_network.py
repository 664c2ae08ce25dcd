"""The network of feet by each backend: the published graph's points, in float32 whatever is asked for."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from swahr.config import NetworkSettings
from swahr.decode.blazepose import decode_points
from swahr.errors import MissingError
from swahr.inference import crop_network
from swahr.inference.feet_network import make_feet_network
from swahr.models.blazepose import INPUT_SIDE, LAYOUTS
from swahr.models.blazepose_files import save_blazepose
from swahr.models.library import installed_crop_network
from tests.tflite_files import drawn_blazepose

CPU = torch.device("cpu")
BACKENDS = ("torch", "onnxruntime", "openvino")
GOLDEN = Path(__file__).parents[4] / "shared" / "golden" / "systems"
# Of the published graph of `full`, pixels of the crop: points whose heatmap is unsure stay as they were regressed.
PATTERN_XY = {
    27: (116.1915, 166.0976),
    29: (116.7623, 169.4714),
    31: (110.6620, 175.4342),
    0: (121.65262, 41.889565),
}
PHOTO_XYV = {
    0: (110.77073, 83.31152, 0.99908), 7: (134.73931, 73.08853, 0.99121), 12: (87.39052, 118.01242, 0.98524),
    28: (123.4114, 186.3248, 0.26860), 31: (145.4385, 187.9229, 0.40702),
}  # fmt: skip


def pattern():
    """Return a crop that anybody can draw."""
    row, column, channel = np.mgrid[:256, :256, :3]
    return ((7 * row + 13 * column + 31 * channel) % 256).astype(np.uint8)[None]


def network(backend, precision="float32"):
    if backend != "torch":
        pytest.importorskip(backend)
    return make_feet_network(NetworkSettings(backend=backend, precision=precision, feet="full"), CPU)


def points(run, crop, numbers):
    said = run(crop)
    decoded = decode_points(said.landmarks, said.heatmaps, numbers, INPUT_SIDE)[0]
    return decoded * (INPUT_SIDE, INPUT_SIDE, 1)


@pytest.mark.parametrize("backend", BACKENDS)
def test_points_of_the_pattern_are_the_published_ones(backend):
    run = network(backend)
    found = points(run, pattern(), list(PATTERN_XY))
    np.testing.assert_allclose(found[:, :2], list(PATTERN_XY.values()), atol=0.01)
    assert run(pattern()).presence[0] == pytest.approx(0.0016129, abs=1e-5)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.skipif(not GOLDEN.is_dir(), reason="the photo of the published figures is not here")
def test_points_of_a_photo_are_the_published_ones(backend):
    crop = cv2.imread(str(GOLDEN / "thunder_crop_dev790_ann1.png"))[:, :, ::-1].copy()
    found = points(network(backend), crop[None], list(PHOTO_XYV))
    expected = np.asarray(list(PHOTO_XYV.values()))
    np.testing.assert_allclose(found[:, :2], expected[:, :2], atol=0.01)
    np.testing.assert_allclose(found[:, 2], expected[:, 2], atol=1e-4)


@pytest.mark.parametrize("backend", ["torch", "openvino"])
def test_it_computes_in_float32_where_the_first_stage_does_not(backend):
    numbers = list(PATTERN_XY)
    precision = "bfloat16" if backend == "torch" else "auto"
    exact = points(network(backend), pattern(), numbers)
    np.testing.assert_allclose(points(network(backend, precision), pattern(), numbers), exact, atol=1e-6)


@pytest.mark.parametrize("backend", BACKENDS)
def test_crops_at_once_are_as_each_alone(backend):
    crops = np.concatenate([pattern(), pattern()[:, ::-1], np.zeros((1, 256, 256, 3), np.uint8)])
    run = network(backend)
    together = run(crops)
    for index in range(len(crops)):
        alone = run(crops[index : index + 1])
        for one, all_of_them in zip(alone, together, strict=True):
            np.testing.assert_allclose(one[0], all_of_them[index], rtol=1e-4, atol=5e-3)


@pytest.mark.parametrize("runtime", ["onnxruntime", "openvino"])
@pytest.mark.parametrize("size", LAYOUTS)
def test_each_size_runs_without_the_exporter(size, runtime, tmp_path, monkeypatch):
    pytest.importorskip(runtime)
    monkeypatch.setenv("SWAHR_HOME", str(tmp_path))
    monkeypatch.setattr(crop_network, "can_export", lambda: False)
    monkeypatch.setattr(crop_network, "export_module", None)
    if size == "heavy":
        fetched = installed_crop_network(f"blazepose-{size}")
        fetched.parent.mkdir(parents=True)
        save_blazepose(fetched, drawn_blazepose(size), {})
    ours, theirs = (
        make_feet_network(NetworkSettings(backend=backend, precision="float32", feet=size), CPU)(pattern())
        for backend in ("torch", runtime)
    )
    assert list(tmp_path.glob("exported/*/network.onnx"))
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(other, one, rtol=1e-3, atol=1e-3 * np.abs(one).max())


def test_a_size_that_was_not_fetched_is_named_with_the_command_that_does(tmp_path, monkeypatch):
    monkeypatch.setenv("SWAHR_HOME", str(tmp_path))
    with pytest.raises(MissingError, match=r"blazepose-heavy.*weights fetch blazepose-heavy"):
        make_feet_network(NetworkSettings(feet="heavy"), CPU)
