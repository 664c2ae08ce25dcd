"""Several processes, started by torchrun with gloo, are one process with their batches joined."""

import json
import runpy
import subprocess
import sys
from pathlib import Path

import torch
import yaml

from swahr.models.checkpoints import load_checkpoint
from swahr_training.loop.processes import Processes

WORKER = Path(__file__).parent / "workers" / "gradient.py"
# By its own port, so that tests may run side by side.
TORCHRUN = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node"]


def run(processes, command):
    done = subprocess.run(
        [*TORCHRUN, str(processes), *command], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done


def write(path, config):
    path.write_text(yaml.safe_dump(config.model_dump(mode="json")))
    return path


def test_two_processes_give_the_gradient_of_one_with_the_joined_batch(tmp_path, tiny_config):
    config = tiny_config(batch_size=4, clip_norm=1e9, sync_norms=True)
    # Norms see a batch at a time, so with accumulation one process has to take the same ones.
    whole = {accumulate: config.model_copy(update={"accumulate": accumulate}) for accumulate in (1, 2)}
    files = {accumulate: tmp_path / f"two_{accumulate}.pt" for accumulate in whole}
    command = [WORKER]
    for accumulate, each in whole.items():
        halves = each.model_copy(update={"batch_size": 2})
        command += [write(tmp_path / f"two_{accumulate}.yaml", halves), files[accumulate]]
    run(2, command)
    for accumulate, each in whole.items():
        one = runpy.run_path(str(WORKER))["take_step"](each, Processes(0, 1, torch.device("cpu")))
        two = torch.load(files[accumulate], weights_only=True)
        assert one["gradients"].keys() == two["gradients"].keys()
        for kind, tolerance in (("gradients", 1e-5), ("statistics", 1e-9)):
            for name, expected in one[kind].items():
                difference = (two[kind][name] - expected).abs().max()
                assert difference <= tolerance * expected.abs().max() + 1e-12, (accumulate, name)


DRAWS = {
    "backbone": {"kind": "movenet", "grouping_width": 8, "grouping_blocks": 1},
    "head": {"width": 8, "blocks": 0},
}


def test_a_run_of_two_processes_is_written_by_the_first_and_goes_on_as_if_never_stopped(
    tmp_path, tiny_config, figures
):
    """Its network draws random numbers as it trains, others in each process."""
    source = {"images": figures / "images", "labels": figures / "keypoints.json"}
    config = write(
        tmp_path / "run.yaml",
        tiny_config(
            architecture=DRAWS,
            sync_norms=True,
            batch_size=1,
            steps=4,
            save_every=2,
            schedule="constant",  # does not depend on how many steps there will be
            validation=source,
        ),
    )

    def train(folder, *options):
        # After --, as torchrun takes --run for its own --run-path.
        command = ["-m", "--", "swahr", "train", config, "--run", tmp_path / folder]
        return run(2, [*command, "--device", "cpu", "--threads", "1", *options])

    first = train("run", "--set", "steps=2")
    assert first.stdout.count("step 2/2") == 1
    train("run", "--resume")
    train("whole")
    weights, whole = (
        load_checkpoint(tmp_path / name / "last.safetensors").model.state_dict() for name in ("run", "whole")
    )
    assert all(torch.equal(value, whole[name]) for name, value in weights.items())
    entries = [json.loads(line) for line in (tmp_path / "run" / "log.jsonl").read_text().splitlines()]
    assert [entry["step"] for entry in entries if "total" in entry] == [1, 2, 3, 4]
    assert [entry["step"] for entry in entries if "AP" in entry] == [2, 4]
    assert (tmp_path / "run" / "best.safetensors").exists()
