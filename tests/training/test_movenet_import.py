"""MoveNet's weights from ONNX: read from a file with the published graph's names and order, made here."""

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper

from swahr.errors import SwahrError
from swahr.models import Architecture
from swahr.models.movenet import HEATMAP_WIDTH, MoveNetBackbone, coordinates
from swahr_training.movenet_import import load_movenet

MOVENET = {"backbone": "movenet", "heatmap_activation": "sigmoid", "head_width": 8, "head_blocks": 0}
SMALL_TOWER = {"grouping_width": 8, "grouping_blocks": 1}


def make_model(seed):
    torch.manual_seed(seed)
    return Architecture.model_validate({**MOVENET, **SMALL_TOWER}).build().eval()


def write_onnx(model, path, drop_last=False):
    """Write the trunk's and the heatmap head's convolutions as nodes, weights cast to float16 as published."""
    trunk = model.backbone.trunk
    order = [trunk.stem, *trunk.blocks, trunk.last]
    order += [trunk.lateral[i] for i in (3, 2, 1, 0)] + [trunk.smooth[i] for i in (2, 1, 0)]
    layers = [(conv, "net/feature_extractor") for part in order for conv in part.modules()]
    layers += [(conv, "kpt_heatmap_0") for conv in model.backbone.heatmap_tower.modules()]
    layers = [(conv, name) for conv, name in layers if isinstance(conv, torch.nn.Conv2d)]
    heat = torch.nn.Conv2d(HEATMAP_WIDTH, 17, 1)
    heat.weight.data = model.head.final_layers[0].weight.data[:17, :HEATMAP_WIDTH]
    heat.bias.data = model.head.final_layers[0].bias.data[:17]
    layers.append((heat, "kpt_heatmap_0"))
    nodes, initializers = [], []
    for i, (conv, name) in enumerate(layers[:-1] if drop_last else layers):
        weight = conv.weight.detach().numpy().astype(np.float16)
        initializers.append(numpy_helper.from_array(weight, f"w{i}h"))
        nodes.append(helper.make_node("Cast", [f"w{i}h"], [f"w{i}"], to=TensorProto.FLOAT))
        inputs = ["x", f"w{i}"]
        if conv.bias is not None:
            initializers.append(numpy_helper.from_array(conv.bias.detach().numpy(), f"b{i}"))
            inputs.append(f"b{i}")
        nodes.append(helper.make_node("Conv", inputs, [f"{name}/{i}"]))
    onnx.save(helper.make_model(helper.make_graph(nodes, "movenet", [], [], initializers)), str(path))


def test_trunk_and_heatmaps_are_taken_over(tmp_path):
    source, target = make_model(0), make_model(1)
    write_onnx(source, tmp_path / "movenet.onnx")
    load_movenet(target, tmp_path / "movenet.onnx")
    images = torch.randn(1, 3, 64, 96)
    with torch.inference_mode():
        for ours, theirs in zip(target.backbone.trunk(images), source.backbone.trunk(images), strict=True):
            torch.testing.assert_close(ours, theirs, rtol=1e-2, atol=1e-2)
    weight = target.head.final_layers[0].weight
    assert not weight[:17, HEATMAP_WIDTH:].any()  # heatmaps start without the grouping features
    torch.testing.assert_close(
        weight[:17, :HEATMAP_WIDTH],
        source.head.final_layers[0].weight[:17, :HEATMAP_WIDTH],
        atol=1e-3,
        rtol=0,
    )


def test_other_networks_and_files_are_refused(tmp_path):
    model = make_model(0)
    write_onnx(model, tmp_path / "short.onnx", drop_last=True)
    with pytest.raises(SwahrError, match="2 convolutions; expected the 3"):
        load_movenet(model, tmp_path / "short.onnx")
    (tmp_path / "text.onnx").write_text("no onnx")
    with pytest.raises(SwahrError, match=r"text\.onnx: not a readable ONNX file"):
        load_movenet(model, tmp_path / "text.onnx")
    with pytest.raises(SwahrError, match="fit a MoveNetBackbone with 17 joints, not a HRNet"):
        load_movenet(Architecture(width=4).build(), tmp_path / "short.onnx")


@pytest.mark.parametrize("size", [(64, 64), (96, 160)])
def test_the_backbone_has_stride_4_and_ends_with_coordinates(size):
    backbone = MoveNetBackbone(8, 1).eval()
    with torch.inference_mode():
        features = backbone(torch.randn(2, 3, *size))
    assert features.shape == (2, backbone.out_channels, size[0] // 4, size[1] // 4)
    assert torch.equal(features[:, -2:], coordinates(features, 4))


def test_coordinates_are_centred_and_do_not_depend_on_the_stride():
    fine, coarse = (coordinates(torch.zeros(1, 1, 64 // s, 96 // s), s)[0] for s in (4, 8))
    assert fine.sum().abs() < 1e-3
    # The pixel of a coarse map lies in the middle of the four fine ones below it.
    middle = torch.nn.functional.avg_pool2d(fine[None], 2)[0]
    torch.testing.assert_close(middle, coarse)
