"""What a network said of frames, to whose people feet are added."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from swahr.decode import ParseParams
from swahr.inference.crop_budget import CropBudget
from swahr.inference.feet import Feet
from swahr.inference.output import LaterOutput, NetworkOutput
from swahr.inference.postprocess import Selection
from swahr.pose.poses import Poses
from swahr.video.images import Image

# Seconds that the feet of a live frame may take.
LIVE_BUDGET_S = 0.03


@dataclass
class FeetStage:
    """Adds feet, and knows for how many people there is time.

    Args:
        feet: adds them.
        live: within `LIVE_BUDGET_S` a frame, the best people first; else to everyone.
    """

    feet: Feet
    live: bool = False
    _budget: CropBudget = field(default_factory=lambda: CropBudget(LIVE_BUDGET_S), init=False)

    def after(self, first: NetworkOutput, frames: Sequence[Image]) -> "OutputWithFeet":
        """Return what a network said of frames, to whose people feet are added."""
        return OutputWithFeet(first, frames, self)

    def __call__(self, frames: Sequence[Image], people: Sequence[Poses]) -> list[Poses]:
        """Return the people of each frame with feet."""
        if not self.live:
            return self.feet(frames, people)
        most = self._budget.most
        with self._budget.timing(sum(min(most, len(poses)) for poses in people)):
            return self.feet(frames, people, most)


@dataclass(frozen=True)
class OutputWithFeet(LaterOutput):
    """An output whose people have feet; its maps are those of the first stage, without.

    Args:
        stage: adds the feet.
    """

    stage: FeetStage

    def poses(self, params: ParseParams, selection: Selection) -> list[Poses]:
        """Make the people of each frame, then add the feet of those who count."""
        return self.stage(self.frames, self.first.poses(params, selection))
