"""How a run is doing: the figures of its log."""

import time
from collections.abc import Iterator
from typing import Any

from swahr_training.batches import Batch
from swahr_training.loss import LossTerms


class Meter:
    """Averages of the loss terms, speed, and the share of time spent waiting for data."""

    def __init__(self, steps: int, batch_size: int) -> None:
        self.steps, self.batch_size = steps, batch_size
        self.waited = 0.0
        self._reset()

    def _reset(self) -> None:
        self.started, self.waited, self.count = time.monotonic(), 0.0, 0
        self.sums: dict[str, float] = {}

    def add(self, terms: LossTerms) -> None:
        """Take the terms of one step in."""
        self.count += 1
        for name in ("heatmap", "scale", "push", "pull", "total"):
            value = float(getattr(terms, name).detach().mean())
            self.sums[name] = self.sums.get(name, 0.0) + value

    def entry(self, step: int, rate: float) -> dict[str, Any]:
        """Return the averages since the last entry, and start anew."""
        seconds = time.monotonic() - self.started
        means = {name: total / self.count for name, total in self.sums.items()}
        speed = self.count * self.batch_size / seconds
        entry = {
            "step": step,
            "rate": rate,
            **means,
            "photos_per_s": round(speed, 2),
            "waiting": round(self.waited / seconds, 3),
            "seconds_left": round((self.steps - step) * self.batch_size / speed),
        }
        self._reset()
        return entry

    def timed(self, batches: Iterator[Batch]) -> Iterator[Batch]:
        """Yield the batches, counting how long each was waited for."""
        while True:
            before = time.monotonic()
            batch = next(batches, None)
            self.waited += time.monotonic() - before
            if batch is None:
                return
            yield batch
