"""The other systems' published networks, with weights that follow from their names, against their own outputs."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from swahr.errors import SwahrError
from swahr.inference.estimator import PoseEstimator
from swahr.models import load_checkpoint
from swahr.models.checkpoints import build_with
from swahr.models.published import recognise
from tests.models.test_golden_forward import filled

GOLDEN = Path(__file__).parents[1] / "golden" / "systems"
CLOSE = 1e-4  # of the largest output


def published(system):
    """Return the weights of a system by their published names, and the figures."""
    figures = np.load(GOLDEN / f"{system}_forward.npz")
    shapes = json.loads((GOLDEN / f"{system}_state_dict.json").read_text())
    return {name: filled(name, shape, float(figures["gain"])) for name, shape in shapes.items()}, figures


def expected_of(figures):
    if "output" in figures:
        output = figures["output"]
        return list(output) if output.ndim == 5 else [output]
    if "refine_output" in figures:
        return [*figures["global_outputs"], figures["refine_output"]]
    if "pafs" in figures:
        return [figures["pafs"], figures["heatmaps"]]
    return [figures[f"stage{stage}_{what}"] for stage in (0, 1) for what in ("heatmaps", "pafs")]


# Name, kind of backbone, of head, joints, millions of parameters where they are published.
SYSTEMS = [
    ("simple_baseline_res50", "resnet", "heatmaps", 17, 34.0),
    ("simple_baseline_res101", "resnet", "heatmaps", 17, 53.0),
    ("simple_baseline_res152", "resnet", "heatmaps", 17, 68.6),
    ("hrnet_topdown_w32", "hrnet", "heatmaps", 17, 28.5),
    ("hrnet_topdown_w48", "hrnet", "heatmaps", 17, 63.6),
    ("hourglass_hg2", "hourglass", "heatmaps", 16, None),
    ("hourglass_hg8", "hourglass", "heatmaps", 16, None),
    ("cpn50", "resnet", "cpn", 17, None),
    ("cpn101", "resnet", "cpn", 17, None),
    ("openpose_body18", "vgg", "openpose", 18, None),
    ("lightweight_openpose", "mobilenet", "lightweight", 18, 4.1),
]


@pytest.mark.parametrize(("system", "backbone", "head", "joints", "millions"), SYSTEMS)
def test_a_published_network_is_recognised_and_computes_the_published_outputs(
    system, backbone, head, joints, millions
):
    weights, figures = published(system)
    found = recognise(weights, f"{system}.pth")
    network = build_with(found.architecture, found.weights)

    assert found.architecture.backbone.kind == backbone
    assert found.architecture.head.kind == head
    assert found.skeleton.num_joints == joints
    assert len(network.state_dict()) == len(weights)
    if millions is not None:
        assert sum(p.numel() for p in network.parameters()) / 1e6 == pytest.approx(millions, rel=0.01)
    with torch.inference_mode():
        outputs = network(torch.from_numpy(figures["input"]))
    for output, expected in zip(outputs, expected_of(figures), strict=True):
        assert np.abs(output.numpy() - expected).max() <= CLOSE * np.abs(expected).max()


WRAPPINGS = {
    "plain": lambda weights: weights,
    "module.": lambda weights: {f"module.{name}": value for name, value in weights.items()},
    "state_dict": lambda weights: {"epoch": 1, "state_dict": {f"module.{k}": v for k, v in weights.items()}},
}


@pytest.mark.parametrize("wrap", WRAPPINGS.values(), ids=WRAPPINGS)
def test_every_wrapping_is_read_from_a_file_and_kept_as_a_checkpoint(tmp_path, wrap):
    weights, figures = published("lightweight_openpose")
    torch.save(wrap(weights), tmp_path / "checkpoint_iter_370000.pth")
    checkpoint = load_checkpoint(tmp_path / "checkpoint_iter_370000.pth")
    with torch.inference_mode():
        outputs = checkpoint.model(torch.from_numpy(figures["input"]))
    np.testing.assert_allclose(outputs[-1].numpy(), figures["stage1_pafs"], atol=1e-5)
    assert checkpoint.skeleton.name == "coco-18"


@pytest.mark.parametrize("head", ["keypoint_head.", "head."], ids=["0.x", "1.x"])
def test_mmposes_names_of_a_simple_baseline_give_the_same_network(head):
    weights, _ = published("simple_baseline_res50")
    heads = ("deconv_layers.", "final_layer.")
    renamed = {(head if k.startswith(heads) else "backbone.") + k: v for k, v in weights.items()}
    found = recognise({"meta": {}, "state_dict": renamed}, "res50_coco_256x192-ec54d7f3_20200709.pth")
    assert found.weights.keys() == recognise(weights, "pose_resnet_50_256x192.pth.tar").weights.keys()
    assert found.input_size == 192


def test_the_layers_of_openpose_are_known_without_the_modules_of_a_port():
    weights, _ = published("openpose_body18")
    flat = {name.partition(".")[2]: value for name, value in weights.items()}
    assert recognise(flat, "body_pose_model.pth").weights.keys() == recognise(weights, "x.pth").weights.keys()


def test_a_published_network_with_fields_runs_on_frames_and_has_no_tags(tmp_path):
    weights, _ = published("lightweight_openpose")
    torch.save(weights, tmp_path / "light.pth")
    estimator = PoseEstimator.from_pretrained(tmp_path / "light.pth", "cpu", input_size=64, backend="torch")
    frame = np.zeros((90, 120, 3), np.uint8)
    assert estimator(frame).skeleton.name == "coco-17"
    with pytest.raises(SwahrError, match="this network has no tags"):
        estimator.maps([frame])


def test_a_part_of_a_network_is_refused_by_what_it_lacks():
    weights, _ = published("lightweight_openpose")
    del weights["initial_stage.pafs.1.0.weight"]
    with pytest.raises(SwahrError, match=r"lacks weights: initial_stage.pafs.1.0.weight"):
        recognise(weights, "light.pth")


# File, what it is asked for, and what its crops have to be.
CROPS = [
    ("simple_baseline_res50", "pose_resnet_50_384x288.pth.tar", "", ((288, 384), "bgr", True, "neighbour")),
    ("simple_baseline_res50", "res50_coco_256x192.pth", "mmpose", ((192, 256), "rgb", True, "neighbour")),
    ("hrnet_topdown_w32", "pose_hrnet_w32.pth", "", ((192, 256), "rgb", True, "neighbour")),
    ("hrnet_topdown_w32", "pose_hrnet_w32_100x70.pth", "", ((192, 256), "rgb", True, "neighbour")),
    ("hourglass_hg2", "model_best.pth.tar", "", ((256, 256), "rgb", False, "neighbour")),
    ("cpn50", "CPN384x288.pth.tar", "", ((288, 384), "rgb", False, "second")),
]


@pytest.mark.parametrize(("system", "file", "by", "expected"), CROPS)
def test_what_a_crop_has_to_be_is_what_its_makers_trained_with(system, file, by, expected):
    shapes = json.loads((GOLDEN / f"{system}_state_dict.json").read_text())
    weights = {name: torch.empty(shape) for name, shape in shapes.items()}
    if by == "mmpose":
        heads = ("deconv_layers.", "final_layer.")
        weights = {
            ("keypoint_head." if k.startswith(heads) else "backbone.") + k: v for k, v in weights.items()
        }
    found = recognise(weights, file)
    crop = found.crop
    assert (crop.input_wh, crop.colours, crop.flip_shift, crop.peak) == expected
    assert found.input_size == min(crop.input_wh)
    assert found.detection_threshold == 0.03
    own = {"cpn50": (122.7717 / 255, 1.0), "hourglass_hg2": (0.4404, 1.0)}.get(system, (0.485, 0.229))
    assert (found.mean[0], found.std[0]) == own
