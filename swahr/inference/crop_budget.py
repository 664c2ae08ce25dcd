"""How many crops there is time for, learnt from what crops took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

# How much a new measurement counts in what a crop is taken to cost.
NEWNESS = 0.2


@dataclass
class CropBudget:
    """A time for crops.

    Args:
        seconds: of a frame.
    """

    seconds: float
    _crop_s: float = field(default=0.0, init=False)

    @property
    def most(self) -> int:
        """How many crops of a frame there is time for, at least one."""
        return max(1, int(self.seconds / self._crop_s)) if self._crop_s else 1

    @contextmanager
    def timing(self, crops: int) -> Iterator[None]:
        """Learn from what is done inside, which looks at so many crops."""
        started = time.perf_counter()
        yield
        if crops:
            took = (time.perf_counter() - started) / crops
            self._crop_s = took if not self._crop_s else self._crop_s + NEWNESS * (took - self._crop_s)
