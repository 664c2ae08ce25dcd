"""When the frames of a file are due."""

from time import monotonic

# A file that is decoded too slowly is played as fast as it goes; it does not race to catch up.
MAX_BEHIND_S = 0.25


class Pace:
    """Says when a moment of a file is due, by the wall clock; starts anew after a pause, a seek, a change of speed."""

    def __init__(self, speed: float = 1.0) -> None:
        self._speed = speed
        self._start: tuple[float, float] | None = None  # a moment of the file, and when that was

    @property
    def speed(self) -> float:
        """Seconds of the file per second."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self._speed = speed
        self.restart()

    def restart(self) -> None:
        """Let the next moment that is asked for be due at once."""
        self._start = None

    def wait_s(self, time_s: float) -> float:
        """Return for how long to wait for a moment of the file; 0 where it is due."""
        now = monotonic()
        if self._start is None:
            self._start = (time_s, now)
        media, wall = self._start
        wait = wall + (time_s - media) / self._speed - now
        if wait < -MAX_BEHIND_S:
            self._start = (time_s, now)
        return max(0.0, wait)
