"""Networks for crops: trained, broken off, gone on with, measured."""

import pytest
import torch

from swahr.errors import SettingError, SwahrError
from swahr.models import load_checkpoint
from swahr.pose.skeleton import COCO_17
from swahr_training.config import DataSource
from swahr_training.evaluation.evaluate import evaluate
from swahr_training.loop.resolve import resolve_config
from swahr_training.loop.train import train
from swahr_training.sample_settings import CropConfig
from swahr_training.samples.crop_batches import weights_by_joint
from tests.tiny_systems import SYSTEMS

TINY = SYSTEMS["simple-baselines"]

STILL = {"input_wh": (64, 64), "scale": 0, "rotation_deg": 0, "half_body": 0}


pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def crop_config(tiny_config):
    """Settings of a run of a few seconds on crops of 64 x 64 pixels."""

    def make(**changes):
        return tiny_config(**{"architecture": TINY, "crops": STILL, **changes})

    return make


class StopError(Exception):
    """Raised by a report to break a run off, as a killed process would."""


def curve(entries):
    return [entry for entry in entries if "total" in entry]


@pytest.mark.parametrize("kind", ["crop_mse", "crop_ohkm", "crop_swahr", "crop_wahr", "crop_kl"])
def test_every_loss_trains_and_the_loss_falls(tmp_path, crop_config, kind):
    entries = []
    config = crop_config(
        loss={"kind": kind}, steps=20, learning_rate=1e-2, save_every=20, batch_size=4, tensorboard=False
    )
    train(config, tmp_path / kind, report=entries.append)
    assert curve(entries)[-1]["heatmap"] < 0.9 * curve(entries)[0]["heatmap"]


def test_a_run_measures_ap_on_labelled_boxes_and_leaves_pictures(tmp_path, crop_config, figures):
    source = {"images": figures / "images", "labels": figures / "keypoints.json"}
    entries = []
    train(crop_config(validation=source, precision="bfloat16"), tmp_path / "run", report=entries.append)
    assert [entry["step"] for entry in entries if "AP" in entry] == [3, 6]
    checkpoint = load_checkpoint(tmp_path / "run" / "best.safetensors")
    assert checkpoint.architecture.kind == "top-down"
    assert list((tmp_path / "run" / "tensorboard").iterdir())
    evaluated = evaluate(tmp_path / "run" / "last.safetensors", DataSource(**source), device="cpu")
    last = next(entry for entry in reversed(entries) if "AP" in entry)
    assert {name: last[name] for name in evaluated} == evaluated


def test_a_resumed_run_ends_with_the_weights_of_an_undisturbed_one(tmp_path, crop_config):
    config = crop_config(
        tensorboard=False, crops={"input_wh": (64, 64)}, augment={"noise": 0.5, "colour": 0.5}
    )
    train(config, tmp_path / "whole", report=lambda _: None)

    def stop_after_the_checkpoint(entry):
        if entry["step"] == 5:
            raise StopError

    with pytest.raises(StopError):
        train(config, tmp_path / "broken", report=stop_after_the_checkpoint)
    train(config, tmp_path / "broken", resume=True, report=lambda _: None)
    expected = load_checkpoint(tmp_path / "whole" / "last.safetensors").model.state_dict()
    for name, value in load_checkpoint(tmp_path / "broken" / "last.safetensors").model.state_dict().items():
        assert torch.equal(value, expected[name]), name


def test_what_does_not_go_together_is_said(crop_config):
    with pytest.raises(SettingError, match=r"swahr teaches bottom-up networks.* one of crop_kl, crop_mse"):
        resolve_config(crop_config(loss="swahr"), COCO_17)
    with pytest.raises(SettingError, match="crop_mse teaches top-down networks"):
        resolve_config(crop_config(architecture={"kind": "bottom-up"}, loss="crop_mse"), COCO_17)
    cpn = {"backbone": {"kind": "resnet", "deconvolutions": ()}, "head": "cpn"}
    with pytest.raises(SettingError, match="crop_swahr teaches a head of kind heatmaps with beside: scales"):
        resolve_config(crop_config(architecture=cpn, loss="crop_swahr"), COCO_17)
    with pytest.raises(SwahrError, match=r"joint_weights: no joint nasal; the joints are nose"):
        weights_by_joint(CropConfig(joint_weights={"nasal": 2}), COCO_17)


def test_the_kind_alone_gives_a_network_a_loss_and_maps_beside(crop_config):
    config = resolve_config(crop_config(architecture={"kind": "top-down"}), COCO_17)
    assert (config.architecture.head.kind, config.loss.kind) == ("heatmaps", "crop_mse")
    hourglass = {"backbone": {"kind": "hourglass", "num_maps": 3}, "head": "heatmaps"}
    config = resolve_config(crop_config(architecture=hourglass, loss="crop_kl"), COCO_17)
    assert config.architecture.head.beside == "variances"
    assert config.architecture.backbone.num_maps == 17
