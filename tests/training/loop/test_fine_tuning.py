"""Runs from a start that finds people: it is measured first, is the best until it is beaten, and is not destroyed."""

import json

import cv2
import numpy as np
import pytest
import torch

from swahr.errors import SwahrError
from swahr.models import load_checkpoint
from swahr_training import toy
from swahr_training.config import TrainConfig
from swahr_training.evaluation.evaluate import evaluate
from swahr_training.loop.train import train

NETWORK = {
    "backbone": {"kind": "hrnet", "width": 8, "modules": (1, 1, 1), "blocks": 1},
    "head": {"width": 8, "blocks": 1},
}
SHORT = {"learning_rate": 1e-3, "warmup_steps": 0, "steps": 4, "save_every": 2, "stop_on_collapse": False}
BASE = {"input_size": 128, "log_every": 50, "tensorboard": False, "precision": "float32"}


@pytest.fixture(autouse=True, scope="module")
def _one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    """Two photos of drawn figures."""
    folder = tmp_path_factory.mktemp("few")
    toy.write_split(folder, "train", 2, np.random.default_rng(3))
    return folder


@pytest.fixture(scope="module")
def by_heart(few):
    """A run that learnt them by heart, from new weights."""
    fields = {
        "train": few / "train.json",
        "validation": few / "train.json",
        "architecture": NETWORK,
        "preset": "overfit",
        "steps": 110,
        "save_every": 110,
        "learning_rate": 1.5e-2,
        "batch_size": 2,
        "loss": {"push_factor": 0.02, "pull_factor": 0.02},
        "augment": {"scale": (1.0, 1.0), "translation": 0.0},
    }
    entries = []
    train(TrainConfig.model_validate({**BASE, **fields}), few / "run", report=entries.append)
    return few / "run", entries


def tuned(few, start, run, **fields):
    settings = {
        "train": few / "train.json",
        "validation": few / "train.json",
        "start_from": start,
        "preset": "none",
        "batch_size": 2,
    }
    entries = []
    config = TrainConfig.model_validate({**BASE, **settings, **fields})
    try:
        train(config, run, report=entries.append)
    except SwahrError as error:
        return entries, error
    return entries, None


def test_two_photos_are_learnt_by_heart(by_heart):
    _, entries = by_heart
    assert max(entry["AP"] for entry in entries if "AP" in entry) > 0.4
    assert any("preset overfit: as asked" in entry.get("note", "") for entry in entries)


def test_a_run_that_destroys_its_start_stops_within_50_steps_and_the_start_is_kept(by_heart, few, tmp_path):
    start = by_heart[0] / "best.safetensors"
    run = tmp_path / "run"
    entries, error = tuned(few, start, run, learning_rate=0.1, warmup_steps=0, steps=200, ema_decay=0.0)
    assert "stopped at step 50: AP has fallen from" in str(error)
    first = next(entry for entry in entries if "AP" in entry)
    assert first["step"] == 0
    source = {"labels": few / "train.json"}
    best = evaluate(run / "best.safetensors", TrainConfig.model_validate({"train": source}).train[0])
    assert best["AP"] == pytest.approx(first["AP"], abs=1e-6)
    assert load_checkpoint(run / "best.safetensors").card["steps"] == 0
    assert (run / "last.pt").exists()  # with other settings it can be gone on with


def test_a_run_that_gains_nothing_ends_early_and_says_what_is_best(by_heart, few, tmp_path):
    start = by_heart[0] / "best.safetensors"
    # Norms that follow the batches would change the network without any rate.
    settings = {"learning_rate": 1e-30, "steps": 40, "save_every": 2, "patience": 2, "freeze_norms": True}
    entries, error = tuned(few, start, tmp_path / "run", **settings)
    assert error is None
    assert [entry["step"] for entry in entries if "AP" in entry] == [0, 2, 4]
    notes = [entry["note"] for entry in entries if "note" in entry]
    assert "stopped at step 4: no better AP in 2 measurements in a row" in notes
    assert "best: the start itself" in notes[-1]


def test_frozen_norms_keep_the_statistics_of_the_start_and_learn_their_scale(by_heart, few, tmp_path):
    start = by_heart[0] / "best.safetensors"
    fields = {"learning_rate": 1e-3, "steps": 3, "warmup_steps": 0, "ema_decay": 0.0}
    for frozen in (True, False):
        run = tmp_path / str(frozen)
        tuned(few, start, run, freeze_norms=frozen, stop_on_collapse=False, **fields)
        before = load_checkpoint(start).model.state_dict()
        after = load_checkpoint(run / "last.safetensors").model.state_dict()
        same = {name: torch.equal(value, after[name]) for name, value in before.items()}
        assert all(same[name] == frozen for name in same if name.endswith("running_mean"))
        assert not any(same[name] for name in same if name.endswith("bn1.weight"))


