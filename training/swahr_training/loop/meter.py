"""How a run is doing: the figures of its log, and the line that people read."""

import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import torch
from torch import Tensor

from swahr_training.losses import LossTerms

# What an entry holds beside the terms of the loss.
OWN = ("step", "steps", "rate", "photos_per_s", "waiting", "seconds_left")
MAX_WAITING = 0.1  # of the time; a step that waits longer for data wastes the device

Item = TypeVar("Item")


class Meter:
    """Averages of the loss terms, speed, and the share of time spent waiting for data.

    photos: of a step, in all processes. mean_of_all: takes figures of this process to the mean of all.
    """

    def __init__(
        self, steps: int, photos: int, mean_of_all: Callable[[Tensor], Tensor] = lambda own: own
    ) -> None:
        self.steps, self.photos, self.mean_of_all = steps, photos, mean_of_all
        self._reset()

    def _reset(self) -> None:
        self.started, self.waited, self.count, self.learnt = time.monotonic(), 0.0, 0, 0
        self.names: list[str] = []
        self.sums: Tensor | None = None

    def add(self, terms: list[LossTerms]) -> None:
        """Take the terms of the batches of one step in; none where nothing was learnt."""
        self.count += 1
        self.learnt += len(terms)
        for part in terms:
            # Summed where they are: reading a figure from a GPU makes it wait.
            named = part.named()
            self.names = list(named)
            values = torch.stack([term.detach().float().mean() for term in named.values()])
            self.sums = values if self.sums is None else self.sums + values

    def seconds_left(self, step: int) -> float:
        """Return how long the rest takes at the pace since the last entry."""
        return (time.monotonic() - self.started) / max(1, self.count) * (self.steps - step)

    def entry(self, step: int, rate: float) -> dict[str, Any]:
        """Return the averages since the last entry, and start anew."""
        # Evaluation and checkpoints are taken out of `started`, so this is the time of steps.
        seconds = max(time.monotonic() - self.started, 1e-9)
        entry = {
            "step": step,
            "steps": self.steps,
            "rate": rate,
            **self._means(),
            "photos_per_s": round(self.count * self.photos / seconds, 2),
            "waiting": round(self.waited / seconds, 3),
            "seconds_left": round(self.seconds_left(step)),
        }
        self._reset()
        return entry

    def _means(self) -> dict[str, float]:
        if self.sums is None:
            return {}
        means = self.mean_of_all(self.sums / self.learnt)
        return dict(zip(self.names, means.tolist(), strict=True))

    def timed(self, batches: Iterator[Item]) -> Iterator[Item]:
        """Yield the batches, counting how long each was waited for."""
        while True:
            before = time.monotonic()
            batch = next(batches, None)
            self.waited += time.monotonic() - before
            if batch is None:
                return
            yield batch

    def paused(self, work: Callable[[], None]) -> None:
        """Do other work than steps; its time is not counted."""
        before = time.monotonic()
        work()
        self.started += time.monotonic() - before


def describe(entry: dict[str, Any]) -> str:
    """Return a log entry as the line that people read."""
    if "note" in entry:
        return str(entry["note"])
    if "AP" in entry:
        figures = "  ".join(
            f"{name} {value:.3f}" if value >= 0 else f"{name} none"
            for name, value in entry.items()
            if name != "step" and isinstance(value, float)
        )
        return f"step {entry['step']}  {figures}" if entry["step"] else f"the start  {figures}"
    terms = "  ".join(f"{name} {value:.3g}" for name, value in entry.items() if name not in (*OWN, "total"))
    loss = (
        f"loss {entry['total']:.4g}" + (f" ({terms})" if terms else "")
        if "total" in entry
        else "nothing learnt"
    )
    waiting = f"waiting for data {100 * entry['waiting']:.0f} %"
    if entry["waiting"] > MAX_WAITING:
        waiting += ": more loader_threads or cache_gb would be faster"
    return (
        f"step {entry['step']}/{entry['steps']}  {loss}  rate {entry['rate']:.2g}  "
        f"{entry['photos_per_s']:.1f} photos/s  {waiting}  {duration(entry['seconds_left'])} left"
    )


def duration(seconds: int) -> str:
    """Return a time as people say it: 40 s, 12 min, 3 h 05 min."""
    if seconds < 100:
        return f"{seconds} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"
