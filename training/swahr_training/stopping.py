"""A process that is asked to end, by Ctrl-C or by who started it, while its run first saves what it has learnt."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ASKED_BY = (signal.SIGINT, signal.SIGTERM)


class Stopping:
    """Whether the process was asked to end; a run looks after each step.

    Before the first look, when there is nothing to save, and where it is asked twice, the process ends at once.
    """

    def __init__(self) -> None:
        self.asked_by: int | None = None
        self._looked_for = False

    def __call__(self) -> bool:
        """Return whether it was asked to."""
        self._looked_for = True
        return self.asked_by is not None

    def note(self, number: int, frame: FrameType | None) -> None:
        """Note a signal, or end by it."""
        at_once, self.asked_by = not self._looked_for or self.asked_by is not None, number
        if at_once:
            signal.default_int_handler(number, frame)


@contextmanager
def stopping() -> Iterator[Stopping]:
    """Note what asks the process to end, until the block is left; then it ends as it would have.

    Elsewhere than in the main thread, where Python hears no signals, nothing is noted.
    """
    stop = Stopping()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = {number: signal.signal(number, stop.note) for number in ASKED_BY}
    try:
        yield stop
    except KeyboardInterrupt:
        if stop.asked_by == signal.SIGTERM:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGTERM)  # who waits for the process is told by what it ended
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