def test_weights_learn_from_their_step_on(by_heart, few, tmp_path):
    start = by_heart[0] / "best.safetensors"
    fields = {"learning_rate": 1e-3, "warmup_steps": 0, "ema_decay": 0.0, "freeze_until": {"backbone": 3}}
    name = "backbone.conv1.weight"
    before = load_checkpoint(start).model.state_dict()[name]
    for steps in (3, 5):
        run = tmp_path / str(steps)
        tuned(few, start, run, steps=steps, stop_on_collapse=False, **fields)
        after = load_checkpoint(run / "last.safetensors").model.state_dict()[name]
        assert torch.equal(before, after) == (steps == 3)


def test_weights_that_are_saved_lie_on_the_way_back_to_the_start(by_heart, few, tmp_path):
    start = by_heart[0] / "best.safetensors"
    weights = {}
    for part in (0.0, 0.75):
        run = tmp_path / str(part)
        tuned(few, start, run, start_part=part, **SHORT)
        weights[part] = load_checkpoint(run / "last.safetensors").model.state_dict()
    name = "backbone.conv1.weight"
    before = load_checkpoint(start).model.state_dict()[name]
    assert not torch.equal(weights[0.0][name], before)
    torch.testing.assert_close(weights[0.75][name], 0.25 * weights[0.0][name] + 0.75 * before)


def test_a_resumed_run_mixes_with_its_first_weights(by_heart, few, tmp_path):
    start = by_heart[0] / "best.safetensors"
    tuned(few, start, tmp_path / "whole", start_part=0.5, **SHORT)
    config = TrainConfig.model_validate(
        {**BASE, "train": few / "train.json", "validation": few / "train.json", "start_from": start}
        | {"preset": "none", "batch_size": 2, "start_part": 0.5, **SHORT}
    )
    seen = []
    with pytest.raises(KeyboardInterrupt):
        train(config, tmp_path / "broken", report=seen.append, stop=lambda: len(seen) > 2)
    train(config, tmp_path / "broken", resume=True, report=seen.append)
    whole, broken = (load_checkpoint(tmp_path / run / "last.safetensors") for run in ("whole", "broken"))
    assert broken.card["steps"] == 4
    for name, value in whole.model.state_dict().items():
        assert torch.equal(value, broken.model.state_dict()[name]), name


def test_a_part_of_no_start_is_refused():
    with pytest.raises(ValueError, match="start_part is how much of start_from is kept, which is not given"):
        TrainConfig.model_validate({"train": "labels.json", "start_part": 0.5})


def test_a_validation_without_people_is_told_and_the_last_is_the_best(by_heart, few, tmp_path):
    content = json.loads((few / "train.json").read_text())
    content["annotations"] = []
    nobody = few / "nobody.json"
    nobody.write_text(json.dumps(content))
    run = tmp_path / "run"
    entries, error = tuned(few, by_heart[0] / "best.safetensors", run, steps=2, validation=nobody)
    assert error is None
    assert any("no people with joints to validate on" in entry.get("note", "") for entry in entries)
    assert load_checkpoint(run / "best.safetensors").card["steps"] == 2


def test_photos_that_cannot_be_opened_are_named_left_out_and_the_run_goes_on(few, tmp_path):
    folder = tmp_path / "set"
    toy.write_split(folder, "train", 4, np.random.default_rng(0))
    toy.write_split(folder, "val", 3, np.random.default_rng(1))
    for name in ("train/0001.jpg", "val/0002.jpg"):
        photo = folder / "images" / name
        photo.write_bytes(photo.read_bytes()[:200])
    assert cv2.imread(str(folder / "images" / "train" / "0001.jpg")) is None
    fields = {"train": folder / "train.json", "validation": folder / "val.json", "architecture": NETWORK}
    config = TrainConfig.model_validate({**BASE, **fields, "preset": "none", "steps": 4, "batch_size": 2})
    entries = []
    train(config, tmp_path / "run", report=entries.append)
    notes = [entry["note"] for entry in entries if "note" in entry]
    assert sum("a photo is left out (1 so far)" in note and "0001.jpg" in note for note in notes) == 1
    assert sum("validation goes on without a photo" in note and "0002.jpg" in note for note in notes) == 1
    assert any("AP" in entry for entry in entries)
