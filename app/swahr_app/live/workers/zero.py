"""The moment from which the files of a recording count, whichever source they are of."""

import threading
from datetime import datetime, timedelta
from time import monotonic

from swahr_app.state.facts import Taken


class Zero:
    """The moment of the first frame of all, unless an earlier one is set; shared by threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._at_s: float | None = None
        self._day = datetime.now().astimezone()

    def set(self, clock_s: float) -> None:
        """Let a moment of the monotonic clock be zero, unless there is one."""
        with self._lock:
            if self._at_s is None:
                self._at_s = clock_s
                self._day = datetime.now().astimezone() - timedelta(seconds=monotonic() - clock_s)

    def shift_of(self, taken: Taken) -> tuple[int, float]:
        """Return what is taken from indices and seconds of a source, of whose frames this is the first."""
        self.set(taken.clock_s)
        assert self._at_s is not None
        return taken.record_index, taken.record_s - (taken.clock_s - self._at_s)

    @property
    def at_s(self) -> float:
        """The moment, seconds of the monotonic clock; minus infinity before the first frame."""
        return float("-inf") if self._at_s is None else self._at_s

    @property
    def time_of_day(self) -> datetime:
        """The time of day at zero, with its zone, the same for all files."""
        return self._day
