"""The exported W32 network says by each runtime what the published code says."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from swahr.config import NetworkSettings
from swahr.inference.backends import make_backend
from swahr.inference.backends.exported import open_exported
from swahr.inference.backends.onnx_export import export_onnx
from swahr.models import load_checkpoint

for package in ("onnx", "onnxscript", "onnxruntime", "openvino"):
    pytest.importorskip(package)

TESTS = Path(__file__).parents[2]
GOLDEN = TESTS / "golden"
K = 17


def golden_filling():
    """Return what fills tensors by their names, from the test of torch's own forward."""
    spec = importlib.util.spec_from_file_location(
        "golden_forward", TESTS / "models" / "test_golden_forward.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.filled


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """The W32 network with the golden weights, as an ONNX file."""
    folder = tmp_path_factory.mktemp("golden")
    filled = golden_filling()
    shapes = json.loads((GOLDEN / "swahr_w32_512_state_dict.json").read_text())
    torch.save({key: filled(key, shape) for key, shape in shapes.items()}, folder / "w32.pth")
    export_onnx(load_checkpoint(folder / "w32.pth"), folder / "w32.onnx")
    return open_exported(folder / "w32.onnx")


@pytest.mark.parametrize("runtime", ["onnxruntime", "openvino"])
def test_an_exported_network_passes_the_golden_forward(exported, runtime):
    figures = np.load(GOLDEN / "swahr_w32_512_forward.npz")
    found = make_backend(
        exported, NetworkSettings(backend=runtime, precision="float32"), torch.device("cpu")
    )(torch.from_numpy(figures["input"]))
    for output, expected in zip(found, (figures["out0"], figures["out1"]), strict=True):
        # The exported network has no scale heads; they come first.
        assert np.abs(output.numpy() - expected[:, K:]).max() < 1e-4
