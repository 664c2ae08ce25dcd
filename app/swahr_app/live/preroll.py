"""What was seen in the last seconds, for recordings that begin before they were asked for."""

import threading
from collections import deque

from swahr_app.live.workers.analysis import Analysed

# Of frames that are kept. Each may wait for the disk twice, as it is and with its people: 256 MB are room for that.
MAX_BYTES = 100e6


class PreRoll:
    """Keeps the newest frames of each source with their people, the last one always.

    It is filled by one thread and read by another. length_s: how far back, seconds.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._frames: dict[int, deque[Analysed]] = {}  # by session
        self.length_s = 0.0

    def add(self, analysed: Analysed) -> None:
        """Take up a frame of a source that was opened."""
        with self._lock:
            now = analysed.taken
            frames = self._frames.get(now.session)
            if frames is None:
                return
            frames.append(analysed)
            most = MAX_BYTES / len(self._frames)
            size = sum(frame.taken.image.nbytes for frame in frames)
            while len(frames) > 1 and (
                size > most or now.record_s - frames[0].taken.record_s > self.length_s
            ):
                size -= frames.popleft().taken.image.nbytes

    def renew(self, analysed: Analysed) -> None:
        """Have the newest frame as it is seen now."""
        with self._lock:
            frames = self._frames.get(analysed.taken.session)
            if frames and frames[-1].taken.record_index == analysed.taken.record_index:
                frames[-1] = analysed

    def frames(self, session: int) -> list[Analysed]:
        """Return what is kept of a source, the oldest first."""
        with self._lock:
            return list(self._frames.get(session, ()))

    def open(self, session: int) -> None:
        """Keep the frames of a source."""
        with self._lock:
            self._frames[session] = deque()

    def close(self, session: int) -> None:
        """Let go of the frames of a source."""
        with self._lock:
            self._frames.pop(session, None)
