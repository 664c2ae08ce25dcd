"""One step of the optimiser: forward, loss, backward, clipping, update."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from swahr_training.config import TrainConfig
from swahr_training.loop.processes import Processes
from swahr_training.loop.schedule import learning_rate, rate_of
from swahr_training.loop.state import RunState
from swahr_training.losses import LossTerms
from swahr_training.systems.base import TrainingBatch, system_of

PRECISIONS = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}

MIN_SCALE = 1.0  # of the float16 loss: a gradient that is not finite without any scale is no overflow of it


class Result(NamedTuple):
    """What a step did. terms: of each batch; none where nothing was learnt, and then `bad` says why."""

    terms: list[LossTerms]
    bad: str = ""


class TrainingStep:
    """Runs steps.

    shared: the model, maybe joined with those of other processes; network: the same, maybe compiled. rate: of a step;
    None for the schedule of the settings.
    """

    def __init__(
        self,
        config: TrainConfig,
        state: RunState,
        shared: nn.Module,
        network: Callable[[Tensor], Any],
        processes: Processes,
        rate: Callable[[int], float] | None = None,
    ) -> None:
        self.config, self.state, self.processes = config, state, processes
        self.rate = partial(learning_rate, config) if rate is None else rate
        self.shared, self.network = shared, network
        self.loss_of = config.loss.build()
        self.normalise = Normalise(config, processes.device)
        self.parameters = [p for group in state.optimiser.param_groups for p in group["params"]]
        # What a forward pass changes: norm statistics, which a batch that is not finite would spoil for good.
        self.statistics = list(state.model.buffers())

    def __call__(self, batches: Iterator[TrainingBatch]) -> Result:
        """Take `accumulate` batches and update the weights once.

        Where a loss or the gradient is not finite, they are left as they were. A float16 gradient beyond its range is
        common as long as the scaler can lower its factor; then the weights are left as they were, too.
        """
        optimiser, scaler = self.state.optimiser, self.state.scaler
        for group in optimiser.param_groups:
            group["lr"] = rate_of(group, self.rate, self.state.step)
        torch.manual_seed(seed_of(self.config.seed, self.state.step, self.processes.rank))
        optimiser.zero_grad(set_to_none=True)
        before = [value.clone() for value in self.statistics]
        learnt: list[LossTerms] = []
        names: list[str] = []
        for part in range(1, self.config.accumulate + 1):
            batch = next(batches)
            names += batch.names
            terms = self._forward(batch, last=part == self.config.accumulate)
            # Processes that share a backward pass have to leave it out together.
            if not self.processes.all_true(torch.isfinite(terms.total)):
                for _ in range(part, self.config.accumulate):
                    next(batches)
                own = [] if torch.isfinite(terms.total) else batch.names
                return self._nothing_learnt("loss", self.processes.gather(own), before)
            scaler.scale(terms.total / self.config.accumulate).backward()  # type: ignore[no-untyped-call]
            learnt.append(terms)
        scaler.unscale_(optimiser)
        norm = nn.utils.clip_grad_norm_(self.parameters, self.config.clip_norm, foreach=True)
        can_lower = scaler.is_enabled() and scaler.get_scale() > MIN_SCALE
        # The gradients are the same in all processes, and so is their norm.
        if not can_lower and not torch.isfinite(norm):
            if scaler.is_enabled():
                scaler.update(MIN_SCALE)
            return self._nothing_learnt("gradient", self.processes.gather(names), before)
        scaler.step(optimiser)
        scaler.update()
        return Result(learnt)

    def _forward(self, batch: TrainingBatch, last: bool) -> LossTerms:
        device, precision = self.processes.device, PRECISIONS[self.config.precision]
        # Gradients travel between processes once a step, with the last batch.
        keep = isinstance(self.shared, DistributedDataParallel) and not last
        sharing = self.shared.no_sync() if keep else nullcontext()  # type: ignore[operator]
        with sharing, torch.autocast(device.type, precision, enabled=precision != torch.float32):
            outputs = self.network(self.normalise(batch.images))
        return batch.compared(self.loss_of, outputs)

    @torch.no_grad()
    def _nothing_learnt(self, what: str, photos: list[str], before: list[Tensor]) -> Result:
        for statistic, value in zip(self.statistics, before, strict=True):
            statistic.copy_(value)
        self.state.optimiser.zero_grad(set_to_none=True)
        return Result([], f"{what} not finite; photos: {', '.join(photos)}")


def seed_of(*numbers: int) -> int:
    """Return the seed of torch's random numbers for a run's seed, step and process.

    What a network draws in a step then depends on nothing that a resumed run would have to be told.
    """
    return int(np.random.SeedSequence(numbers).generate_state(1, np.uint64)[0])


class Normalise:
    """[B, H, W, 3] uint8 BGR to [B, 3, H, W] float32 RGB, (value - mean) / std, channels last in memory."""

    def __init__(self, config: TrainConfig, device: torch.device) -> None:
        mean, std = map(torch.tensor, system_of(config).normalised_by(config))
        self.scale = (1 / (255 * std)).view(3, 1, 1).to(device)
        self.shift = (mean / std).view(3, 1, 1).to(device)

    def __call__(self, images: Tensor) -> Tensor:
        """Normalise a batch."""
        return images.permute(0, 3, 1, 2).flip(1) * self.scale - self.shift
