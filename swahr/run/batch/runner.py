"""What a worker does with jobs, wherever it runs: one after the other, with one network in memory."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from swahr.config import NetworkSettings
from swahr.errors import FaultError, SwahrError, unexpected
from swahr.inference.estimator import PoseEstimator
from swahr.inference.threads import use_threads
from swahr.run.job import VideoJob
from swahr.run.pipeline import Summary
from swahr.run.process import process
from swahr.run.watcher import Result, StoppedError, Watcher


@dataclass(frozen=True)
class Outcome:
    """What became of a job.

    result: where it is done. error: why it is not, with code and hints. attempts: workers that it took.
    """

    job: VideoJob
    result: Result | None = None
    error: SwahrError | None = None
    seconds: float = 0.0
    attempts: int = 1


class Runner:
    """Does jobs; an error ends one job alone.

    Args:
        own_process: Nobody else computes in this process, so that torch's threads may be set.

    frames: done so far in the present job.
    """

    def __init__(self, own_process: bool = False) -> None:
        self.frames = 0
        self._own_process = own_process
        self._network: NetworkSettings | None = None
        self._estimator: PoseEstimator | None = None

    def do(self, job: VideoJob, watcher: Watcher | None = None) -> Outcome:
        """Do a job.

        Raises:
            StoppedError: A function of the watcher did; nothing else is raised.
        """
        started = time.monotonic()
        watcher = watcher or Watcher()
        self.frames = 0
        try:
            counting = replace(watcher, progress=self._counted(watcher.progress))
            result = process(job, self._estimator_for, counting)
        except StoppedError:
            raise
        except SwahrError as error:
            return Outcome(job, error=error, seconds=time.monotonic() - started)
        except Exception as error:
            # A fault of ours in one video must not cost the others; it is reported with them.
            fault = FaultError(unexpected(error, job.source))
            fault.__cause__ = error
            return Outcome(job, error=fault, seconds=time.monotonic() - started)
        return Outcome(job, result, seconds=time.monotonic() - started)

    def _counted(self, progress: Callable[[Summary], None]) -> Callable[[Summary], None]:
        def count(summary: Summary) -> None:
            self.frames = summary.frames
            progress(summary)

        return count

    def _estimator_for(self, network: NetworkSettings) -> PoseEstimator:
        if self._estimator is None or network != self._network:
            self._estimator = None  # two networks may not fit
            if self._own_process and network.threads is not None:
                use_threads(network.threads)
            self._network, self._estimator = network, PoseEstimator.from_pretrained(settings=network)
        return self._estimator
