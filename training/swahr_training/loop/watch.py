"""What the AP of a run says so far: which checkpoint is the best, whether it collapses, whether it still gains."""

from dataclasses import asdict, dataclass, fields
from typing import Any

# Steps at which a run from a start that finds people is measured at all events, so that one which destroys it is
# seen while little is lost.
EARLY_STEPS = (25, 50)
# AP below this part of the best is a collapse; of a start below MIN_AP nothing can collapse.
COLLAPSED, MIN_AP = 0.5, 0.05
IN_A_ROW = 2


@dataclass
class Watch:
    """Grows with each measurement; a resume takes it over.

    Attributes:
        start_ap: Of the weights that the run starts from; None where it was not measured.
        best_ap: Of the best checkpoint so far, as it is best used; below 0 where there is none.
        best_alone: The best AP of what the run trains, by itself.
        best_step: Of the best checkpoint; 0 is the start.
        measured_step: Of the last measurement, or of an attempt at one.
        without_gain: Measurements since the best.
        low_in_a_row: Measurements in a row that were collapsed.
    """

    start_ap: float | None = None
    best_ap: float = -1.0
    best_alone: float = -1.0
    best_step: int = 0
    measured_step: int = -1
    without_gain: int = 0
    low_in_a_row: int = 0

    def take(self, step: int, ap: float, alone: float) -> bool:
        """Take a measurement in.

        Returns:
            Whether it is the best so far; a tie is not, but where nobody is found yet.
        """
        self.measured_step = step
        low = self.best_alone >= MIN_AP and alone < COLLAPSED * self.best_alone
        self.low_in_a_row = self.low_in_a_row + 1 if low else 0
        self.best_alone = max(self.best_alone, alone)
        if ap > self.best_ap:
            self.best_ap, self.best_step, self.without_gain = ap, step, 0
            return True
        self.without_gain += 1
        if ap == self.best_ap == 0:  # of two that find nobody, the later has learnt more
            self.best_step = step
            return True
        return False

    @property
    def collapsed(self) -> bool:
        """Whether the run destroys what its start knew."""
        return self.low_in_a_row >= IN_A_ROW

    def state(self) -> dict[str, Any]:
        """Return what a resume needs."""
        return asdict(self)

    def load(self, state: dict[str, Any]) -> None:
        """Take over what `state` gave. Raises KeyError where something is missing."""
        for field in fields(self):
            setattr(self, field.name, state[field.name])
