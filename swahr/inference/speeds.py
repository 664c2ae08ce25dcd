"""How fast a network is on this machine, by each runtime that is installed and each way to refine."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from statistics import median

from swahr.config import BenchSettings, NetworkSettings
from swahr.errors import SwahrError, first_line
from swahr.inference.backends.choice import RUNTIMES
from swahr.inference.backends.exported import ExportedNetwork
from swahr.inference.backends.trial import TORCH
from swahr.inference.estimator import PoseEstimator
from swahr.inference.opening import open_network
from swahr.video.images import Image

REFINE = ("off", "live", "best")


@dataclass(frozen=True)
class Speed:
    """One measurement.

    Attributes:
        backend: The runtime.
        refine: The setting.
        frames_per_second: Of the median frame; 0 where it failed.
        people: Found in the frame.
        error: Why it failed; "" where it did not.
    """

    backend: str
    refine: str
    frames_per_second: float = 0.0
    people: int = 0
    error: str = ""


def measure_speeds(frame: Image, settings: BenchSettings) -> Iterator[Speed]:
    """Measure runtime after runtime, each with each way to refine.

    Args:
        frame: [H, W, 3] uint8 BGR, that is looked at again and again.
        settings: The model, how many frames, threads.

    Raises:
        SwahrError: There is no such model.
    """
    exported = isinstance(open_network(settings.model), ExportedNetwork)
    there = [name for name in RUNTIMES if find_spec(name) is not None]
    for backend in there if exported else [TORCH, *there]:
        for refine in REFINE:
            network = NetworkSettings(
                model=settings.model, threads=settings.threads, backend=backend, refine=refine
            )
            try:
                yield _measured(frame, network, settings.frames)
            except SwahrError as error:  # others may do it
                yield Speed(backend, refine, error=first_line(error))


def _measured(frame: Image, network: NetworkSettings, frames: int) -> Speed:
    estimator = PoseEstimator.from_pretrained(settings=network)
    people = estimator(frame)
    estimator(frame)  # live looks at more once it knows what a crop costs
    spent = []
    for _ in range(frames):
        started = time.perf_counter()
        people = estimator(frame)
        spent.append(time.perf_counter() - started)
    return Speed(network.backend, network.refine, 1 / median(spent), len(people))
