"""Jobs over workers: each takes the next one when it is free; what a lost worker had is given to a new one."""

import queue
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from swahr.errors import SwahrError
from swahr.run.batch.runner import Outcome
from swahr.run.job import VideoJob

# A video that costs so many workers is at fault itself.
ATTEMPTS = 3
WAIT_S = 0.1


class WorkerLostError(Exception):
    """The worker is gone; the message is the reason."""


class Worker(Protocol):
    """Does one job at a time, elsewhere."""

    def do(self, job: VideoJob, progress: Callable[[int], None]) -> Outcome:
        """Do a job and wait for it.

        Args:
            job: What to do.
            progress: Is given the frames done so far.

        Raises:
            WorkerLostError: The worker died.
        """

    def close(self) -> None:
        """End the worker, also in the middle of a job; from any thread."""


@dataclass
class BatchWatcher:
    """Who wants to know of `run_all`; all are called in its own thread.

    Args:
        done: Is given each outcome.
        frames: Is given the frames done so far in all jobs under way, some times a second.
        lost: Is given the job of a worker that was lost, and the reason; it goes on with another.
    """

    done: Callable[[Outcome], None] = lambda _: None
    frames: Callable[[int], None] = lambda _: None
    lost: Callable[[VideoJob, str], None] = lambda *_: None


def run_all(
    jobs: Iterable[VideoJob],
    open_worker: Callable[[int], Worker],
    workers: int,
    watcher: BatchWatcher | None = None,
) -> list[Outcome]:
    """Do all jobs and return their outcomes, in the order in which they ended.

    The job of a lost worker goes on elsewhere where its journal says, a few times. Whatever ends this call, Ctrl-C
    too, ends all workers and threads; the journals of the jobs under way stay.

    Args:
        jobs: What to do.
        open_worker: Starts worker `number`, again where it was lost.
        workers: How many work at once.
        watcher: Who wants to know.

    Raises:
        SwahrError: `open_worker` did.
    """
    schedule = _Schedule(list(jobs), open_worker, watcher or BatchWatcher())
    return schedule.run(max(1, workers))


class _Schedule:
    def __init__(
        self, jobs: list[VideoJob], open_worker: Callable[[int], Worker], watcher: BatchWatcher
    ) -> None:
        self._open, self._watcher = open_worker, watcher
        self._waiting: queue.SimpleQueue[VideoJob] = queue.SimpleQueue()
        for job in jobs:
            self._waiting.put(job)
        self._count = len(jobs)
        self._ended: queue.SimpleQueue[Outcome | Exception | tuple[VideoJob, str]] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._guard = threading.Lock()
        self._workers: dict[int, Worker] = {}
        self._frames: dict[int, int] = {}

    def run(self, workers: int) -> list[Outcome]:
        threads = [
            threading.Thread(target=self._lane, args=(number,), name=f"worker {number}", daemon=True)
            for number in range(min(workers, self._count))
        ]
        outcomes: list[Outcome] = []
        try:
            for thread in threads:
                thread.start()
            while len(outcomes) < self._count:
                self._watcher.frames(sum(self._frames.values()))
                try:
                    ended = self._ended.get(timeout=WAIT_S)
                except queue.Empty:
                    continue
                if isinstance(ended, Exception):
                    raise ended
                if isinstance(ended, Outcome):
                    outcomes.append(ended)
                    self._watcher.done(ended)
                else:
                    self._watcher.lost(*ended)
        finally:
            self._stop.set()
            with self._guard:
                for worker in self._workers.values():
                    worker.close()
            for thread in threads:
                if thread.ident is not None:
                    thread.join()
        return outcomes

    def _lane(self, number: int) -> None:
        """Feed one worker until nothing waits."""
        try:
            while not self._stop.is_set():
                try:
                    job = self._waiting.get_nowait()
                except queue.Empty:
                    return
                self._attempt(number, job)
        except Exception as error:
            # SwahrError: no worker can be started; anything else is a fault of ours. Either ends the run.
            self._ended.put(error)
        finally:
            self._drop(number)

    def _attempt(self, number: int, job: VideoJob) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            worker = self._worker(number)
            if worker is None:
                return
            try:
                outcome = worker.do(job, lambda frames: self._frames.__setitem__(number, frames))
                self._ended.put(replace(outcome, attempts=attempt))
                return
            except WorkerLostError as error:
                self._drop(number)
                if self._stop.is_set():
                    return
                self._ended.put((job, str(error)))
                job = replace(job, resume=True)
            finally:
                self._frames[number] = 0
        self._ended.put(
            Outcome(
                job,
                error=SwahrError(f"{job.source}: {ATTEMPTS} workers were lost over it"),
                attempts=ATTEMPTS,
            )
        )

    def _worker(self, number: int) -> Worker | None:
        """Return the worker of a lane, started where there is none; None where the run is over."""
        if number not in self._workers:
            worker = self._open(number)
            with self._guard:
                if self._stop.is_set():
                    worker.close()
                    return None
                self._workers[number] = worker
        return self._workers[number]

    def _drop(self, number: int) -> None:
        with self._guard:
            worker = self._workers.pop(number, None)
        if worker is not None:
            worker.close()
