"""The settings of the parse."""

import math
from dataclasses import dataclass

import numpy as np

from swahr import _native
from swahr.errors import SwahrError
from swahr.pose.skeleton import COCO_17

LARGEST = 2**31 - 1  # what the native operations count in


@dataclass(frozen=True)
class ParseParams:
    """How heatmaps and tags become people. The defaults are the published ones.

    max_people: candidates a joint, and people that take further joints.
    detection_threshold: a candidate's heat must be above (strict).
    tag_threshold: a candidate joins a person if its tag distance is below (strict).
    nms_window: side of the window in which a peak is the maximum, heatmap pixels, odd.
    matching_order: the order in which joints are matched; None is COCO's for 17 joints, else as numbered.
    use_detection_value: hotter candidates choose first where rounded distances are equal.
    ignore_too_much: no more people once there are max_people.
    break_ties: add 1e-3 distance^2 to the cost, so that the nearer of two equal rounded distances wins.
    refine_min_heat: a lost joint is filled in only where the heat is above. Raise it against weak joints.
    refine_max_tag_distance: ... and its tag at most so far from the person's. Lower it against far-away ones.
    Raises SwahrError for values that make no sense.
    """

    max_people: int = 30
    detection_threshold: float = 0.12
    tag_threshold: float = 1.0
    nms_window: int = 5
    matching_order: tuple[int, ...] | None = None
    use_detection_value: bool = True
    ignore_too_much: bool = False
    break_ties: bool = False
    refine_min_heat: float = 0.0
    refine_max_tag_distance: float = math.inf

    def __post_init__(self) -> None:
        for name in ("max_people", "nms_window"):
            value = getattr(self, name)
            if not isinstance(value, (int, np.integer)) or not 1 <= value <= LARGEST:
                raise SwahrError(f"{name} is {value!r}; expected a whole number from 1 to {LARGEST}")
        if self.nms_window % 2 == 0:
            raise SwahrError(f"nms_window is {self.nms_window}; expected an odd number")
        for name in ("detection_threshold", "tag_threshold", "refine_min_heat", "refine_max_tag_distance"):
            value = getattr(self, name)
            if not isinstance(value, (int, float, np.number)) or not value >= 0:
                raise SwahrError(f"{name} is {value!r}; expected a number from 0 on")
        if not math.isfinite(self.detection_threshold):
            raise SwahrError(f"detection_threshold is {self.detection_threshold}; expected a finite number")

    def order_for(self, num_joints: int) -> tuple[int, ...]:
        """Return the matching order for K joints; raises SwahrError where the given one does not fit."""
        if self.matching_order is None:
            return COCO_17.matching_order if num_joints == COCO_17.num_joints else tuple(range(num_joints))
        if sorted(self.matching_order) != list(range(num_joints)):
            raise SwahrError(
                f"matching_order {list(self.matching_order)} must hold each joint from 0 to {num_joints - 1} once"
            )
        return self.matching_order

    def native(
        self, num_joints: int, pixels: int, adjust: bool = True, refine: bool = True
    ) -> _native.ParseSettings:
        """Return the settings as the native operations take them.

        Args:
            num_joints: K.
            pixels: of a map: a joint has no more candidates.
            adjust: move joints a quarter pixel towards the larger neighbour, then half a pixel.
            refine: fill in joints that a person lacks.

        Raises:
            SwahrError: the matching order does not fit K joints.
        """
        return _native.ParseSettings(
            order=self.order_for(num_joints),
            window=self.nms_window,
            max_candidates=min(self.max_people, max(pixels, 1)),
            max_people=self.max_people,
            threshold=self.detection_threshold,
            tag_threshold=self.tag_threshold,
            use_detection_value=self.use_detection_value,
            ignore_too_much=self.ignore_too_much,
            break_ties=self.break_ties,
            min_confidence=self.refine_min_heat,
            max_tag_distance=self.refine_max_tag_distance,
            adjust=adjust,
            refine=refine,
        )
