"""One of the processes of a test, started by torchrun: takes a step of each run; the first one saves what it learnt.

gradient.py CONFIG OUT [CONFIG OUT ...]
"""

import sys
from pathlib import Path

import torch

from swahr.pose.skeleton import COCO_17
from swahr_training.config import load_config
from swahr_training.loop.processes import joined
from swahr_training.loop.schedule import parameter_groups
from swahr_training.loop.start import start_model
from swahr_training.loop.state import Ema, RunState
from swahr_training.loop.stepping import TrainingStep
from swahr_training.loop.train import load_batches, load_training_data, make_loader


def take_step(config, processes):
    """Return gradients and norm statistics after one step, in float64, so that rounding explains nothing."""
    torch.manual_seed(config.seed)
    model = start_model(config, COCO_17, lambda _: None).double()
    optimiser = torch.optim.AdamW(parameter_groups(model, config))
    state = RunState(model, Ema(model, 0.9), optimiser, torch.amp.GradScaler("cpu", enabled=False))
    shared = processes.share(model, config.sync_norms)
    step = TrainingStep(config, state, shared, shared, processes)
    step.normalise.scale, step.normalise.shift = step.normalise.scale.double(), step.normalise.shift.double()
    model.train()
    loader = make_loader(config, load_training_data(config), processes)
    terms, bad = step(load_batches(config, loader, 0, processes.device))
    assert terms, bad
    return {
        "gradients": {name: parameter.grad for name, parameter in model.named_parameters()},
        "statistics": dict(model.named_buffers()),
    }


def main():
    torch.set_num_threads(1)
    with joined("cpu") as processes:
        for config, out in zip(sys.argv[1::2], sys.argv[2::2], strict=True):
            learnt = take_step(load_config(Path(config)), processes)
            if processes.first:
                torch.save(learnt, out)
            processes.wait()


if __name__ == "__main__":
    main()
