"""Workers of this machine: a process each, so that none of them, dying, takes the others along."""

import multiprocessing
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import cast

from swahr._util.memory import keep_freed_memory
from swahr._util.parent import end_with_parent
from swahr.run.batch.runner import Outcome, Runner
from swahr.run.batch.scheduler import WorkerLostError
from swahr.run.job import VideoJob
from swahr.run.pipeline import Summary
from swahr.run.watcher import Watcher

# Frames between two reports of a worker.
REPORT_EVERY = 8


class ProcessWorker:
    """A process that does jobs.

    Args:
        device: Of its network; None: as the jobs say.
    """

    def __init__(self, device: str | None = None) -> None:
        self._device = device
        context = multiprocessing.get_context("spawn")
        self._here, there = context.Pipe()
        self._process = context.Process(target=_work, args=(there,), daemon=True)
        self._process.start()
        there.close()  # so that the end of the process is the end of the pipe

    @property
    def pid(self) -> int | None:
        """Number of the process."""
        return self._process.pid

    def do(self, job: VideoJob, progress: Callable[[int], None]) -> Outcome:
        """Do a job and wait for it.

        Raises:
            WorkerLostError: The process died.
        """
        try:
            self._here.send(job if self._device is None else job.on(self._device))
            while True:
                said = self._here.recv()
                if isinstance(said, Outcome):
                    return said
                progress(cast(int, said))
        except (EOFError, OSError) as error:
            self._process.join(1)
            code = self._process.exitcode
            raise WorkerLostError(f"the worker process ended with code {code}") from error

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()


def _work(pipe: Connection) -> None:
    # Ctrl-C reaches the whole group; the main process decides what becomes of us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    keep_freed_memory()
    end_with_parent()  # the journal stays
    runner = Runner(own_process=True)
    while True:
        try:
            job = pipe.recv()
        except EOFError:
            return

        def report(summary: Summary) -> None:
            if summary.frames % REPORT_EVERY == 0:
                pipe.send(summary.frames)

        pipe.send(runner.do(job, Watcher(progress=report)))
