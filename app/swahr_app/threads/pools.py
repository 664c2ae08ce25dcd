"""Threads that libraries start, for codecs and networks: they stand back far behind the window's.

None of them ever has Python's lock, so the window waits for none that has no core. A worker's own thread does, and so
stands back less; but what it starts would stand back as little. Linux alone knows threads of different niceness.
"""

import os
import threading
from contextlib import suppress

from swahr_app.threads.worker import APART


class Pools:
    """Knows the threads of libraries that have come since it was made; those of Qt are there before."""

    def __init__(self) -> None:
        self._known = _tasks()

    def stand_back(self) -> int:
        """Let those that are new stand back; return how many they were."""
        tasks = _tasks()
        python = [thread.native_id for thread in threading.enumerate()]
        if None in python:  # one is just being started, and not known yet by its number
            return 0
        new = tasks - self._known - {number for number in python if number is not None}
        self._known = tasks
        for task in new:
            with suppress(OSError):  # it has ended
                os.setpriority(os.PRIO_PROCESS, task, APART)
        return len(new)


def _tasks() -> set[int]:
    """Return the numbers of all threads of this process; none where the system does not tell."""
    try:
        return set(map(int, os.listdir("/proc/self/task")))
    except OSError:
        return set()
