"""What a worker does with jobs, wherever it runs: one after the other, with one network in memory."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from swahr.config import NetworkSettings
from swahr.errors import SwahrError, unexpected
from swahr.inference.estimator import PoseEstimator
from swahr.inference.threads import use_threads
from swahr.run.job import VideoJob
from swahr.run.process import Result, Watch, process


@dataclass(frozen=True)
class Outcome:
    """What became of a job. result: where it is done; error: why it is not. attempts: workers that it took."""

    job: VideoJob
    result: Result | None = None
    error: str = ""
    seconds: float = 0.0
    attempts: int = 1


class Runner:
    """Does jobs; an error ends one job alone. frames: done so far in the present one."""

    def __init__(self) -> None:
        self.frames = 0
        self._network: NetworkSettings | None = None
        self._estimator: PoseEstimator | None = None

    def do(self, job: VideoJob, progress: Callable[[int], None] = lambda _: None) -> Outcome:
        """Do a job. progress: is given the frames done so far."""
        started = time.monotonic()
        self.frames = 0

        def count(frames: int) -> None:
            self.frames = frames
            progress(frames)

        watch = Watch(progress=lambda summary: count(summary.frames))
        try:
            result = process(job, lambda: self._estimator_for(job.network), watch)
        except SwahrError as error:
            return Outcome(job, error=str(error), seconds=time.monotonic() - started)
        except Exception as error:
            # A fault of ours in one video must not cost the others; it is reported with them.
            return Outcome(job, error=unexpected(error, job.source), seconds=time.monotonic() - started)
        return Outcome(job, result, seconds=time.monotonic() - started)

    def _estimator_for(self, network: NetworkSettings) -> PoseEstimator:
        if self._estimator is None or network != self._network:
            self._estimator = None  # two networks may not fit
            if network.threads is not None:
                use_threads(network.threads)  # a worker has its process to itself
            self._network, self._estimator = network, PoseEstimator.from_pretrained(settings=network)
        return self._estimator
