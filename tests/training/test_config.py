"""Settings: every field has its meaning, can be set on the command line, and is named when it is wrong."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from swahr.config import NetworkSettings
from swahr.errors import SettingError, SwahrError
from swahr.models.backbones.movenet import MoveNetSettings
from swahr_training.config import TrainConfig, load_config
from swahr_training.fields import settings, settings_page, settings_text
from swahr_training.losses import LOSSES
from swahr_training.losses.swahr import MseLossSettings
from swahr_training.reading import load_settings

GIVEN = {"train": "a.json", "steps": 5}
UNSET = object()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "run.yaml"
    path.write_text(yaml.safe_dump(GIVEN))
    return path


CONFIGS = Path(__file__).parents[2] / "training" / "configs"


@pytest.mark.parametrize("recipe", sorted(CONFIGS.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_recipes_of_the_bundled_weights_are_settings_and_freeze_what_there_is(recipe):
    config = load_config(recipe)
    names = [name for name, _ in config.architecture.build().named_parameters()]
    for prefix in config.rate_factors:
        assert any(name.startswith(prefix) for name in names), prefix


def test_every_field_is_listed_with_its_meaning():
    listed = list(settings())
    assert [setting.name for setting in listed if not setting.meaning] == []
    names = {setting.name for setting in listed}
    assert {
        "steps",
        "loss.push_factor",
        "augment.flip",
        "architecture.backbone.width",
        "train.N.labels",
    } <= names
    assert "train  (list of section; must be given)" in settings_text()


def test_the_page_of_settings_is_made_from_the_models():
    page = Path(__file__).parents[2] / "docs" / "reference" / "training.md"
    assert page.read_text(encoding="utf-8") == settings_page(), "make reference writes it anew"
    kinds = r" \| ".join(LOSSES.names())
    assert rf"| `loss.kind` | {kinds} |  | swahr | Which kind it is. |" in settings_page()
    assert "| `ema_decay` | number | 0 <= x < 1 | 0.999 |" in settings_page()


def test_settings_of_an_earlier_run_are_read(file):
    """As a run's config.yaml was: the network flat, MoveNet's file apart, each loss with a factor of scale maps."""
    flat = {"backbone": "movenet", "width": 32, "grouping_width": 8, "head_width": 24, "tag_dims": 2}
    given = {**GIVEN, "movenet": None, "architecture": flat, "loss": {"kind": "mse", "scale_factor": 1.0}}
    file.write_text(yaml.safe_dump(given))
    config = load_config(file)
    assert config.architecture.backbone == MoveNetSettings(grouping_width=8)
    assert (config.architecture.head.width, config.architecture.tag_dims) == (24, 2)
    assert config.loss == MseLossSettings()
    file.write_text(yaml.safe_dump({**given, "movenet": "a.onnx"}))
    assert load_config(file).start_from == Path("a.onnx")
    assert load_config(file, {"architecture.head_width": 16}).architecture.head.width == 16


def test_any_settings_are_read_from_yaml_by_the_same_rules(tmp_path):
    path = tmp_path / "network.yaml"
    path.write_text("max_people: 5\nscales: [0.5, 1]\n")
    read = load_settings(NetworkSettings, path, {"flip_test": True})
    assert read == NetworkSettings(max_people=5, scales=(0.5, 1), flip_test=True)
    with pytest.raises(SettingError, match=r"network\.yaml: max_peeple: .*did you mean max_people\?"):
        load_settings(NetworkSettings, path, {"max_peeple": 5})


def test_every_plain_field_can_be_set_by_its_name(file):
    default = TrainConfig.model_validate(GIVEN)
    checked = 0
    for setting in settings():
        if "N" in setting.name.split(".") or setting.kind.startswith(("section", "list of section")):
            continue
        value = default.model_dump(mode="json")
        for part in setting.name.split("."):
            value = value.get(part, UNSET)
        if value is UNSET:  # of another kind than the default
            continue
        again = load_config(file, {setting.name: value})
        assert again.model_dump() == default.model_dump(), setting.name
        checked += 1
    assert checked > 40


def test_sections_and_lists_are_reached_by_dots(file):
    assert load_config(file, {"loss.push_factor": "0.01"}).loss.push_factor == 0.01
    assert load_config(file, {"augment.scale": [1, 2]}).augment.scale == (1, 2)
    assert load_config(file, {"train": [{"labels": "a.json"}], "train.0.weight": 2}).train[0].weight == 2
    assert load_config(file, {"validation.labels": "b.json"}).validation.labels == Path("b.json")
    with pytest.raises(SwahrError, match="expected a number from 0 to 0, got '3'"):
        load_config(file, {"train": [{"labels": "a.json"}], "train.3.weight": 2})
    with pytest.raises(SwahrError, match="steps is 5, which has no fields"):
        load_config(file, {"steps.more": 2})


def test_a_name_that_does_not_exist_gets_the_one_that_it_looks_like(file):
    with pytest.raises(SwahrError, match=r"augment\.flp: there is no such setting; did you mean flip\?"):
        load_config(file, {"augment.flp": 1})
    with pytest.raises(
        SwahrError, match=r"learning_rat: there is no such setting; did you mean learning_rate\?"
    ):
        load_config(file, {"learning_rat": 1})
    with pytest.raises(
        SwahrError, match=r"validation\.lables: there is no such setting; did you mean labels\?"
    ):
        load_config(file, {"validation": {"lables": "b.json"}})


@pytest.mark.parametrize("text", ["[1, 2]", "train: [", "5"])
def test_files_that_hold_no_settings_are_refused(tmp_path, text):
    file = tmp_path / "run.yaml"
    file.write_text(text)
    with pytest.raises(SwahrError, match=r"run\.yaml"):
        load_config(file)


def test_resolved_settings_are_settings(file, tmp_path):
    config = load_config(file, {"loss.kind": "mse"})
    again = tmp_path / "config.yaml"
    again.write_text(yaml.safe_dump(config.model_dump(mode="json")))
    assert load_config(again) == config


def test_the_command_lists_fields_and_needs_a_file():
    swahr = [sys.executable, "-m", "swahr", "train"]
    listed = subprocess.run([*swahr, "--fields"], capture_output=True, text=True, check=True)
    assert listed.stdout.strip() == settings_text()
    none = subprocess.run(swahr, capture_output=True, text=True, check=False)
    assert none.returncode == 2
    assert "nothing to train on; expected labels, their folder, or a YAML file of settings" in none.stderr


def test_a_wrong_value_is_told_of_where_it_came_from(file):
    with pytest.raises(SettingError, match=r"^given beside .*run\.yaml: steps is 'five'"):
        load_config(file, {"steps": "five"})
    file.write_text(yaml.safe_dump({**GIVEN, "steps": "five"}))
    with pytest.raises(SettingError, match=r"^[^ ]*run\.yaml: steps is 'five'"):
        load_config(file, {"batch_size": 2})
