"""What a run has at a moment: weights, their average, the optimiser, the step."""

import os
from pathlib import Path

import torch
from torch import nn


class Ema:
    """A running average of the weights; batch-norm statistics are copied."""

    def __init__(self, model: nn.Module, decay: float) -> None:
        self.decay = decay
        self.updates = 0
        self.weights = {name: value.detach().clone() for name, value in model.state_dict().items()}

    @torch.no_grad()
    def update(self, model: nn.Module) -> None:
        """Take the model's weights in; the first steps average over a shorter past."""
        self.updates += 1
        decay = min(self.decay, self.updates / (self.updates + 10))
        trained = dict(model.named_parameters())
        for name, value in model.state_dict().items():
            if name in trained and trained[name].requires_grad and value.is_floating_point():
                self.weights[name].lerp_(value, 1 - decay)
            else:
                self.weights[name].copy_(value)


class RunState:
    """Everything that a resume needs; order and augmentation follow from the step and the seed."""

    def __init__(self, model: nn.Module, averaged: Ema, optimiser: torch.optim.Optimizer) -> None:
        self.model, self.averaged, self.optimiser = model, averaged, optimiser
        self.step = 0
        self.best_ap = -1.0

    def save(self, path: Path) -> None:
        """Write to a temporary file and rename it, so that `path` is whole at any moment."""
        content = {
            "step": self.step,
            "best_ap": self.best_ap,
            "model": self.model.state_dict(),
            "averaged": self.averaged.weights,
            "averaged_updates": self.averaged.updates,
            "optimiser": self.optimiser.state_dict(),
            "random": torch.get_rng_state(),
        }
        partial = path.with_suffix(".part")
        torch.save(content, partial)
        os.replace(partial, path)

    def load(self, path: Path) -> None:
        """Take a saved state over."""
        content = torch.load(path, map_location="cpu", weights_only=True)
        self.model.load_state_dict(content["model"])
        self.averaged.weights = content["averaged"]
        self.averaged.updates = content["averaged_updates"]
        self.optimiser.load_state_dict(content["optimiser"])
        self.step, self.best_ap = content["step"], content["best_ap"]
        torch.set_rng_state(content["random"])
