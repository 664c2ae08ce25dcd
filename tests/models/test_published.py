"""Published files, by their names and shapes."""

import pytest
import torch

from swahr.errors import SwahrError
from swahr.models import load_checkpoint
from swahr.pose.skeleton import Skeleton

IMAGES = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(1))


def as_mmpose(weights):
    heads = ("final_layers.", "deconv_layers.")
    renamed = {("keypoint_head." if k.startswith(heads) else "backbone.") + k: v for k, v in weights.items()}
    return {"meta": {"mmpose_version": "0.8.0", "config": "use_udp=False"}, "state_dict": renamed}


def saved(tmp_path, content, name="pose_higher_hrnet_w32_512.pth", **options):
    file = tmp_path / name
    torch.save(content, file, **options)
    return file


def outputs_of(checkpoint):
    with torch.inference_mode():
        return checkpoint.model(IMAGES)


def assert_same_network(one, other):
    for got, expected in zip(outputs_of(one), outputs_of(other), strict=True):
        torch.testing.assert_close(got, expected)


WRAPPINGS = {
    "plain": lambda weights: weights,
    "DataParallel": lambda weights: {f"module.{k}": v for k, v in weights.items()},
    "twice parallel": lambda weights: {f"module.module.{k}": v for k, v in weights.items()},
    "half precision": lambda weights: {f"module.1.{k}": v for k, v in weights.items()},
    "state_dict": lambda weights: {"epoch": 3, "state_dict": weights},
    "best_state_dict": lambda weights: {"best_state_dict": weights, "optimizer": {}},
    "model": lambda weights: {"model": weights},
    "wrapped twice": lambda weights: {"model": {"state_dict": weights}},
}


@pytest.mark.parametrize("wrap", WRAPPINGS.values(), ids=WRAPPINGS)
@pytest.mark.parametrize("scale_heads", [True, False], ids=["SWAHR", "HigherHRNet"])
def test_every_wrapping_gives_the_same_network(tmp_path, tiny, wrap, scale_heads):
    file = saved(tmp_path, wrap(tiny.weights(scale_heads=scale_heads)))
    checkpoint = load_checkpoint(file)
    expected = tiny.checkpoint(scale_heads=scale_heads)
    assert checkpoint.architecture == expected.architecture
    assert not checkpoint.model.training
    assert_same_network(checkpoint, expected)


def test_mmpose_files_give_the_same_network(tmp_path, tiny):
    file = saved(tmp_path, as_mmpose(tiny.weights(scale_heads=False)), "higher_hrnet32_coco_512x512.pth")
    assert_same_network(load_checkpoint(file), tiny.checkpoint(scale_heads=False))


def test_torchs_old_file_format_is_read(tmp_path, tiny):
    file = saved(tmp_path, tiny.weights(), _use_new_zipfile_serialization=False)
    assert_same_network(load_checkpoint(file), tiny.checkpoint())


def test_files_without_batch_counters_are_read(tmp_path, tiny):
    weights = {k: v for k, v in tiny.weights().items() if not k.endswith("num_batches_tracked")}
    assert_same_network(load_checkpoint(saved(tmp_path, weights)), tiny.checkpoint())


def test_half_precision_weights_become_float32(tmp_path, tiny):
    weights = {k: v.half() if v.is_floating_point() else v for k, v in tiny.weights().items()}
    checkpoint = load_checkpoint(saved(tmp_path, weights))
    assert {p.dtype for p in checkpoint.model.parameters()} == {torch.float32}


@pytest.mark.parametrize(
    "changed",
    [
        {"width": 8, "head_width": 8},
        {"modules": (1, 1, 2)},
        {"blocks": 1},
        {"head_blocks": 0},
        {"head_blocks": 3},
        {"num_joints": 14},
    ],
    ids=str,
)
def test_the_architecture_is_read_from_the_shapes(tmp_path, tiny, changed):
    checkpoint = load_checkpoint(saved(tmp_path, tiny.weights(**changed)))
    assert checkpoint.architecture == tiny.checkpoint(**changed).architecture
    assert checkpoint.skeleton.num_joints == checkpoint.architecture.num_joints


