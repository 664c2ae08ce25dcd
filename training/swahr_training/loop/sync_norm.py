"""Batch norm whose statistics are those of all processes' batches together."""

from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn


def synchronise_norms(model: nn.Module, device: torch.device) -> None:
    """Exchange all batch norms of `model`, in place; the names and the weights stay.

    On a GPU they become torch's own, which refuses tensors on the CPU; there they become `SyncNorm`.
    """
    for module in model.modules():
        for name, child in module.named_children():
            if type(child) is nn.BatchNorm2d:
                if device.type == "cuda":
                    theirs = nn.SyncBatchNorm.convert_sync_batchnorm(child)  # type: ignore[no-untyped-call]
                    setattr(module, name, theirs)
                else:
                    child.__class__ = SyncNorm  # it holds nothing of its own


class SyncNorm(nn.BatchNorm2d):
    """Batch norm over the batches of all processes, which are of one size."""

    def forward(self, x: Tensor) -> Tensor:
        """Normalise [B, C, H, W]."""
        if not self.training:
            return super().forward(x)
        assert self.running_mean is not None
        assert self.running_var is not None
        assert self.num_batches_tracked is not None
        wide = x.float() if x.dtype in (torch.float16, torch.bfloat16) else x
        # Two passes: the difference of large squares would lose what a small variance is made of.
        mean = _mean_over_processes(wide.mean((0, 2, 3)))
        centred = wide - mean[:, None, None]
        variance = _mean_over_processes(centred.square().mean((0, 2, 3)))
        with torch.no_grad():
            self.num_batches_tracked += 1
            momentum = self.momentum if self.momentum is not None else 1 / float(self.num_batches_tracked)
            count = x.numel() / x.shape[1] * dist.get_world_size()
            self.running_mean.lerp_(mean, momentum)
            self.running_var.lerp_(variance * count / max(1.0, count - 1), momentum)
        scale = self.weight * (variance + self.eps).rsqrt()
        normalised: Tensor = centred * scale[:, None, None] + self.bias[:, None, None]
        return normalised.to(x.dtype)


def _mean_over_processes(value: Tensor) -> Tensor:
    total: Tensor = _SumOverProcesses.apply(value)  # type: ignore[no-untyped-call]
    return total / dist.get_world_size()


class _SumOverProcesses(torch.autograd.Function):
    """The sum over all processes; so is its gradient, as every process's loss depends on it."""

    @staticmethod
    def forward(ctx: Any, value: Tensor) -> Tensor:
        total = value.clone()
        dist.all_reduce(total)
        return total

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        total = gradient.clone()
        dist.all_reduce(total)
        return total
