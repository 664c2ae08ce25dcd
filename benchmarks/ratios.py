"""Ratios of two works that are timed in turns in one run, and whether they still hold."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

# A ratio that fell by a third fails.
MIN_PART = 2 / 3


@dataclass(frozen=True)
class Pair:
    """A work and what it is measured by."""

    name: str
    reference: Callable[[], Any]
    ours: Callable[[], Any]
    rounds: int = 5


def measure(pair: Pair) -> float:
    """Return how many times as long the reference takes: the median over rounds, both in turns in each of them."""
    pair.reference()
    pair.ours()  # what the first call alone costs
    ratios = []
    for _ in range(pair.rounds):
        reference_s, ours_s = _seconds(pair.reference), _seconds(pair.ours)
        ratios.append(reference_s / ours_s)
    return median(ratios)


def _seconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def fallen(found: Mapping[str, float], recorded: Mapping[str, float]) -> list[str]:
    """Return a line for each ratio that fell by a third or more below what is recorded."""
    return [
        f"{name}: {ratio:.2f}, recorded {recorded[name]:.2f}, least {MIN_PART * recorded[name]:.2f}"
        for name, ratio in found.items()
        if name in recorded and ratio < MIN_PART * recorded[name]
    ]