@pytest.mark.parametrize(
    ("name", "skeleton", "input_size"),
    [
        ("pose_higher_hrnet_w48_640.pth", "crowdpose-14", 640),
        ("higher_hrnet32_crowdpose_512x512-1aa4a132_20201017.pth", "crowdpose-14", 512),
        ("higher_hrnet32_aic_512x512-9a674c33_20210130.pth", "ai-challenger-14", 512),
        ("mosaic.pth", "crowdpose-14", 512),
    ],
)
def test_14_joints_are_crowdposes_unless_the_name_says_ai_challenger(
    tmp_path, tiny, name, skeleton, input_size
):
    checkpoint = load_checkpoint(saved(tmp_path, tiny.weights(num_joints=14), name))
    assert (checkpoint.skeleton.name, checkpoint.input_size) == (skeleton, input_size)


def test_unknown_joints_need_a_skeleton(tmp_path, tiny):
    file = saved(tmp_path, tiny.weights(num_joints=3))
    with pytest.raises(SwahrError, match=r"3 joints.*skeleton="):
        load_checkpoint(file)
    skeleton = Skeleton.from_dict({"joints": ["a", "b", "c"]})
    assert load_checkpoint(file, skeleton=skeleton).skeleton == skeleton


def test_a_skeleton_with_other_joints_is_refused(tmp_path, tiny):
    skeleton = Skeleton.from_dict({"joints": ["a", "b", "c"]})
    with pytest.raises(SwahrError, match=r"17 joints.*has 3"):
        load_checkpoint(saved(tmp_path, tiny.weights()), skeleton=skeleton)


class TestRefused:
    @pytest.mark.parametrize(
        ("content", "name", "message"),
        [
            (lambda w: w, "higher_hrnet32_coco_512x512_udp-8cc64794.pth", "UDP"),
            (lambda w: {**as_mmpose(w), "meta": {"config": "dict(use_udp=True)"}}, "renamed.pth", "UDP"),
            (lambda w: {k: v for k, v in w.items() if "_layers." not in k}, "hrnet_w32.pth", "ImageNet"),
            (
                lambda w: (
                    {k: v for k, v in w.items() if "_layers." not in k} | {"classifier.weight": torch.ones(1)}
                ),
                "hrnet.pth",
                "ImageNet",
            ),
            (
                lambda w: {"layer1.0.conv1.weight": torch.ones(1), "fc.bias": torch.ones(1)},
                "r.pth",
                "another network",
            ),
            (
                lambda w: {k: v for k, v in w.items() if k != "final_layers.1.weight"},
                "a.pth",
                "final_layers.1.weight",
            ),
            (
                lambda w: {k: v for k, v in w.items() if k != "bn1.bias"},
                "a.pth",
                "lacks weights: backbone.bn1.bias",
            ),
            (
                lambda w: {**w, "extra.weight": torch.ones(1)},
                "a.pth",
                "unknown weights: backbone.extra.weight",
            ),
            (
                lambda w: {**w, "bn1.bias": torch.ones(3)},
                "a.pth",
                r"bn1.bias has shape \[3\]; expected \[64\]",
            ),
            (lambda w: {**w, "bn1.bias": torch.full((64,), torch.nan)}, "a.pth", "bn1.bias holds NaN"),
            (
                lambda w: {**w, "final_layers.0.weight": torch.ones(18, 4, 1, 1)},
                "a.pth",
                "18 channels for 17",
            ),
            (
                lambda w: {**w, "final_layers.1.weight": torch.tensor(1.0)},
                "a.pth",
                "expected a whole HigherHRNet",
            ),
            (
                lambda w: {**w, "stage4.0.branches.0.0.conv1.weight": torch.ones(0, 4, 3, 3)},
                "a.pth",
                "no HigherHRNet",
            ),
            (lambda w: {**w, "epoch": 3}, "a.pth", "its epoch are no weights"),
            (lambda w: {3: torch.ones(1)}, "a.pth", "its 3 are no weights"),
            (lambda w: {}, "a.pth", "holds a dict"),
            (lambda w: [torch.ones(1)], "a.pth", "holds a list"),
            (lambda w: torch.ones(1), "a.pth", "holds a Tensor"),
        ],
    )
    def test_other_contents_in_one_line_that_names_the_file(self, tmp_path, tiny, content, name, message):
        file = saved(tmp_path, content(tiny.weights(scale_heads=False)), name)
        with pytest.raises(SwahrError, match=message) as refused:
            load_checkpoint(file)
        assert str(file) in str(refused.value)
        assert "\n" not in str(refused.value)

    def test_of_many_missing_weights_the_first_are_named_and_the_rest_counted(self, tmp_path, tiny):
        weights = {k: v for k, v in tiny.weights().items() if not k.startswith("layer1.")}
        with pytest.raises(SwahrError, match=r"layer1\.0\.conv1\.weight, .* and \d+ more"):
            load_checkpoint(saved(tmp_path, weights))
