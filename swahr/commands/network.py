"""The network as a command's options ask; torch is imported here."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from swahr.config import NetworkSettings
    from swahr.inference.estimator import PoseEstimator


def make_estimator(settings: "NetworkSettings") -> "PoseEstimator":
    """Make the estimator; a process that a command has to itself computes with the threads that are asked for."""
    from swahr.inference.estimator import PoseEstimator
    from swahr.inference.threads import use_threads

    if settings.threads is not None:
        use_threads(settings.threads)
    return PoseEstimator.from_pretrained(settings=settings)
