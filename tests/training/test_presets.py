"""Presets: which one suits what is asked, and that a field that was given stays as it was."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from swahr.errors import SettingError
from swahr.models.backbones.movenet import PEAK_SIGMA
from swahr.models.bundled import resolve
from swahr.models.checkpoints import load_checkpoint
from swahr.pose.skeleton import COCO_17, Skeleton
from swahr_training.config import TrainConfig
from swahr_training.loop.resolve import resolve_config
from swahr_training.presets import PRESETS, Asked, choose, fill, told

MEAN = load_checkpoint(resolve("default")).mean
FIVE = Skeleton.from_dict({"joints": ["a", "b", "c", "d", "e"]})


def config_of(**fields):
    return TrainConfig.model_validate({"train": "a.json", **fields})


def asked(photos=20, start="default", knows_joints=True, input_size=320):
    return Asked(photos, start, knows_joints, ("backbone.trunk",), input_size)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"photos": 5}, "few"),
        ({"photos": 5000}, "many"),
        ({"knows_joints": False}, "new_joints"),
        ({"start": None, "knows_joints": False}, "scratch"),
    ],
)
def test_the_preset_follows_from_what_is_asked(fields, name):
    like = asked(**fields)
    assert choose(like.start, like.knows_joints, like.samples)[0] == name


@pytest.mark.parametrize("skeleton", [COCO_17, FIVE])
def test_a_run_from_the_bundled_weights_needs_no_more_settings(skeleton):
    notes = []
    config = resolve_config(config_of(start_from="default"), skeleton, 20, note=notes.append)
    assert config.preset == ("few" if skeleton is COCO_17 else "new_joints")
    assert config.length >= 40
    assert config.warmup_steps <= config.length / 4
    assert config.freeze_norms == (skeleton is FIVE)  # the second look, which learns of few photos, has none
    assert notes[0].startswith(f"preset {config.preset}: ")
    assert any(line.startswith(f"  steps: {config.length} (") for line in notes)


def test_few_photos_leave_the_first_stage_and_its_tags_as_they_start():
    config = resolve_config(config_of(start_from="default", learns="network"), COCO_17, 5)
    assert config.rate_factors == {"backbone": 0, "head.final_layers.0": 0}
    assert config.sigma == PEAK_SIGMA  # narrower targets would change all peaks first


def test_few_photos_do_not_unlearn_joints_that_their_labels_leave_out_and_a_source_may_say_otherwise():
    config = resolve_config(config_of(start_from="default", learns="network"), COCO_17, 5)
    assert (config.unlabelled, config.train[0].unlabelled) == ("unknown", None)
    said = config_of(
        start_from="default", learns="network", train={"labels": "a.json", "unlabelled": "background"}
    )
    assert resolve_config(said, COCO_17, 5).train[0].unlabelled == "background"


def test_few_photos_teach_the_second_look_of_a_start_that_has_one():
    config = resolve_config(config_of(start_from="default"), COCO_17, 5, people=11)
    assert (config.learns, config.system, config.loss.kind) == ("second_look", "second_look", "second_look")
    assert config.crops.input_wh == (256, 256)
    assert config.mean == MEAN  # the first look's own, which stays as it is
    assert (config.learning_rate, config.start_part) == (3e-5, 0.25)
    assert (config.steps, config.rate_factors) == (80, {})  # its heads alone would learn nothing
    more, most = (
        resolve_config(config_of(start_from="default"), COCO_17, photos, people=people)
        for photos, people in ((20, 57), (48, 134))
    )
    assert (more.steps, more.learning_rate) == (114, 3e-5)
    assert (most.steps, most.learning_rate) == (150, 5e-5)


def test_what_learns_may_be_said_but_a_second_look_needs_a_start_that_has_one():
    many = config_of(start_from="default", preset="many")
    assert resolve_config(many, COCO_17, 5).learns == "network"
    with pytest.raises(SettingError, match=r"there is no start_from: leave the setting out"):
        resolve_config(config_of(learns="second_look", steps=5), COCO_17, 5)
    with pytest.raises(SettingError, match=r"these are .*'s: leave the setting out"):
        resolve_config(config_of(learns="second_look", start_from="default"), FIVE, 5)
    with pytest.raises(SettingError, match=r"expected one of second_look"):
        resolve_config(config_of(learns="second_look", start_from="default", loss="mse"), COCO_17, 5)
    oblong = config_of(learns="second_look", start_from="default", crops={"input_wh": [192, 256]})
    with pytest.raises(SettingError, match=r"crops are squares"):
        resolve_config(oblong, COCO_17, 5)


def test_many_photos_change_the_first_stage_later_and_slowly():
    config = resolve_config(config_of(start_from="default"), COCO_17, 5000)
    assert config.rate_factors == {"backbone": 0.1, "head.final_layers.0": 0.1}
    assert set(config.freeze_until.values()) == {config.length // 5}


def test_a_head_of_one_stage_keeps_what_its_backbone_knows():
    config, _ = fill(config_of(), "few", replace(asked(), two_stages=False))
    assert config.rate_factors == {"backbone.trunk": 0}


@given(st.sampled_from(sorted(set(PRESETS.names()) - {"none"})), st.integers(1, 10**6))
def test_what_was_given_stays(name, photos):
    given_fields = {
        "steps": 7,
        "learning_rate": 0.25,
        "rate_factors": {"head": 0.5},
        "augment": {"rotation_deg": 3},
        "loss": {"kind": "mse", "push_factor": 0.75},
    }
    config, chosen = fill(config_of(**given_fields), name, asked(photos))
    assert (config.steps, config.learning_rate, config.rate_factors) == (7, 0.25, {"head": 0.5})
    assert (config.augment.rotation_deg, config.loss.push_factor, config.loss.kind) == (3, 0.75, "mse")
    assert not {"steps", "learning_rate", "augment.rotation_deg", "loss.push_factor"} & {
        c.name for c in chosen
    }
    again, nothing = fill(TrainConfig.model_validate(config.model_dump(mode="json")), name, asked(photos))
    assert (again, nothing) == (config, [])


@given(st.sampled_from(PRESETS.names()), st.integers(1, 10**7), st.sampled_from([64, 320, 512, 1024]))
def test_every_preset_gives_values_that_the_settings_take(name, photos, size):
    config, chosen = fill(config_of(steps=10), name, asked(photos, input_size=size))
    assert TrainConfig.model_validate(config.model_dump(mode="json")) == config
    assert all(choice.why for choice in chosen)
    assert len(told(name, "as asked", chosen)) == 1 + len(chosen)


@pytest.mark.parametrize("length", [{"steps": 24}, {"epochs": 9.6}])
@pytest.mark.parametrize("name", ["few", "new_joints"])
def test_warm_up_and_averages_follow_a_length_that_was_given(name, length):
    config, _ = fill(config_of(), name, replace(asked(photos=20), **length))
    assert (config.warmup_steps, config.ema_decay) == (10, 0.9)


def test_none_fills_nothing_and_then_the_length_has_to_be_given():
    config = resolve_config(config_of(preset="none", steps=9), COCO_17, 20)
    assert config == config_of(preset="none", steps=9, architecture={"num_joints": 17})
    with pytest.raises(SettingError, match="give steps or epochs, or a preset"):
        resolve_config(config_of(preset="none"), COCO_17, 20)


def test_epochs_are_how_often_each_photo_is_seen():
    config = resolve_config(config_of(epochs=3, batch_size=4, accumulate=2), COCO_17, photos=100, processes=2)
    assert config.length == 19  # 300 photos, 16 in a step
    with pytest.raises(ValidationError, match="give one of them"):
        config_of(epochs=3, steps=4)


def test_a_preset_that_does_not_exist_is_told_with_those_that_do():
    with pytest.raises(SettingError, match=r"preset is 'fw'; expected one of few, many, .*did you mean few"):
        resolve_config(config_of(preset="fw"), COCO_17)
