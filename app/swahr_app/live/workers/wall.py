"""Times of a live source whose own clock drifts, bound to this machine's clock."""

from collections import deque

PART_S, PARTS = 10.0, 3  # the least delay is looked for in so many parts of the last seconds
SLEW = 0.01  # part of the time that passes by which times are corrected at most: they always grow


class WallClock:
    """Brings what a source says to the pace of this machine's clock: 0.1 % would be 3.6 s in an hour.

    A frame comes late by what network and decoder take, which varies; the least delay of some seconds does not. Where
    that grows or shrinks it is the source's clock that is slow or fast.
    """

    def __init__(self) -> None:
        self._parts: deque[tuple[float, float]] = deque(
            maxlen=PARTS
        )  # beginning of each, and its least delay
        self._usual_s: float | None = None  # least delay of the first part
        self._ahead_s = 0.0
        self._last_s: float | None = None

    def follow(self, time_s: float, now_s: float) -> float:
        """Return the true time of a frame.

        Args:
            time_s: As the source says, seconds.
            now_s: This machine's clock as the frame came, seconds.
        """
        late_s = now_s - time_s
        if not self._parts or now_s - self._parts[-1][0] >= PART_S:
            if self._parts and self._usual_s is None:
                self._usual_s = self._parts[0][1]
            self._parts.append((now_s, late_s))
        else:
            self._parts[-1] = (self._parts[-1][0], min(self._parts[-1][1], late_s))
        if self._usual_s is not None and self._last_s is not None:
            off_s = min(late for _, late in self._parts) - self._usual_s - self._ahead_s
            most_s = SLEW * max(0.0, time_s - self._last_s)
            self._ahead_s += min(max(-most_s, off_s), most_s)
        self._last_s = time_s
        return time_s + self._ahead_s
