"""The published networks, with weights that follow from their names, against the published code's outputs."""

import json
import math
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch

from swahr.models import load_checkpoint
from swahr.models.stages import split_stages

GOLDEN = Path(__file__).parents[1] / "golden"


def filled(name, shape, gain=0.12):
    """Fill a tensor from its name, as tests/golden's figures were made."""
    if name.endswith("num_batches_tracked"):
        return torch.tensor(0)
    wave = np.sin(0.7 * np.arange(math.prod(shape)) + zlib.crc32(name.encode()) % 1000)
    if name.endswith("running_mean"):
        values = 0.1 * wave
    elif name.endswith("running_var"):
        values = 1 + 0.1 * np.abs(wave)
    elif name.endswith("bias"):
        values = 0.05 * wave
    elif len(shape) == 1:
        values = 1 + 0.1 * wave
    else:
        values = wave * math.sqrt(gain / math.prod(shape[1:]))
    return torch.from_numpy(values.astype(np.float32).reshape(shape))


@pytest.mark.parametrize(
    ("name", "width", "input_size", "parameters"),
    [("swahr_w32_512", 32, 512, 28.6e6), ("swahr_w48_640", 48, 640, 63.8e6)],
)
def test_a_published_checkpoint_loads_and_computes_the_published_outputs(
    tmp_path, name, width, input_size, parameters
):
    shapes = json.loads((GOLDEN / f"{name}_state_dict.json").read_text())
    file = tmp_path / "pose_higher_hrnet.pth"
    torch.save({key: filled(key, shape) for key, shape in shapes.items()}, file)

    checkpoint = load_checkpoint(file)

    assert len(checkpoint.model.state_dict()) == len(shapes)
    assert checkpoint.architecture.backbone.width == checkpoint.architecture.head.width == width
    assert checkpoint.architecture.head.scale_heads
    assert checkpoint.skeleton.name == "coco-17"
    assert checkpoint.input_size == input_size
    assert sum(p.numel() for p in checkpoint.model.parameters()) == pytest.approx(parameters, rel=0.01)

    figures = np.load(GOLDEN / f"{name}_forward.npz")
    images = torch.from_numpy(figures["input"])
    with torch.inference_mode():
        outputs = checkpoint.model(images)
        for output, expected in zip(outputs, (figures["out0"], figures["out1"]), strict=True):
            assert np.abs(output.numpy() - expected).max() < 1e-4

        checkpoint.model.drop_scale_heads()
        with_scales, without = split_stages(outputs, 17), split_stages(checkpoint.model(images), 17)
    assert without.scales is None
    torch.testing.assert_close(without.tags, with_scales.tags)
    torch.testing.assert_close(without.heatmaps[1], with_scales.heatmaps[1])
