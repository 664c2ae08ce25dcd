"""Batch norm that keeps the statistics it started with."""

from collections.abc import Container

from torch import nn
from typing_extensions import Self


class FrozenNorm(nn.BatchNorm2d):
    """Normalises by its running statistics in training too, and leaves them; scale and shift still learn.

    The statistics of a batch of few photos are those photos' own, and a network that is trained by them is another one
    than that which is used.
    """

    def train(self, mode: bool = True) -> Self:
        """Stay as in evaluation."""
        del mode
        return super().train(False)


def freeze_norms(model: nn.Module, reused: Container[str]) -> int:
    """Freeze the batch norms whose statistics are among the weights `reused`, in place. Returns how many."""
    count = 0
    for name, module in model.named_modules():
        if type(module) is nn.BatchNorm2d and f"{name}.running_mean" in reused:
            module.__class__ = FrozenNorm  # it holds nothing of its own
            module.train(False)
            count += 1
    return count
