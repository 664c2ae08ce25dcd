"""Each system from `swahr train` to `swahr export` and `swahr video`, by a tiny network on drawn figures.

Tests of the window have the same networks: tests/app/test_every_system.py.
"""

import csv
import json
import math
import multiprocessing
import signal
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
import yaml

from swahr.config import NetworkSettings
from swahr.inference.backends import make_backend
from swahr.inference.backends.exported import open_exported
from swahr.models import load_checkpoint
from swahr_training.toy import JOINTS, write_split
from tests.tiny_systems import LOSSES, SYSTEMS

KILLED_COMMAND = Path(__file__).with_name("killed_command.py")

PHOTOS, STEPS, SAVE_EVERY, KILLED_IN = 4, 8, 3, 5
CLIP_FRAMES = 4
WITHOUT_NORMS = ("openpose", "body25")  # which learn by smaller steps
ENDED_S = 600  # in which any run ends, on a slow and busy machine too


@pytest.fixture(scope="module")
def processes():
    """Processes that start without importing everything anew: they are forks of one that has no threads yet."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        pytest.skip("this system cannot fork processes")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["swahr_training.commands", "swahr_training.loop.train"])
    return context


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """A folder with a few photos of figures and their labels."""
    folder = tmp_path_factory.mktemp("drawn")
    write_split(folder, "train", PHOTOS, np.random.default_rng(0))
    return folder


@pytest.fixture(scope="module")
def command(processes, tmp_path_factory):
    """Run `swahr` in a process of its own; give how it ended, and what it said."""

    def run(*arguments, killed_in_step=None):
        said = tmp_path_factory.mktemp("said") / "output.txt"
        said.touch()
        told = (tuple(map(str, arguments)), str(said), killed_in_step)
        # The tests are no package that another process could import.
        code = f"import runpy; runpy.run_path({str(KILLED_COMMAND)!r})['run'](*{told!r})"
        process = processes.Process(target=exec, args=(code, {}))
        process.start()
        process.join(ENDED_S)
        assert process.exitcode is not None, said.read_text()
        return SimpleNamespace(code=process.exitcode, output=said.read_text())

    return run


@pytest.fixture(scope="module", params=SYSTEMS)
def system(request, command, drawn, tmp_path_factory):
    """A system, the settings of its run, and the folder of a run that nothing disturbed."""
    folder = tmp_path_factory.mktemp(request.param)
    settings = folder / "run.yaml"
    settings.write_text(
        yaml.safe_dump(
            {
                "preset": "none",
                "train": str(drawn / "train.json"),
                "architecture": SYSTEMS[request.param],
                **({"loss": LOSSES[request.param]} if request.param in LOSSES else {}),
                "input_size": 64,
                "crops": {"input_wh": [64, 64], "scale": 0, "rotation_deg": 0},
                "augment": {"scale": [1, 1], "rotation_deg": 0, "translation": 0, "flip": 0},
                "batch_size": PHOTOS,
                "steps": STEPS,
                "learning_rate": 2e-4 if request.param in WITHOUT_NORMS else 2e-3,
                "warmup_steps": 1,
                "ema_decay": 0.5,
                "save_every": SAVE_EVERY,
                "log_every": 1,
                "tensorboard": False,
            }
        )
    )

    def train(run, *options, **ways):
        return command("train", settings, "--run", run, "--device", "cpu", "--threads", 1, *options, **ways)

    done = train(folder / "whole")
    assert done.code == 0, done.output
    return SimpleNamespace(name=request.param, folder=folder, run=folder / "whole", train=train)


def curve(run):
    entries = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    return [entry for entry in entries if "total" in entry]


def test_its_loss_falls(system):
    losses = [entry["total"] for entry in curve(system.run)]
    assert len(losses) == STEPS
    assert all(math.isfinite(loss) for loss in losses)
    assert sum(losses[-3:]) / 3 < losses[0]


def test_a_run_that_is_killed_goes_on_to_the_same_weights(system):
    broken = system.folder / "broken"
    killed = system.train(broken, killed_in_step=KILLED_IN)
    assert killed.code == -signal.SIGKILL, killed.output
    assert len(curve(broken)) == KILLED_IN - 1
    resumed = system.train(broken, "--resume")
    assert resumed.code == 0, resumed.output
    assert [entry["total"] for entry in curve(broken)] == [entry["total"] for entry in curve(system.run)]
    expected = load_checkpoint(system.run / "last.safetensors").model.state_dict()
    for name, value in load_checkpoint(broken / "last.safetensors").model.state_dict().items():
        assert torch.equal(value, expected[name]), name


def test_it_is_exported_with_the_same_maps_and_both_run_in_a_video(system, call, clips, tmp_path):
    pytest.importorskip("onnxruntime")
    checkpoint, exported = system.run / "last.safetensors", tmp_path / "network.onnx"
    done = call("export", exported, "--model", checkpoint)
    assert done.code == 0, done.errors
    settings = NetworkSettings(device="cpu", precision="float32")
    images = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    ours, theirs = (
        make_backend(network, settings.changed(backend=backend), torch.device("cpu"))(images)
        for network, backend in (
            (load_checkpoint(checkpoint), "torch"),
            (open_exported(exported), "onnxruntime"),
        )
    )
    assert len(ours) == len(theirs)
    for mine, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(other, mine, atol=2e-4 * float(mine.abs().max()), rtol=1e-3)
    clip = clips.make(tmp_path / "in.mp4", CLIP_FRAMES, size=(96, 64))
    boxes = ()
    if load_checkpoint(checkpoint).crop is not None:
        (tmp_path / "boxes.csv").write_text(
            "frame,x,y,w,h\n" + "".join(f"{frame},10,5,60,50\n" for frame in range(CLIP_FRAMES))
        )
        boxes = ("--box-file", tmp_path / "boxes.csv")
    for model, backend in ((checkpoint, "torch"), (exported, "onnxruntime")):
        output = tmp_path / f"{backend}.csv"
        done = call("video", clip, "-o", output, "--model", model, "--backend", backend, *boxes)
        assert done.code == 0, done.errors
        with output.open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert {int(row["frame"]) for row in rows} == set(range(CLIP_FRAMES))
        assert {f"{joint}_x" for joint in JOINTS} <= set(rows[0])
