"""The inference form says what the network says."""

import copy
from pathlib import Path

import pytest
import torch
from torch import nn

from swahr.inference.backends.torch_backend import TorchBackend
from swahr.inference.hardware.cpu import is_intel
from swahr.inference.hardware.precision import choose_precision
from swahr.models import read_architecture
from swahr.models.folding import fold_batch_norm, fold_padding


def make(backbone):
    torch.manual_seed(0)
    model = read_architecture(
        {
            "backbone": backbone,
            "width": 4,
            "modules": (1, 1, 1),
            "blocks": 1,
            "grouping_width": 8,
            "head_width": 6,
            "head_bottleneck": 5,
        }
    ).build()
    for name, value in model.state_dict().items():
        if name.endswith("running_var"):
            value.uniform_(0.5, 2)
        if name.endswith("running_mean"):
            value.normal_(0, 0.1)
    return model.eval()


@pytest.mark.parametrize("backbone", ["hrnet", "movenet"])
def test_folding_takes_every_batch_norm_and_changes_nothing(backbone):
    model = make(backbone)
    images = torch.randn(2, 3, 64, 96)
    with torch.inference_mode():
        expected = model(images)
        fold_batch_norm(model)
        found = model(images)
    assert not any(isinstance(layer, nn.BatchNorm2d) for layer in model.modules())
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other, atol=1e-4, rtol=1e-3)


def test_folding_twice_is_folding_once():
    model = make("hrnet")
    fold_batch_norm(model)
    images = torch.randn(1, 3, 64, 64)
    with torch.inference_mode():
        expected = model(images)
        fold_batch_norm(model)
        assert torch.equal(model(images)[1], expected[1])


@pytest.mark.parametrize("size", [(64, 96), (32, 32), (160, 64)])
def test_padding_in_the_filter_changes_nothing(size):
    model = make("movenet")
    images = torch.randn(2, 3, *size)
    with torch.inference_mode():
        expected = model(images)
        fold_padding(model)
        found = model(images)
    # What is left pads the photo, which has few channels.
    assert sum(isinstance(layer, nn.ZeroPad2d) for layer in model.modules()) == 1
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other, atol=1e-4, rtol=1e-3)


def test_folding_padding_leaves_other_networks_alone():
    layers = nn.Sequential(nn.ZeroPad2d((1, 0, 1, 0)), nn.Conv2d(4, 4, 3, 2, groups=4))
    before = {name: value.clone() for name, value in layers.state_dict().items()}
    fold_padding(layers)
    assert isinstance(layers[0], nn.ZeroPad2d)
    assert all(torch.equal(value, before[name]) for name, value in layers.state_dict().items())


@pytest.mark.parametrize("backbone", ["hrnet", "movenet"])
def test_bfloat16_is_near_and_comes_as_float32(backbone):
    model = make(backbone)
    model.drop_scale_heads()
    images = torch.randn(1, 3, 64, 96)
    with torch.inference_mode():
        expected = copy.deepcopy(model)(images)
    found = TorchBackend(model, torch.device("cpu"), torch.bfloat16)(images)
    for one, other in zip(found, expected, strict=True):
        assert one.dtype == torch.float32
        assert (one - other).abs().mean() < 0.05 * other.std()


@pytest.mark.parametrize(
    ("instructions", "intel", "fast"),
    [
        ((), False, False),
        (("avx512_bf16",), False, True),
        (("avx512_bf16",), True, False),  # as fast as float32 there, and to be converted
        (("avx512_bf16", "amx_tile"), True, True),
    ],
)
def test_auto_is_bfloat16_only_where_the_cpu_is_faster_in_it(monkeypatch, instructions, intel, fast):
    for name in ("avx512_bf16", "amx_tile"):
        monkeypatch.setattr(torch.cpu, f"_is_{name}_supported", lambda name=name: name in instructions)
    monkeypatch.setattr("swahr.inference.hardware.precision.is_intel", lambda: intel)
    cpu = torch.device("cpu")
    assert choose_precision("auto", cpu) == (torch.bfloat16 if fast else torch.float32)
    assert choose_precision("bfloat16", cpu) == torch.bfloat16


def test_who_made_the_processor_is_read_where_it_says_so():
    told = Path("/proc/cpuinfo")
    if not told.is_file() or "vendor_id" not in told.read_text():
        pytest.skip("no x86 under Linux")
    assert is_intel() == ("GenuineIntel" in told.read_text())


@pytest.mark.parametrize(
    ("backbone", "head"),
    [
        ({"kind": "hourglass", "stacks": 2}, "heatmaps"),
        ({"kind": "resnet", "deconvolutions": ()}, "cpn"),
        ({"kind": "hrnet", "width": 4, "modules": (1, 1, 1), "blocks": 1}, "heatmaps"),
    ],
    ids=["hourglass", "cpn", "hrnet"],
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_networks_for_crops_give_their_last_heatmaps_alone_and_the_same(backbone, head, dtype):
    torch.manual_seed(0)
    model = read_architecture({"backbone": backbone, "head": head}).build().eval()
    for name, value in model.state_dict().items():
        if name.endswith("running_var"):
            value.uniform_(0.5, 2)
        if name.endswith("running_mean"):
            value.normal_(0, 0.1)
    images = torch.randn(1, 3, 64, 64)
    with torch.inference_mode():
        expected = model(images)
    assert len(expected) == {"hourglass": 2, "resnet": 5, "hrnet": 1}[backbone["kind"]]
    found = TorchBackend(model, torch.device("cpu"), dtype)(images)
    assert [output.shape for output in found] == [(1, 17, 16, 16)]
    difference = (found[0] - expected[-1]).abs().max() / expected[-1].abs().max()
    assert difference < (1e-4 if dtype == torch.float32 else 0.2)
