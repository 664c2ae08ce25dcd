"""The two styles of ResNet: the same weights, other strides."""

import json

import pytest
import torch

from swahr.errors import SettingError
from swahr.models import load_checkpoint
from swahr.models.published import recognise
from swahr.models.styles import in_style
from tests.models.test_golden_systems import GOLDEN


def first_strides(settings):
    with torch.device("meta"):
        block = settings.build().layer2[0]
    return block.conv1.stride[0], block.conv2.stride[0]


def published():
    """Return weights of a Simple Baseline by their published names, whatever they are worth."""
    shapes = json.loads((GOLDEN / "simple_baseline_res50_state_dict.json").read_text())
    random = torch.Generator().manual_seed(0)
    weights = {name: torch.rand(shape, generator=random) + 0.5 for name, shape in shapes.items()}
    for value in weights.values():
        if value.ndim == 4:
            value.normal_(0, value[0].numel() ** -0.5, generator=random)
    return weights


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("published") / "pose_resnet_50_256x192.pth"
    torch.save(published(), path)
    return path


@pytest.mark.parametrize(
    ("name", "strides"), [("pose_resnet_50.pth", (1, 2)), ("pose_resnet_50.caffe.pth", (2, 1))]
)
def test_the_name_of_a_file_says_of_which_style_it_is(name, strides):
    backbone = recognise(published(), name).architecture.backbone
    assert first_strides(backbone) == strides


def test_in_another_style_the_same_weights_compute_something_else(file):
    one = load_checkpoint(file)
    other = in_style(one, "caffe")
    assert other.architecture.backbone.style == "caffe"
    for name, value in one.model.state_dict().items():
        assert torch.equal(other.model.state_dict()[name], value), name
    crop = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        first, second = (checkpoint.model.eval()(crop)[-1] for checkpoint in (one, other))
    assert first.shape == second.shape
    assert (first - second).abs().max() > 1e-3 * first.abs().max()


def test_other_backbones_have_no_style(tiny):
    with pytest.raises(SettingError, match="no ResNet"):
        in_style(tiny.checkpoint(), "caffe")
