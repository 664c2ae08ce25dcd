"""Times that grow, also where a recording's own clock does not."""

# Damaged files have times that go back by a frame or two; a clock that goes back further was set back.
SET_BACK_S = 1.0


class Clock:
    """The time of each frame: what the file says, and where its clock is set back, what follows the frame before.

    step_s: from frame to frame, where the file does not say, seconds.
    """

    def __init__(self, step_s: float) -> None:
        self._step_s, self._ahead_s = step_s, 0.0
        self.now_s = -step_s
        self.just_set_back = False

    def at(self, stated_s: float) -> float:
        """Return the time of a moment that the file states, without going on to it."""
        return stated_s + self._ahead_s

    def show(self, stated_s: float | None) -> float:
        """Go on to the next frame and return its time, which is no earlier than the one before.

        Args:
            stated_s: By the file; None where it does not say.
        """
        follows_s = self.now_s + self._step_s
        time_s = follows_s if stated_s is None else self.at(stated_s)
        self.just_set_back = time_s < self.now_s - SET_BACK_S
        if self.just_set_back:
            self._ahead_s += follows_s - time_s
            time_s = follows_s
        self.now_s = max(time_s, self.now_s)
        return self.now_s
