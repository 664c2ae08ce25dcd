"""A thread that can be stopped and joined."""

import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from swahr.errors import SwahrError
from swahr_app.state.texts import worded
from swahr_app.threads.garbage import give_back_memory

log = logging.getLogger(__name__)

# Niceness of threads that a person waits for, of those that nobody waits for, and of other processes, which have a lock
# of Python of their own. With less of it the window waits for a core; with more of the first two, a thread that has the
# lock does, and the window for it. By benchmarks.scrubbing.
AWAITED, BEHIND, APART = 3, 5, 12
AFTER_S = 0.05  # between two looks whether a thread that waits for others was stopped
GIVE_BACK_AFTER_S = 0.3  # C's memory is locked meanwhile: once the window has opened what comes next

# Takes a line that a person should read.
Failed = Callable[[str], None]


class Worker(threading.Thread):
    """Runs `work` until it returns; `stop` asks it to.

    failed: is given what went wrong, in words; a mistake of ours goes to the hook for threads, too.
    predecessors: who has to end before `work` begins, as both use the same file; set before the start.
    niceness: how much the thread, and those that it starts, stand back behind the window's where there is no core for
    all; Linux alone knows threads of different ones.
    after_s: how long the thread waits before its work, so that a window first shows what it opened.
    large: at its end much memory is free, which goes back to the system.
    A daemon, so that a device that hangs for ever cannot keep the process.
    """

    niceness = AWAITED
    after_s = 0.0
    large = False

    def __init__(self, name: str, failed: Failed) -> None:
        super().__init__(name=f"swahr {name}", daemon=True)
        self.changed = threading.Condition()
        self.stopping = False
        self.predecessors: tuple[Worker, ...] = ()
        self._failed = failed

    def run(self) -> None:
        """Work; an input at fault is notified and logged."""
        stand_back(self.niceness)
        for worker in self.predecessors:
            while worker.is_alive():
                worker.join(AFTER_S)
                if self.stopping:
                    return
        self.predecessors = ()
        if self._stopped_within(self.after_s):
            return
        try:
            self.work()
        except SwahrError as error:
            log.warning("%s: %s", self.name, error)
            if not self.stopping:
                self._failed(worded(error))
        if self.large:
            time.sleep(GIVE_BACK_AFTER_S)
            give_back_memory()

    def _stopped_within(self, seconds: float) -> bool:
        with self.changed:
            return self.changed.wait_for(lambda: self.stopping, seconds)

    def work(self) -> None:
        """Do what the thread is for."""
        raise RuntimeError("a worker without work")

    def stop(self) -> None:
        """Ask the thread to end; from any thread, and more than once."""
        with self.changed:
            self.stopping = True
            self.changed.notify_all()


def stand_back(niceness: int) -> None:
    """Let other threads have the core before this one, and those that it will start."""
    if niceness and sys.platform == "linux":
        thread = threading.get_native_id()
        with suppress(OSError):  # it is a matter of taste, not of right and wrong
            os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + niceness)


def join_all(workers: Sequence[Worker], seconds: float) -> list[Worker]:
    """Wait for workers that were stopped, `seconds` at most in all; return those that hang."""
    end = time.monotonic() + seconds
    for worker in workers:
        if worker.ident is not None:
            worker.join(max(0.0, end - time.monotonic()))
    hanging = [worker for worker in workers if worker.is_alive()]
    for worker in hanging:
        log.error("%s does not end; it is left behind", worker.name)
    return hanging


def end_process(code: int) -> int:
    """Return the exit code; where a thread is left behind, end the process here, with what was written kept.

    Python's own end would take from that thread what it still runs in: C++ code of a network, a codec or a driver then
    aborts, and the desktop reports a crash.
    """
    if any(thread.daemon and thread is not threading.current_thread() for thread in threading.enumerate()):
        logging.shutdown()
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:  # there is none without a terminal on Windows
                stream.flush()
        os._exit(code)
    return code
