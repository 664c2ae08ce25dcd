"""MoveNet's weights from ONNX: read from a file with the published graph's names and order, made here."""

import pytest
import torch

from swahr.errors import SwahrError
from swahr.models import read_architecture
from swahr.models.backbones.movenet import HEATMAP_WIDTH, MoveNetBackbone, coordinates, draw_origin
from swahr.models.backbones.movenet_onnx import load_movenet
from swahr.models.stages import split_stages

MOVENET = {"backbone": "movenet", "heatmap_activation": "sigmoid", "head_width": 8, "head_blocks": 0}
SMALL_TOWER = {"grouping_width": 8, "grouping_blocks": 1}


def make_model(seed):
    torch.manual_seed(seed)
    return read_architecture({**MOVENET, **SMALL_TOWER}).build().eval()


def test_trunk_and_heatmaps_are_taken_over(tmp_path, write_onnx):
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


def test_other_networks_and_files_are_refused(tmp_path, write_onnx):
    model = make_model(0)
    write_onnx(model, tmp_path / "short.onnx", drop_last=True)
    with pytest.raises(SwahrError, match="2 convolutions; expected the 3"):
        load_movenet(model, tmp_path / "short.onnx")
    (tmp_path / "text.onnx").write_text("no onnx")
    with pytest.raises(SwahrError, match=r"text\.onnx: not a readable ONNX file"):
        load_movenet(model, tmp_path / "text.onnx")
    with pytest.raises(SwahrError, match="fit a MoveNetBackbone with 17 joints, not a HRNet"):
        load_movenet(read_architecture({"width": 4}).build(), tmp_path / "short.onnx")


@pytest.mark.parametrize("size", [(64, 64), (96, 160)])
def test_the_backbone_has_stride_4_and_ends_with_coordinates(size):
    backbone = MoveNetBackbone(8, 1).eval()
    with torch.inference_mode():
        (features,) = backbone(torch.randn(2, 3, *size))
    ((channels, stride),) = backbone.features
    assert features.shape == (2, channels, size[0] // stride, size[1] // stride)
    assert torch.equal(features[:, -2:], coordinates(features, torch.zeros(2, 2)))


def test_coordinates_are_centred_and_do_not_depend_on_the_stride():
    origin = torch.zeros(1, 2)
    fine, coarse = (coordinates(torch.zeros(1, 1, 64 // s, 96 // s), origin)[0] for s in (4, 8))
    assert fine.sum().abs() < 1e-3
    # The pixel of a coarse map lies in the middle of the four fine ones below it.
    middle = torch.nn.functional.avg_pool2d(fine[None], 2)[0]
    torch.testing.assert_close(middle, coarse)


def test_in_training_the_origin_moves_and_in_use_it_stays():
    like = torch.zeros(2, 1, 8, 8)
    assert not draw_origin(like, training=False).any()
    moved = draw_origin(like, training=True)
    assert moved.abs().gt(0).all()
    assert not torch.equal(moved[0], moved[1])


def test_tags_start_as_the_coordinates_and_the_second_stage_as_the_first(tmp_path, write_onnx):
    torch.manual_seed(0)
    architecture = read_architecture({**MOVENET, **SMALL_TOWER, "tag_dims": 2, "refine_first": True})
    model = architecture.build().eval()
    model.initialise()
    write_onnx(make_model(0), tmp_path / "movenet.onnx")
    load_movenet(model, tmp_path / "movenet.onnx")
    with torch.inference_mode():
        outputs = model(torch.randn(1, 3, 64, 96))
    stages = split_stages(outputs, 17)
    x, y = coordinates(stages.tags, torch.zeros(1, 2))[0]
    torch.testing.assert_close(stages.tags[0, :17], x.expand(17, -1, -1))
    torch.testing.assert_close(stages.tags[0, 17:], y.expand(17, -1, -1))
    logits = stages.heatmaps[0].logit()
    twice = torch.nn.functional.interpolate(logits, scale_factor=2.0, mode="bilinear").sigmoid()
    torch.testing.assert_close(stages.heatmaps[1], twice, atol=1e-4, rtol=1e-3)
