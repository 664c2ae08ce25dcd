"""The loop: what a run leaves, that a resumed run is the same run, and what stops it."""

import json
import subprocess
import sys

import pytest
import torch
import yaml

from swahr.errors import BusyError, SwahrError
from swahr.inference.estimator import PoseEstimator
from swahr.models import load_checkpoint
from swahr_training.config import load_config
from swahr_training.loop.schedule import learning_rate, parameter_groups
from swahr_training.loop.state import Ema
from swahr_training.loop.train import train


class StopError(Exception):
    """Raised by a report to break a run off, as a killed process would."""


def curve(entries):
    """Return the lines of a report that say how the loss is."""
    return [entry for entry in entries if "total" in entry]


def run_weights(folder):
    return load_checkpoint(folder / "last.safetensors").model.state_dict()


pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.mark.parametrize("precision", ["float32", "float16"])
def test_a_resumed_run_ends_with_the_weights_of_an_undisturbed_one(tmp_path, tiny_config, precision):
    # float16 has a gradient scaler to go on with, and is slow on a CPU.
    config = tiny_config(precision=precision, batch_size=1)
    whole = []
    train(config, tmp_path / "whole", report=whole.append)

    def stop_after_the_checkpoint(entry):
        if entry["step"] == 5:  # two steps after the checkpoint: these are lost and done again
            raise StopError

    with pytest.raises(StopError):
        train(config, tmp_path / "broken", report=stop_after_the_checkpoint)
    resumed = []
    train(config, tmp_path / "broken", resume=True, report=resumed.append)
    assert [entry["step"] for entry in curve(resumed)] == [4, 5, 6]
    losses = {entry["step"]: entry["total"] for entry in curve(whole)}
    assert [entry["total"] for entry in curve(resumed)] == [losses[step] for step in (4, 5, 6)]
    expected = run_weights(tmp_path / "whole")
    for name, value in run_weights(tmp_path / "broken").items():
        assert torch.equal(value, expected[name]), name


@pytest.mark.parametrize("kind", ["mse", "sahr", "wahr", "swahr"])
def test_every_loss_trains_and_the_loss_falls(tmp_path, tiny_config, kind):
    entries = []
    config = tiny_config(loss={"kind": kind}, steps=30, learning_rate=5e-3, save_every=30, batch_size=4)
    train(config, tmp_path / kind, report=entries.append)
    first, last = curve(entries)[0]["heatmap"], curve(entries)[-1]["heatmap"]
    assert last < 0.5 * first


def test_a_run_leaves_config_log_and_weights_that_the_estimator_takes(tmp_path, tiny_config, figures):
    source = {"images": figures / "images", "labels": figures / "keypoints.json"}
    config = tiny_config(validation=source, precision="bfloat16", steps=3)
    entries = []
    train(config, tmp_path / "run", report=entries.append)
    run = tmp_path / "run"
    assert yaml.safe_load((run / "config.yaml").read_text())["input_size"] == 64
    logged = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    assert logged == entries
    assert {"heatmap", "scale", "push", "pull", "photos_per_s", "waiting", "seconds_left"} <= curve(logged)[
        0
    ].keys()
    assert 0 <= logged[-2]["AP"] <= 1
    assert "best" in logged[-1]["note"]  # and its AP, or that three steps find nobody
    assert not list(run.glob("*.part"))
    estimator = PoseEstimator.from_pretrained(run / "best.safetensors", "cpu", input_size=64)
    assert estimator.skeleton.num_joints == 17


def test_a_run_folder_is_not_overwritten_and_resume_needs_one(tmp_path, tiny_config):
    with pytest.raises(SwahrError, match=r"no last\.pt"):
        train(tiny_config(), tmp_path / "none", resume=True)
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "last.pt").touch()
    with pytest.raises(SwahrError, match="holds a run already"):
        train(tiny_config(), tmp_path / "run")


def test_a_run_that_has_ended_says_so_when_it_is_resumed_and_stays_as_it_is(tmp_path, tiny_config):
    config, entries = tiny_config(steps=2), []
    train(config, tmp_path / "run", report=lambda _: None)
    before = run_weights(tmp_path / "run")
    train(config, tmp_path / "run", resume=True, report=entries.append)
    assert entries[0]["note"].startswith("this run has ended, with step 2: nothing more is learnt")
    after = run_weights(tmp_path / "run")
    assert all(torch.equal(value, before[name]) for name, value in after.items())


