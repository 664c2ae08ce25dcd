"""Where a run's first weights come from: what fits is reused, and the user is told."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from swahr.errors import SwahrError
from swahr.models import read_architecture
from swahr.models.architecture import Architecture
from swahr.models.checkpoints import Checkpoint, save_checkpoint
from swahr.models.published import recognise
from swahr.models.published.higher import our_names
from swahr.pose.skeleton import COCO_17, Skeleton
from swahr_training.loop.resolve import resolve_config
from swahr_training.loop.start import read_weights, reuse, start_model

GOLDEN = Path(__file__).parents[2] / "golden" / "systems"
TINY = read_architecture({"width": 4, "modules": (1, 1, 1), "blocks": 1, "head_width": 8, "head_blocks": 1})
OTHER = Skeleton.from_dict({"joints": ["neck", "right_wrist", "nose", "tail", "left_wrist"]})


def network(architecture, seed=0):
    torch.manual_seed(seed)
    model = architecture.build()
    model.initialise()
    for value in model.state_dict().values():
        if value.is_floating_point():
            value.copy_(torch.randn_like(value))
    return model


@pytest.fixture
def coco_file(tmp_path):
    def make(architecture=TINY):
        path = tmp_path / "coco.safetensors"
        save_checkpoint(path, Checkpoint(network(architecture), architecture, COCO_17, 64))
        return path

    return make


@pytest.mark.parametrize("bottleneck", [0, 6])
@pytest.mark.parametrize("tag_dims", [1, 2])
def test_joints_of_the_same_name_keep_their_rows(coco_file, tiny_config, bottleneck, tag_dims):
    architecture = TINY.changed(head=TINY.head.changed(bottleneck=bottleneck, tag_dims=tag_dims))
    file = coco_file(architecture)
    old = network(architecture).state_dict()
    five = architecture.changed(num_joints=5)
    notes = []
    model = start_model(tiny_config(architecture=five, start_from=file), OTHER, notes.append)
    new = model.state_dict()
    nose, wrist = COCO_17.joints.index("nose"), COCO_17.joints.index("right_wrist")
    for name in ("head.final_layers.1.weight", "head.conv_scale_layers.0.3.weight"):
        assert torch.equal(new[name][2], old[name][nose])
        assert torch.equal(new[name][1], old[name][wrist])
        assert not torch.equal(new[name][0], old[name][0])
    for group in range(1 + tag_dims):  # heatmap rows, then each number of the tags
        name = "head.final_layers.0.bias"
        assert torch.equal(new[name][5 * group + 2], old[name][17 * group + nose])
    # What reads features and joints together keeps the features and the shared joints.
    name, axis = ("head.reduce.0.weight", 1) if bottleneck else ("head.deconv_layers.0.0.0.weight", 0)
    reads, read = new[name].movedim(axis, 0), old[name].movedim(axis, 0)
    assert torch.equal(reads[:4], read[:4])
    assert torch.equal(reads[4 + 5 * tag_dims + 1], read[4 + 17 * tag_dims + wrist])
    assert torch.equal(new["backbone.conv1.weight"], old["backbone.conv1.weight"])
    text = "\n".join(notes)
    assert "reused by joint" in text
    assert "right_wrist, nose, left_wrist" in text
    assert "start anew: neck, tail" in text


def test_as_many_joints_of_other_names_are_told_apart(coco_file, tiny_config):
    renamed = replace(COCO_17, joints=(*COCO_17.joints[:-1], "tail"))
    config = tiny_config(architecture=TINY, start_from=coco_file())
    model = start_model(config, renamed, lambda _: None)
    old, name = network(TINY).state_dict(), "head.final_layers.1.weight"
    assert torch.equal(model.state_dict()[name][:16], old[name][:16])
    assert not torch.equal(model.state_dict()[name][16], old[name][16])


def test_another_width_keeps_what_fits(coco_file, tiny_config):
    wider = TINY.changed(backbone=TINY.backbone.changed(width=6))
    notes = []
    model = start_model(tiny_config(architecture=wider, start_from=coco_file()), COCO_17, notes.append)
    old = network(TINY).state_dict()
    assert torch.equal(
        model.state_dict()["backbone.layer1.0.conv1.weight"], old["backbone.layer1.0.conv1.weight"]
    )
    assert any("weights reused" in note and "backbone.layer1" in note for note in notes)
    assert any("start anew" in note and "backbone.stage4" in note for note in notes)


def imagenet_names(width):
    """The state dict of a published HRNet classifier (hrnet_w32-36af842e.pth), at a small width."""
    backbone = read_architecture({"width": width}).build().backbone
    weights = {name: torch.randn(value.shape) for name, value in backbone.state_dict().items()}

    def conv_bn(name, conv, norm, c_in, c_out, kernel=1):
        weights[f"{name}.{conv}.weight"] = torch.randn(c_out, c_in, kernel, kernel)
        norms = nn.BatchNorm2d(c_out).state_dict()
        weights.update({f"{name}.{norm}.{part}": value for part, value in norms.items()})

    # Its last module fuses to all branches, and then come the layers of the classifier.
    for target in range(1, 4):
        conv_bn(f"stage4.2.fuse_layers.{target}.0.0", 0, 1, width, width * 2**target, 3)
    for branch, channels in enumerate((32, 64, 128, 256)):
        name = f"incre_modules.{branch}.0"
        conv_bn(name, "conv1", "bn1", width * 2**branch, channels)
        conv_bn(name, "conv2", "bn2", channels, channels, 3)
        conv_bn(name, "conv3", "bn3", channels, 4 * channels)
        conv_bn(name, "downsample.0", "downsample.1", width * 2**branch, 4 * channels)
        if branch:
            conv_bn(f"downsamp_modules.{branch - 1}", 0, 1, 2 * channels, 4 * channels, 3)
    conv_bn("final_layer", 0, 1, 1024, 2048)
    weights["classifier.weight"], weights["classifier.bias"] = torch.randn(10, 2048), torch.randn(10)
    return weights


@pytest.mark.parametrize("wrapped", [False, True])
def test_an_imagenet_backbone_fills_the_whole_backbone(tmp_path, tiny_config, wrapped):
    weights = imagenet_names(4)
    file = tmp_path / "hrnet_w4-36af842e.pth"
    torch.save({"state_dict": {f"module.{n}": v for n, v in weights.items()}} if wrapped else weights, file)
    notes = []
    whole = read_architecture({"width": 4, "head_width": 8, "head_blocks": 1})
    model = start_model(tiny_config(architecture=whole, start_from=file), COCO_17, notes.append)
    for name, value in model.backbone.state_dict().items():
        assert torch.equal(value.float(), weights[name].to(value.dtype).float()), name
    text = "\n".join(notes)
    assert "start anew" in text
    assert "head.final_layers" in text.partition("start anew")[2]
    assert "backbone.classifier 2" in text
    assert "backbone" not in text.partition("start anew")[2].partition("not used")[0]


def test_a_file_that_the_backbone_alone_can_read_is_a_start(tmp_path, tiny_config, write_onnx):
    small = {"backbone": {"kind": "movenet", "grouping_width": 8, "grouping_blocks": 1}, "head": {"width": 8}}
    source = network(read_architecture(small), seed=3)
    write_onnx(source, tmp_path / "movenet.onnx")
    notes = []
    config = tiny_config(architecture=small, start_from=tmp_path / "movenet.onnx")
    model = start_model(config, COCO_17, notes.append)
    name = "backbone.heatmap_tower.1.1.weight"
    torch.testing.assert_close(model.state_dict()[name], source.state_dict()[name], rtol=1e-2, atol=1e-2)
    assert any("movenet.onnx" in note and "movenet reads them" in note for note in notes)
    with pytest.raises(SwahrError, match=r"movenet\.onnx is no checkpoint"):
        start_model(tiny_config(start_from=tmp_path / "movenet.onnx"), COCO_17, notes.append)


def test_published_weights_are_read_with_their_joints(tmp_path):
    names = {
        name.removeprefix("backbone.").removeprefix("head."): value
        for name, value in network(TINY).state_dict().items()
    }
    torch.save(names, tmp_path / "pose_higher_hrnet_w4_512.pth")
    weights, joints = read_weights(tmp_path / "pose_higher_hrnet_w4_512.pth")
    assert joints == COCO_17.joints
    assert weights.keys() == network(TINY).state_dict().keys()


def test_weights_of_another_network_are_refused():
    with pytest.raises(SwahrError, match=r"x\.pth: none of its weights fits"):
        reuse(network(TINY), COCO_17.joints, {"fc.weight": torch.zeros(2, 2)}, None, "x.pth")


@pytest.mark.parametrize("system", ["simple_baseline_res50", "cpn50", "lightweight_openpose"])
def test_published_networks_of_other_systems_are_taken_whole(tmp_path, system):
    shapes = json.loads((GOLDEN / f"{system}_state_dict.json").read_text())
    torch.save(
        {name: torch.full(tuple(shape), 0.5) for name, shape in shapes.items()},
        file := tmp_path / f"{system}.pth",
    )
    weights, joints = read_weights(file)
    found = recognise(torch.load(file), file.name)
    assert joints == found.skeleton.joints
    model = found.architecture.build()
    reused = reuse(model, joints, weights, joints, file.name)
    counted = {name for name, value in model.state_dict().items() if value.is_floating_point()}
    assert counted <= reused.names


# Names and shapes as published: the trunks of these networks have the names of torchvision's and timm's files.
IMAGENET = {
    "simple_baseline_res50": (
        {"kind": "resnet", "deconvolutions": (8, 8, 8)},
        ("deconv_layers.", "final_layer."),
        {"fc.weight": (1000, 2048), "fc.bias": (1000,)},
    ),
    "hrnet_topdown_w32": (
        {"kind": "hrnet", "width": 32},
        ("final_layer.",),
        {"incre_modules.0.0.conv1.weight": (32, 32, 1, 1), "classifier.weight": (1000, 2048)},
    ),
}


@pytest.mark.parametrize("published", IMAGENET)
def test_a_backbone_of_imagenet_is_taken_whole_by_name_and_shape(tiny_config, published):
    backbone, of_the_head, of_the_classifier = IMAGENET[published]
    shapes = json.loads((GOLDEN / f"{published}_state_dict.json").read_text())
    shapes = {n: shape for n, shape in shapes.items() if not n.startswith(of_the_head)} | of_the_classifier
    weights = {name: torch.tensor(0.5).expand(shape) for name, shape in shapes.items()}
    architecture = Architecture(backbone=backbone, head="heatmaps")
    with torch.device("meta"):
        model = architecture.build()
    model = model.to_empty(device="cpu")
    reused = reuse(model, COCO_17.joints, our_names(weights), None, published)
    trunk = {name for name in model.state_dict() if name.startswith("backbone.") and "deconv" not in name}
    assert reused.names == trunk
    assert reused.lines[-1].startswith(f"not used of {published}: 2 weights")


def test_timms_safetensors_are_a_start(tmp_path, tiny_config):
    tiny = {"kind": "hrnet", "width": 4, "modules": (1, 1, 1), "blocks": 1}
    architecture = Architecture(backbone=tiny, head="heatmaps")
    given = network(architecture).backbone.state_dict()
    file = tmp_path / "model.safetensors"
    save_file({**given, "classifier.weight": torch.zeros(10, 4)}, file, metadata={"format": "pt"})
    notes = []
    config = resolve_config(tiny_config(architecture=architecture, start_from=file), COCO_17)
    model = start_model(config, COCO_17, notes.append)
    for name, value in given.items():
        assert torch.equal(model.backbone.state_dict()[name], value), name
    assert any(line.startswith("start anew: 2 weights (head.final_layer 2") for line in notes)
