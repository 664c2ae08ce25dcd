"""What a frame costs: milliseconds of each stage, and frames per second."""

from collections import deque
from time import monotonic, perf_counter

STAGES = ("read", "wait", "network", "people", "ids", "draw")
RATE_S = 2.0  # over which frames per second are counted
AVERAGE = 0.2  # what a new figure counts for in a stage's average


class Figures:
    """Averages of the stages, and the rate of the last seconds."""

    def __init__(self) -> None:
        self._stages: dict[str, float] = {}
        self._times: deque[float] = deque()

    def clear(self) -> None:
        """Forget all, as another source begins."""
        self._stages.clear()
        self._times.clear()

    def forget_stages(self) -> None:
        """Forget what stages took, as another network begins."""
        self._stages.clear()

    def count(self) -> None:
        """Count a frame, now."""
        self._times.append(monotonic())

    def since(self, stage: str, started: float) -> None:
        """Note that a stage has taken from `started`, of `perf_counter`, until now."""
        self.note(stage, 1e3 * (perf_counter() - started))

    def note(self, stage: str, ms: float) -> None:
        """Note what a stage took, milliseconds."""
        before = self._stages.get(stage, ms)
        self._stages[stage] = before + AVERAGE * (ms - before)

    def stages(self) -> dict[str, float]:
        """Return the average milliseconds of the stages so far, in their order."""
        return {name: self._stages[name] for name in STAGES if name in self._stages}

    def frame_rate(self) -> float:
        """Return frames per second over the last seconds; 0 before the second of them."""
        now = monotonic()
        while self._times and now - self._times[0] > RATE_S:
            self._times.popleft()
        if len(self._times) < 2:
            return 0.0
        return (len(self._times) - 1) / max(1e-6, self._times[-1] - self._times[0])
