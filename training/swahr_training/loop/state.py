"""What a run has at a moment: weights, their average, the optimiser, the step."""

import io
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from swahr.errors import SwahrError
from swahr.models.weight_files import read_weight_file
from swahr_training.loop.files import write_atomically
from swahr_training.loop.watch import Watch


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
        trained = {name for name, parameter in model.named_parameters() if parameter.requires_grad}
        moving: tuple[list[Tensor], list[Tensor]] = ([], [])
        copied: tuple[list[Tensor], list[Tensor]] = ([], [])
        for name, value in model.state_dict().items():
            into = moving if name in trained and value.is_floating_point() else copied
            into[0].append(self.weights[name])
            into[1].append(value)
        if moving[0]:
            torch._foreach_lerp_(moving[0], moving[1], 1 - decay)
        if copied[0]:
            torch._foreach_copy_(copied[0], copied[1])


class RunState:
    """Everything that a resume needs; order, augmentation and random numbers follow from the step and the seed.

    keeps_start: whether the weights that the run begins with are kept, to be mixed with what is learnt.
    """

    def __init__(
        self,
        model: nn.Module,
        averaged: Ema,
        optimiser: torch.optim.Optimizer,
        scaler: torch.amp.GradScaler,
        keeps_start: bool = False,
    ) -> None:
        self.model, self.averaged, self.optimiser, self.scaler = model, averaged, optimiser, scaler
        weights = model.state_dict() if keeps_start else {}
        self._start = {name: value.clone() for name, value in weights.items()}
        self.step = 0
        self.watch = Watch()
        self.bad_in_a_row = 0

    def learnt(self, averaged: bool, start_part: float) -> dict[str, Tensor]:
        """Return the weights that are worth keeping.

        Mixed with the start's they keep more of what it knew beside what was learnt (Wortsman et al., Robust
        fine-tuning of zero-shot models, CVPR 2022, section 3).

        Args:
            averaged: whether to take their running average.
            start_part: how much of the start is in them; more than 0 needs `keeps_start`.
        """
        weights = dict(self.averaged.weights if averaged else self.model.state_dict())
        if start_part == 0:
            return weights
        return {
            name: torch.lerp(value, self._start[name], start_part) if value.is_floating_point() else value
            for name, value in weights.items()
        }

    def save(self, path: Path) -> None:
        """Write to a temporary file and rename it, so that `path` is whole at any moment."""
        content = {
            "step": self.step,
            "watch": self.watch.state(),
            "bad_in_a_row": self.bad_in_a_row,
            "model": self.model.state_dict(),
            "averaged": self.averaged.weights,
            "averaged_updates": self.averaged.updates,
            "optimiser": self.optimiser.state_dict(),
            "scaler": self.scaler.state_dict(),
        }
        # By memory: torch's own writer ends the process where the disk is full.
        buffer = io.BytesIO()
        torch.save(content, buffer)
        write_atomically(path, buffer.getbuffer())

    def load(self, content: dict[str, Any], path: Path) -> None:
        """Take a saved state over.

        Args:
            content: as `read_state` gave it.
            path: where it was read, for messages.

        Raises:
            SwahrError: where it does not fit.
        """
        try:
            self.model.load_state_dict(content["model"])
            for name, value in self.averaged.weights.items():
                value.copy_(content["averaged"][name])
            self.averaged.updates = content["averaged_updates"]
            self.optimiser.load_state_dict(content["optimiser"])
            if content["scaler"] and self.scaler.is_enabled():
                self.scaler.load_state_dict(content["scaler"])
            self.step = content["step"]
            # A state of an earlier version has the best AP alone.
            self.watch.load(content.get("watch") or Watch(best_ap=content["best_ap"]).state())
            self.bad_in_a_row = content["bad_in_a_row"]
        except (KeyError, RuntimeError, ValueError) as error:
            lacks = f"it lacks {error.args[0]}" if isinstance(error, KeyError) else str(error)
            reason = " ".join(lacks.split())[:200]
            if "state_dict" in reason:  # which torch tells layer by layer
                reason = "they make another network: of other joints, or other parts"
            raise SwahrError(
                f"{path} does not fit these settings ({reason}); resume with those of the run "
                f"({path.parent / 'config.yaml'}), or start anew in another folder"
            ) from error


def read_state(path: Path) -> dict[str, Any]:
    """Return what `RunState.save` wrote. Raises SwahrError where the file is damaged."""
    content, _ = read_weight_file(path)
    if not isinstance(content, dict) or "optimiser" not in content:
        raise SwahrError(f"{path} holds no state of a run; start anew in another folder")
    return content
