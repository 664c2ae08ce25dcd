"""What settings leave open comes from the data and from the weights that a run starts from."""

import pytest
import torch

from swahr.errors import SwahrError
from swahr.models import read_architecture
from swahr.models.checkpoints import Checkpoint, save_checkpoint
from swahr.pose.skeleton import COCO_17, Skeleton
from swahr_training.config import TrainConfig
from swahr_training.loop.resolve import resolve_config

FIVE = Skeleton.from_dict({"joints": ["a", "b", "c", "d", "e"]})


def config_of(**fields):
    return TrainConfig.model_validate({"train": "a.json", "steps": 1, **fields})


@pytest.fixture
def checkpoint(tmp_path):
    """A tiny network without scale heads, as weights are shipped."""
    architecture = read_architecture(
        {"width": 4, "modules": (1, 1, 1), "blocks": 1, "head_width": 8, "scale_heads": False}
    )
    torch.manual_seed(0)
    path = tmp_path / "tiny.safetensors"
    save_checkpoint(
        path, Checkpoint(architecture.build().eval(), architecture, COCO_17, 96, (0.5,) * 3, (0.4,) * 3)
    )
    return path


def test_the_skeleton_decides_the_number_of_joints():
    assert resolve_config(config_of(), FIVE).architecture.num_joints == 5
    assert (
        resolve_config(config_of(architecture={"backbone": {"width": 8}}), FIVE).architecture.num_joints == 5
    )
    assert resolve_config(config_of(architecture={"num_joints": 5}), FIVE).architecture.num_joints == 5
    with pytest.raises(SwahrError, match="num_joints is 4; the skeleton custom has 5 joints"):
        resolve_config(config_of(architecture={"num_joints": 4}), FIVE)


def test_a_run_is_like_the_checkpoint_that_it_starts_from(checkpoint):
    config = resolve_config(config_of(start_from=checkpoint), FIVE)
    assert (config.architecture.backbone.width, config.architecture.num_joints) == (4, 5)
    assert config.architecture.head.scale_heads  # training needs them, whatever was shipped
    assert (config.input_size, config.mean, config.std) == (128, (0.5,) * 3, (0.4,) * 3)
    own = resolve_config(config_of(start_from=checkpoint, input_size=256, mean=(0.1,) * 3), FIVE)
    assert (own.input_size, own.mean, own.std) == (256, (0.1,) * 3, (0.4,) * 3)
    other = resolve_config(config_of(start_from=checkpoint, architecture={"backbone": {"width": 8}}), FIVE)
    assert (other.architecture.backbone.width, other.input_size) == (8, 512)


def test_bundled_weights_are_a_start_by_their_name():
    config = resolve_config(config_of(start_from="default"), FIVE)
    assert config.start_from.name == "default.safetensors"
    assert config.architecture.backbone.kind == "movenet"
    with pytest.raises(SwahrError, match="no model 'defalt'"):
        resolve_config(config_of(start_from="defalt"), FIVE)


def test_resolved_settings_stay_as_they_are(checkpoint):
    config = resolve_config(config_of(start_from=checkpoint), FIVE)
    again = TrainConfig.model_validate(config.model_dump(mode="json"))
    assert resolve_config(again, FIVE) == config
