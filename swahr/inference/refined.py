"""What a network said of frames, whose people a second stage looks at again: live within a time, else at everyone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from swahr.decode import ParseParams
from swahr.inference.crop_budget import CropBudget
from swahr.inference.output import LaterOutput
from swahr.inference.postprocess import Selection
from swahr.inference.second_stage import SecondStage
from swahr.pose.poses import Poses
from swahr.video.images import Image

# Score of the first stage from which people are handed on: a doubtful person may prove to be one.
HANDED_ON, HANDED_ON_LIVE = 0.005, 0.2
# Score from which a person counts after this stage where its scores are not fitted: as many right people as before, and
# fewer ghosts, on the photos kept for validation (`python -m benchmarks.refine`).
MIN_SCORE = 0.11
# A fitted score may be above the first stage's: of those below this part of the limit nobody would be shown.
HOPEFUL = 0.25
# Seconds that live frames may take.
LIVE_BUDGET_S = 0.05
# Of crops of live frames, pixels: three quarters of the arithmetic, and people as exact on photos kept for validation.
LIVE_SIDE = 224


@dataclass
class Refiner:
    """A second stage, and how much of it there is time for.

    Args:
        stage: Looks at the people.
        live: Within `LIVE_BUDGET_S` a frame, the best people first; else at everyone.
        make_live_stage: Makes what looks at them while `live`; None: `stage` does.
    """

    stage: SecondStage
    live: bool = False
    make_live_stage: Callable[[], SecondStage] | None = None
    _live_stage: SecondStage | None = field(default=None, init=False)
    _budget: CropBudget = field(default_factory=lambda: CropBudget(LIVE_BUDGET_S), init=False)

    def set_live(self, live: bool) -> None:
        """Say whether frames come as they come; what this needs is made at once, and not with the first frame."""
        if live and self._live_stage is None and self.make_live_stage is not None:
            self._live_stage = self.make_live_stage()
        self.live = live

    @property
    def in_use(self) -> SecondStage:
        """What looks at people now."""
        return (self._live_stage or self.stage) if self.live else self.stage

    @property
    def handed_on(self) -> float:
        """Score of the first stage from which people are looked at."""
        return HANDED_ON_LIVE if self.live else HANDED_ON

    def worth_a_look(self, min_score: float) -> float:
        """Return the score of the first stage from which somebody may have `min_score` after this stage."""
        return max(self.handed_on, min_score if self.in_use.scorer is None else HOPEFUL * min_score)

    def __call__(
        self, frames: Sequence[Image], people: Sequence[Poses], max_similarity: float = 0.0
    ) -> list[Poses]:
        """Return the people of each frame, refined, best first."""
        if not self.live:
            return self.in_use(frames, people, max_similarity=max_similarity)
        most = self._budget.most
        with self._budget.timing(sum(min(most, len(poses)) for poses in people)):
            return self.in_use(frames, people, most, max_similarity)

    def shown(self, frames: Sequence[Image], people: Sequence[Poses], selection: Selection) -> list[Poses]:
        """Return the people of each frame, refined, who count."""
        refined = self(frames, people, selection.max_similarity)
        return [poses[np.flatnonzero(poses.scores >= selection.min_score)] for poses in refined]


@dataclass(frozen=True)
class RefinedOutput(LaterOutput):
    """An output whose people are refined; its maps are those of the first stage.

    Args:
        refiner: Looks again.
    """

    refiner: Refiner

    def poses(self, params: ParseParams, selection: Selection) -> list[Poses]:
        """Make the people of each frame, then look again at each."""
        return self.refiner.shown(self.frames, self.handed_on(params, selection), selection)

    def handed_on(self, params: ParseParams, selection: Selection) -> list[Poses]:
        """Return those of each frame at whom a second look may be worth its time, as the first look sees them."""
        doubtful = replace(selection, min_score=self.refiner.worth_a_look(selection.min_score))
        return self.first.poses(params, doubtful)
