"""The processes of a run: one alone, or those that torchrun started."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar, cast

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from swahr.errors import SwahrError
from swahr_training.loop.sync_norm import synchronise_norms

Value = TypeVar("Value")

# The others wait while the first one evaluates.
PATIENCE = timedelta(hours=2)


@dataclass(frozen=True)
class Processes:
    """Which of how many processes this is, and its device. Rank 0 alone writes and reports."""

    rank: int
    count: int
    device: torch.device

    @property
    def first(self) -> bool:
        """Whether this process writes and reports."""
        return self.rank == 0

    def share(self, model: nn.Module, sync_norms: bool) -> nn.Module:
        """Return the network as it is trained: gradients are averaged over the processes."""
        if self.count == 1:
            return model
        if sync_norms:
            synchronise_norms(model, self.device)
        ids = [self.device.index] if self.device.type == "cuda" else None
        return DistributedDataParallel(model, device_ids=ids)

    def all_true(self, flag: bool | Tensor) -> bool:
        """Whether the flag is true in all processes."""
        if self.count == 1:
            return bool(flag)
        both = torch.as_tensor(flag, dtype=torch.int32, device=self.device).reshape(1)
        dist.all_reduce(both, dist.ReduceOp.MIN)
        return bool(both)

    def mean(self, values: Tensor) -> Tensor:
        """Return the mean over all processes."""
        if self.count > 1:
            values = values.clone()
            dist.all_reduce(values)
        return values / self.count

    def gather(self, names: list[str]) -> list[str]:
        """Return the names of all processes, by rank."""
        if self.count == 1:
            return names
        parts: list[list[str]] = [[] for _ in range(self.count)]
        dist.all_gather_object(parts, names)
        return [name for part in parts for name in part]

    def from_first(self, make: Callable[[], Value]) -> Value:
        """Return in all processes what `make` returns in the first: other machines need not see its files."""
        values = [make() if self.first else None]
        if self.count > 1:
            dist.broadcast_object_list(values, src=0, device=self.device)
        return cast(Value, values[0])

    def wait(self) -> None:
        """Return when all processes have come here."""
        if self.count > 1:
            dist.barrier()


@contextmanager
def joined(device: str) -> Iterator[Processes]:
    """Join the processes that torchrun started, with NCCL on GPUs and gloo on CPUs; alone without torchrun.

    device: "cpu", "cuda" or "cuda:N"; under torchrun each process takes the GPU of its local rank.
    """
    count = int(os.environ.get("WORLD_SIZE", "1"))
    if count == 1:
        yield Processes(0, 1, torch.device(device))
        return
    chosen = torch.device(device)
    if chosen.type == "cuda":
        local = int(os.environ["LOCAL_RANK"])
        if local >= torch.cuda.device_count():
            raise SwahrError(
                f"torchrun started process {local} on this machine, which has {torch.cuda.device_count()} GPUs; "
                "let it start one process for each GPU"
            )
        chosen = torch.device("cuda", local)
        torch.cuda.set_device(chosen)
    dist.init_process_group("nccl" if chosen.type == "cuda" else "gloo", timeout=PATIENCE)
    yield Processes(dist.get_rank(), count, chosen)
    dist.destroy_process_group()  # after an error it could wait for processes that are still at work
