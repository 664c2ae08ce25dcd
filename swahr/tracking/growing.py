"""Times that grow from frame to frame, for what divides by them: containers with coarse clocks repeat theirs."""

import math
from typing import Any

# Part of a usual step by which a repeated time goes on: a little less than a whole one, so that the next true time
# is not overtaken.
PART = 0.8
MEMORY = 0.1  # of the usual step, a new one
FIRST_STEP_S = 0.02  # where no step is known yet


class GrowingClock:
    """Gives each frame a time later than that of the one before; times that grow by themselves stay as they are.

    >>> clock = GrowingClock()
    >>> [round(clock(time_s), 3) for time_s in (0.0, 0.0, 0.08, 0.08, 0.16)]
    [0.0, 0.016, 0.08, 0.138, 0.16]
    """

    def __init__(self) -> None:
        self._now_s = self._stated_s = -math.inf
        self._step_s = 0.0

    def __call__(self, time_s: float) -> float:
        """Return the time of the next frame, seconds. time_s: what the source says."""
        if not math.isfinite(time_s):
            return time_s
        if math.isfinite(self._stated_s):
            step_s = max(0.0, time_s - self._stated_s)
            self._step_s = step_s if not self._step_s else self._step_s + MEMORY * (step_s - self._step_s)
        self._stated_s = time_s
        self._now_s = time_s if time_s > self._now_s else self._now_s + PART * (self._step_s or FIRST_STEP_S)
        return self._now_s

    def state_dict(self) -> dict[str, Any]:
        """Return all that the next time depends on, as plain values; floats survive JSON exactly."""
        finite = math.isfinite(self._stated_s)
        return {"now_s": self._now_s, "stated_s": self._stated_s, "step_s": self._step_s} if finite else {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a state."""
        if state:
            self._now_s, self._stated_s = float(state["now_s"]), float(state["stated_s"])
            self._step_s = float(state["step_s"])
