"""Networks for the window, which as a program of its own may say how many threads torch has."""

from functools import cache
from typing import TYPE_CHECKING

from swahr.config import NetworkSettings
from swahr_app.threads.garbage import import_once

if TYPE_CHECKING:
    from swahr.inference.estimator import PoseEstimator


def make_estimator(settings: NetworkSettings) -> "PoseEstimator":
    """Load a network; torch, which is imported here, computes with the threads that are asked for from then on.

    Args:
        settings: Of the network.

    Raises:
        SwahrError: There is none of that name, the file is of the wrong kind, or the device is not there.
    """
    import_once("torch", "swahr.inference.estimator")
    from swahr.inference.estimator import PoseEstimator
    from swahr.inference.threads import use_threads

    use_threads(settings.threads or _own_threads())
    return PoseEstimator.from_pretrained(settings=settings)


@cache
def _own_threads() -> int:
    """Return how many threads torch has where nobody asks for another number."""
    import torch

    return torch.get_num_threads()
