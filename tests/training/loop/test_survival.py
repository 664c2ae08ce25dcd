"""Runs that are killed, and runs without room on the disk: real processes."""

import json
import random
import resource
import signal
import subprocess
import sys
import time

import pytest
import torch
import yaml

from swahr.models import load_checkpoint
from swahr_training.loop.state import read_state
from tests.tiny_systems import SYSTEMS

# Of a log entry, what depends on how fast the machine is.
TIMES = ("photos_per_s", "waiting", "seconds_left")
# Settings by which another kind of network is trained.
KINDS = {
    "bottom-up": {},
    "top-down": {
        "architecture": SYSTEMS["simple-baselines"],
        "crops": {"input_wh": (64, 64)},
        "loss": "crop_kl",
    },
}


def command_of(folder, config, *options):
    file = folder.parent / "run.yaml"
    file.write_text(yaml.safe_dump(config.model_dump(mode="json")))
    return ("train", file, "--run", folder, "--device", "cpu", "--threads", "1", *options)


def start(folder, config, *options, **settings):
    command = [sys.executable, "-m", "swahr", *map(str, command_of(folder, config, *options))]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **settings)


@pytest.fixture
def undisturbed(call):
    """Run or resume a training in this process, to its end: a process of its own imports for seconds."""

    def run(folder, config, *options):
        done = call(*command_of(folder, config, *options))
        assert done.code == 0, done.errors

    return run


def curve(folder):
    entries = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    return [
        {name: value for name, value in entry.items() if name not in TIMES}
        for entry in entries
        if "total" in entry
    ]


def measured(folder):
    entries = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    return [entry for entry in entries if "AP" in entry]


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_that_is_killed_again_and_again_has_the_curve_of_one_that_was_not(
    tmp_path, tiny_config, figures, undisturbed, kind
):
    source = {"images": figures / "images", "labels": figures / "keypoints.json"}
    config = tiny_config(
        steps=24,
        save_every=2,
        accumulate=2,
        tensorboard=False,
        validation=source,
        evaluate_every=8,
        **KINDS[kind],
    )
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    whole, broken = tmp_path / "a" / "run", tmp_path / "b" / "run"
    undisturbed(whole, config)
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    log = broken / "log.jsonl"
    for _ in range(3):
        process = start(broken, config, *(["--resume"] if broken.exists() else []))
        before = len(log.read_bytes()) if log.exists() else 0
        # Killed at any moment from the first step of this part on: within a step, or within a checkpoint.
        while process.poll() is None and not (log.exists() and len(log.read_bytes()) != before):
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.4))
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert len(curve(broken)) < config.steps, "it was killed in the midst"
    undisturbed(broken, config, "--resume")
    assert curve(broken) == curve(whole)
    assert measured(broken) == measured(whole)
    for file in ("last.safetensors", "best.safetensors"):
        ended, expected = load_checkpoint(broken / file), load_checkpoint(whole / file)
        assert ended.card == expected.card
        weights = expected.model.state_dict()
        for name, value in ended.model.state_dict().items():
            assert torch.equal(value, weights[name]), name
    assert not list(broken.glob("*.part"))


@pytest.mark.parametrize("kept", ["last.pt", "last.safetensors"])
def test_a_full_disk_stops_in_one_line_and_leaves_the_last_checkpoint_whole(
    tmp_path, tiny_config, undisturbed, kept
):
    config = tiny_config(steps=4, save_every=2, tensorboard=False)
    run = tmp_path / "run"
    undisturbed(run, config, "--set", "steps=2")
    before = {name: (run / name).read_bytes() for name in ("last.pt", "last.safetensors")}
    room = len(before[kept]) - 1000  # so it is this file that does not fit

    def no_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    process = start(run, config, "--resume", preexec_fn=no_room)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 2, errors
    assert errors.count("\n") == 1
    assert "no room to write" in errors
    assert "the last checkpoint is whole" in errors
    assert "--resume" in errors
    assert (run / "last.pt").read_bytes() == before["last.pt"]
    assert not list(run.glob("*.part"))
    undisturbed(run, config, "--resume")
    assert [entry["step"] for entry in curve(run)] == [1, 2, 3, 4]


@pytest.mark.parametrize(("asked_by", "code"), [(signal.SIGTERM, -signal.SIGTERM), (signal.SIGINT, 130)])
def test_a_run_that_is_asked_to_end_saves_first_and_goes_on_as_if_never_stopped(
    tmp_path, tiny_config, undisturbed, asked_by, code
):
    config = tiny_config(steps=60, save_every=60, tensorboard=False)
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    whole, broken = tmp_path / "a" / "run", tmp_path / "b" / "run"
    undisturbed(whole, config)
    process = start(broken, config)
    log = broken / "log.jsonl"
    while process.poll() is None and not (log.exists() and curve(broken)):
        time.sleep(0.005)
    process.send_signal(asked_by)
    output, errors = process.communicate(timeout=120)
    assert process.returncode == code, errors
    assert "it can be resumed" in output
    step = read_state(broken / "last.pt")["step"]
    assert 0 < step < 60
    assert curve(broken)[-1]["step"] == step
    undisturbed(broken, config, "--resume")
    assert curve(broken) == curve(whole)
    weights = load_checkpoint(whole / "last.safetensors").model.state_dict()
    for name, value in load_checkpoint(broken / "last.safetensors").model.state_dict().items():
        assert torch.equal(value, weights[name]), name


def test_a_run_that_is_asked_to_end_before_its_first_step_ends_at_once(tmp_path, tiny_config):
    process = start(tmp_path / "run", tiny_config(steps=30, tensorboard=False))
    time.sleep(0.3)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=120)
    assert process.returncode == -signal.SIGTERM
    assert not (tmp_path / "run" / "last.pt").exists()