def test_what_is_learnt_where_nothing_is_labelled_is_said(tmp_path, tiny_config, figures):
    content = json.loads((figures / "keypoints.json").read_text())
    absent = 0
    for person in content["annotations"]:
        labelled = [value > 0 for value in person["keypoints"][2::3]]
        if sum(labelled) > 1 and not person.get("iscrowd") and not absent:
            person["keypoints"][2] = 0  # of joint 0, which others have
            absent = 1 + labelled.count(False)
    (tmp_path / "labels.json").write_text(json.dumps(content))
    source = {"images": figures / "images", "labels": tmp_path / "labels.json"}

    def said(**changes):
        entries = []
        config = tiny_config(train=[source], steps=1, tensorboard=False, **changes)
        train(config, tmp_path / f"run{len(changes)}", report=entries.append)
        return [entry["note"] for entry in entries if "background" in entry.get("note", "")]

    (note,) = said()
    assert note.startswith(
        "what has no label is learnt as background: people, and 1 joints of those labelled"
    )
    (note,) = said(unlabelled="unknown")
    assert note.startswith("people without labels are learnt as background")


def test_a_run_that_cannot_be_written_is_one_line(tmp_path, tiny_config):
    (tmp_path / "file").touch()
    with pytest.raises(SwahrError, match=r"cannot be made or written .*run="):
        train(tiny_config(), tmp_path / "file" / "run", report=lambda _: None)


def test_the_state_of_a_run_is_not_taken_for_weights(tmp_path, tiny_config):
    train(tiny_config(steps=1, tensorboard=False), tmp_path / "run", report=lambda _: None)
    with pytest.raises(SwahrError, match=r"the state of a training run.*best\.safetensors"):
        load_checkpoint(tmp_path / "run" / "last.pt")


def test_steps_that_are_not_finite_are_named_and_left_out_and_too_many_stop_the_run(tmp_path, tiny_config):
    entries = []
    config = tiny_config(learning_rate=1e30, warmup_steps=0, steps=20, stop_after_bad=3, save_every=50)
    with pytest.raises(SwahrError, match=r"not finite; photos: \d\.png, \d\.png \(3 steps in a row"):
        train(config, tmp_path / "run", report=entries.append)
    notes = [entry["note"] for entry in entries if "left out" in entry.get("note", "")]
    assert len(notes) == 3
    assert all(".png" in note for note in notes)


def test_frozen_parts_keep_their_weights(tmp_path, tiny_config):
    config = tiny_config(rate_factors={"backbone": 0, "backbone.layer4": 0.5}, steps=2, ema_decay=0.0)
    torch.manual_seed(config.seed)
    start = config.architecture.build()
    start.initialise()
    groups = parameter_groups(start, config)
    assert sorted(group["factor"] for group in groups) == [0.5, 1.0]
    before = {name: value.clone() for name, value in start.state_dict().items()}
    train(config, tmp_path / "run", report=lambda _: None)
    after = run_weights(tmp_path / "run")
    assert torch.equal(after["backbone.conv1.weight"], before["backbone.conv1.weight"])
    assert not torch.equal(after["head.final_layers.1.weight"], before["head.final_layers.1.weight"])


def test_kept_heatmaps_keep_their_rows_to_the_last_bit(tmp_path, tiny_config):
    config = tiny_config(keep_first_heatmaps=True, weight_decay=0.5, steps=3, ema_decay=0.0)
    torch.manual_seed(config.seed)
    start = config.architecture.build()
    start.initialise()
    before = start.state_dict()["head.final_layers.0.weight"].clone()
    train(config, tmp_path / "run", report=lambda _: None)
    after = run_weights(tmp_path / "run")["head.final_layers.0.weight"]
    assert torch.equal(after[:17], before[:17])
    assert not torch.equal(after[17:], before[17:])


def test_a_run_starts_from_a_checkpoint(tmp_path, tiny_config):
    train(tiny_config(steps=2), tmp_path / "first", report=lambda _: None)
    start = tmp_path / "first" / "last.safetensors"
    still = tiny_config(start_from=start, steps=1, warmup_steps=0, learning_rate=1e-12, ema_decay=0.0)
    train(still, tmp_path / "second", report=lambda _: None)
    expected = run_weights(tmp_path / "first")
    name = "backbone.layer2.0.conv1.weight"
    torch.testing.assert_close(run_weights(tmp_path / "second")[name], expected[name])


