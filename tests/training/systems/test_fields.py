"""Networks by part affinity fields: trained, and broken off and gone on with."""

import json

import pytest
import torch

from swahr.errors import SettingError
from swahr.models import load_checkpoint
from swahr.pose.other_skeletons import COCO_18
from swahr.pose.skeleton import COCO_17, Skeleton
from swahr_training.config import TrainConfig
from swahr_training.data.sources import load_training_data
from swahr_training.loop.resolve import resolve_config
from swahr_training.loop.train import train
from swahr_training.systems.base import system_of
from tests.tiny_systems import SYSTEMS

FIELDS = SYSTEMS["fields"]


pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def necks(tmp_path):
    """A file of the skeleton with a neck, which the labels do not have."""
    file = tmp_path / "necks.json"
    file.write_text(json.dumps(COCO_18.to_dict()))
    return file


def test_a_run_learns_fields_of_limbs_and_can_be_gone_on_with(tmp_path, tiny_config, necks):
    config = tiny_config(architecture=FIELDS, skeleton=necks, learning_rate=3e-3, steps=12)
    entries = []
    train(config, tmp_path / "whole", report=entries.append)
    losses = [entry["heatmap"] for entry in entries if "total" in entry]
    assert sum(losses[-3:]) < sum(losses[:3])  # of batches of two photos, which differ
    assert not any("does not label" in entry.get("note", "") for entry in entries)

    class StopError(Exception):
        pass

    def stop_after_the_checkpoint(entry):
        if entry["step"] == 5:
            raise StopError

    with pytest.raises(StopError):
        train(config, tmp_path / "broken", report=stop_after_the_checkpoint)
    train(config, tmp_path / "broken", resume=True, report=lambda _: None)
    expected = load_checkpoint(tmp_path / "whole" / "last.safetensors")
    assert expected.architecture.kind == "fields"
    for name, value in load_checkpoint(tmp_path / "broken" / "last.safetensors").model.state_dict().items():
        assert torch.equal(value, expected.model.state_dict()[name]), name


@pytest.mark.parametrize(
    "architecture",
    [
        FIELDS,
        {"backbone": {"kind": "vgg", "width": 16}, "head": {"kind": "openpose", "stages": 2, "width": 16}},
        {
            "backbone": {"kind": "vgg", "width": 16},
            "head": {"kind": "body25", "field_stages": 3, "heatmap_stages": 2, "width": 16},
        },
    ],
    ids=["lightweight", "openpose", "body25"],
)
def test_each_stage_of_each_network_is_taught(tiny_config, architecture):
    config = resolve_config(tiny_config(architecture=architecture), COCO_17)
    assert config.architecture.head.num_limbs == len(COCO_17.limbs)
    assert config.sigma == pytest.approx(0.875)
    data = load_training_data(config)
    batch = next(system_of(config).samples(config, data).batches([0], torch.device("cpu")))
    model = config.architecture.build().train()
    model.initialise()
    outputs = model(batch.images.permute(0, 3, 1, 2) / 255)
    assert len(outputs) == {"lightweight": 4, "openpose": 4, "body25": 5}[config.architecture.head.kind]
    assert max(float(output.detach().abs().max()) for output in outputs) < 0.5  # nearly nothing at the start
    terms = batch.compared(config.loss.build(), outputs)
    fields, heatmaps = batch.targets.pafs, batch.targets.heatmaps
    perfect = {
        "lightweight": [heatmaps, fields] * 2,
        "openpose": [fields, heatmaps] * 2,
        "body25": [fields] * 3 + [heatmaps] * 2,
    }[config.architecture.head.kind]
    assert batch.compared(config.loss.build(), perfect).total == 0 < terms.total
    terms.total.backward()
    untaught = [name for name, weight in model.named_parameters() if weight.grad is None]
    assert not untaught, "every layer has a gradient of its own"


def test_a_skeleton_without_limbs_is_refused(tiny_config):
    config: TrainConfig = tiny_config(architecture=FIELDS)
    with pytest.raises(SettingError, match="the skeleton custom has no limbs"):
        resolve_config(config, Skeleton.from_joints(["a", "b"]))
