"""What was seen in the last seconds, for recordings that begin before they were asked for."""

import threading
from collections import deque

from swahr_app.live.workers.analysis import Analysed

# Of frames that are kept. Each may wait for the disk twice, as it is and with its people: 256 MB are room for that.
MAX_BYTES = 100e6


class PreRoll:
    """Keeps the newest frames with their people, the last one always; filled by one thread and read by another.

    length_s: how far back, seconds.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._frames: deque[Analysed] = deque()
        self.length_s = 0.0

    def add(self, analysed: Analysed) -> None:
        """Take up a frame."""
        with self._lock:
            now = analysed.taken
            if self._frames and self._frames[-1].taken.session != now.session:
                self._frames.clear()
            self._frames.append(analysed)
            size = sum(frame.taken.image.nbytes for frame in self._frames)
            while len(self._frames) > 1 and (
                size > MAX_BYTES or now.record_s - self._frames[0].taken.record_s > self.length_s
            ):
                size -= self._frames.popleft().taken.image.nbytes

    def frames(self, session: int) -> list[Analysed]:
        """Return what is kept of a source, the oldest first."""
        with self._lock:
            return [frame for frame in self._frames if frame.taken.session == session]

    def clear(self) -> None:
        """Let go of the frames."""
        with self._lock:
            self._frames.clear()
