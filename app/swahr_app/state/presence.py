"""Where in a file people are, as far as it was looked at."""

import threading

import numpy as np
import numpy.typing as npt

BINS = 600
UNKNOWN = -1
NEAR_S = 1.0  # between two frames of one scene, as far as anyone can tell


class Presence:
    """Counts people over the length of a file, in bins; written by one thread and read by another."""

    def __init__(self, start_s: float = 0.0, duration_s: float = 0.0) -> None:
        self._lock = threading.Lock()
        self.start_s, self.duration_s = start_s, duration_s
        self._counts: npt.NDArray[np.int16] = np.full(BINS, UNKNOWN, np.int16)
        self._last: int | None = None

    def add(self, time_s: float, people: int) -> None:
        """Take up a frame; bins between two frames that follow each other closely have the people of the second."""
        if self.duration_s <= 0:
            return
        place = int(np.clip((time_s - self.start_s) / self.duration_s * BINS, 0, BINS - 1))
        with self._lock:
            last, self._last = self._last, place
            first = place
            # Short files have fewer frames than bins, and a slow network passes frames over.
            near = max(1, round(NEAR_S / self.duration_s * BINS))
            if last is not None and 0 < place - last <= near:
                first = last + 1
            self._counts[first : place + 1] = people

    def clear(self) -> None:
        """Forget everything, as other settings find other people."""
        with self._lock:
            self._counts[:] = UNKNOWN
            self._last = None

    def counts(self) -> npt.NDArray[np.int16]:
        """Return people a bin [BINS]; -1 where nobody looked."""
        with self._lock:
            return np.array(self._counts)
