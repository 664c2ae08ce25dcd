"""Indices and times that grow, also where a file is looped or seeked in: for trackers and recordings."""

import threading


class Timeline:
    """Places frames: as they are in the source, until that is left by a jump; then one after the other."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: tuple[int, float] | None = None
        self._shift = (0, 0.0)
        self._jumped = False

    def jump(self) -> None:
        """Say that the next frame does not follow the last one."""
        with self._lock:
            self._jumped = True

    def place(self, index: int, time_s: float, step_s: float) -> tuple[int, float]:
        """Return index and seconds of a frame in the recording.

        Args:
            index: In the source.
            time_s: In the source.
            step_s: Between two frames of the source.
        """
        with self._lock:
            if self._jumped and self._last is not None:
                self._shift = (self._last[0] + 1 - index, self._last[1] + step_s - time_s)
            self._jumped = False
            self._last = (index + self._shift[0], time_s + self._shift[1])
            return self._last