def test_the_rate_warms_up_and_falls_to_nothing(tiny_config):
    for schedule in ("cosine", "linear"):
        config = tiny_config(steps=100, warmup_steps=10, learning_rate=1.0, schedule=schedule)
        assert learning_rate(config, 0) == pytest.approx(0.1)
        assert learning_rate(config, 10) == pytest.approx(1.0)
        assert learning_rate(config, 55) == pytest.approx(0.5)
        assert learning_rate(config, 100) == pytest.approx(0.0)


def test_averaged_weights_follow_the_weights():
    model = torch.nn.Linear(1, 1)
    averaged = Ema(model, decay=0.9)
    target = model.weight.detach() + 1
    with torch.no_grad():
        model.weight.copy_(target)
    for _ in range(200):
        averaged.update(model)
    torch.testing.assert_close(averaged.weights["weight"], target)


def test_wrong_settings_are_named(tmp_path):
    file = tmp_path / "run.yaml"
    file.write_text("train: [{images: a}]\nsteps: -1\nloss: {kind: l2}\nextra: 1\n")
    with pytest.raises(SwahrError) as caught:
        load_config(file)
    for name in ("steps", "loss.kind", "extra"):
        assert name in str(caught.value)
    file.write_text("train: [{images: a}]\nsteps: 5\n")
    assert load_config(file, {"loss.kind": "mse", "steps": 7}).loss.kind == "mse"


def test_the_command_trains_and_evaluates(tmp_path, tiny_config, figures):
    config = tmp_path / "run.yaml"
    config.write_text(yaml.safe_dump(tiny_config(steps=2).model_dump(mode="json")))
    run = tmp_path / "run"
    swahr = [sys.executable, "-m", "swahr"]
    done = subprocess.run(
        [*swahr, "train", config, "--run", run, "--device", "cpu", "--set", "seed=3"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "step 2/2" in done.stdout
    assert yaml.safe_load((run / "config.yaml").read_text())["seed"] == 3
    labels, images = figures / "keypoints.json", figures / "images"
    done = subprocess.run(
        [*swahr, "eval", run, "--images", images, "--labels", labels, "--device", "cpu", "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "AP50" in json.loads(done.stdout)
    again = subprocess.run(
        [*swahr, "train", config, "--run", run, "--device", "cpu"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert again.returncode == 2
    assert again.stderr.count("\n") == 1
    assert "holds a run already" in again.stderr


def test_photos_drawn_by_torch_train_as_those_drawn_by_cv2(tmp_path, tiny_config):
    curves = []
    for place in ("cpu", "device"):
        entries = []
        train(tiny_config(draw_on=place, tensorboard=False), tmp_path / place, report=entries.append)
        curves.append([entry["heatmap"] for entry in curve(entries)])
    assert curves[1] == pytest.approx(curves[0], rel=0.1)


def test_a_damaged_state_and_one_of_another_network_are_refused(tmp_path, tiny_config):
    config = tiny_config(steps=1, tensorboard=False)
    train(config, tmp_path / "run", report=lambda _: None)
    wider = config.architecture.changed(backbone=config.architecture.backbone.changed(width=8))
    settings = (tmp_path / "run" / "config.yaml").read_bytes()
    with pytest.raises(SwahrError, match=r"last\.pt does not fit these settings .*config\.yaml"):
        train(config.model_copy(update={"architecture": wider}), tmp_path / "run", resume=True)
    assert (tmp_path / "run" / "config.yaml").read_bytes() == settings
    last = tmp_path / "run" / "last.pt"
    last.write_bytes(last.read_bytes()[:-2000])
    with pytest.raises(SwahrError, match=r"last\.pt is cut off"):
        train(config, tmp_path / "run", resume=True)


@pytest.mark.parametrize("resume", [False, True])
def test_a_folder_where_a_run_trains_takes_no_second_one(tmp_path, tiny_config, resume):
    config = tiny_config(steps=2, tensorboard=False)
    refused = []

    def train_there_too(entry):
        if entry.get("step") == 1:
            with pytest.raises(
                BusyError, match="another run trains there; wait for it, or choose another"
            ) as error:
                train(config, tmp_path / "run", resume=resume)
            refused.append(error)

    train(config, tmp_path / "run", report=train_there_too)
    assert refused
    assert not (tmp_path / "run" / "run.lock").exists()


def test_a_run_that_is_refused_leaves_no_folder(tmp_path, tiny_config):
    with pytest.raises(SwahrError, match=r"holds no last\.pt"):
        train(tiny_config(), tmp_path / "run", resume=True)
    assert not (tmp_path / "run").exists()
