"""The settings of the parse."""

import math
from dataclasses import dataclass
from typing import get_args

import numpy as np

from swahr import _native
from swahr.config import Subpixel
from swahr.errors import SettingError
from swahr.pose.skeleton import COCO_17

LARGEST = 2**31 - 1  # what the native operations count in


@dataclass(frozen=True)
class ParseParams:
    """How heatmaps and tags become people. The defaults are the published ones.

    Args:
        max_people: Candidates a joint, and people that take further joints.
        detection_threshold: A candidate's confidence must be above (strict).
        tag_threshold: A candidate joins a person if its tag distance is below (strict).
        nms_window: Side of the window in which a peak is the maximum, heatmap pixels, odd.
        matching_order: The order in which joints are matched; None is COCO's for 17 joints, else as numbered.
        use_detection_value: More confident candidates choose first where rounded distances are equal.
        ignore_too_much: No more people once there are max_people.
        break_ties: Add 1e-3 distance^2 to the cost, so that the nearer of two equal rounded distances wins.
        refine_min_confidence: A lost joint is filled in only where the heatmap value is above. Raise it against weak
            joints.
        refine_max_tag_distance: ... and its tag at most so far from the person's. Lower it against far-away ones.
        subpixel: Where in its pixel a joint lies: a quarter pixel towards the larger neighbour, as published, which
            leaves positions on a grid; or at the top of a parabola or of a Gaussian through the cell of the finest
            stage and its neighbours (Zhang et al., CVPR 2020, arXiv 1910.06278, without its blur).
        spread: Also measure how wide each joint's peak is: `ParsedPeople.spread`.

    Raises:
        SettingError: A value makes no sense.

    >>> ParseParams(max_people=5).order_for(3)
    (0, 1, 2)
    """

    max_people: int = 30
    detection_threshold: float = 0.12
    tag_threshold: float = 1.0
    nms_window: int = 5
    matching_order: tuple[int, ...] | None = None
    use_detection_value: bool = True
    ignore_too_much: bool = False
    break_ties: bool = False
    refine_min_confidence: float = 0.0
    refine_max_tag_distance: float = math.inf
    subpixel: Subpixel = "quarter"
    spread: bool = False

    def __post_init__(self) -> None:
        for name in ("max_people", "nms_window"):
            value = getattr(self, name)
            if not isinstance(value, (int, np.integer)) or not 1 <= value <= LARGEST:
                raise SettingError(f"{name} is {value!r}; expected a whole number from 1 to {LARGEST}")
        if self.nms_window % 2 == 0:
            raise SettingError(f"nms_window is {self.nms_window}; expected an odd number")
        for name in (
            "detection_threshold",
            "tag_threshold",
            "refine_min_confidence",
            "refine_max_tag_distance",
        ):
            value = getattr(self, name)
            if not isinstance(value, (int, float, np.number)) or not value >= 0:
                raise SettingError(f"{name} is {value!r}; expected a number from 0 on")
        if not math.isfinite(self.detection_threshold):
            raise SettingError(f"detection_threshold is {self.detection_threshold}; expected a finite number")
        if self.subpixel not in get_args(Subpixel):
            raise SettingError(
                f"subpixel is {self.subpixel!r}; expected one of {', '.join(get_args(Subpixel))}"
            )

    def order_for(self, num_joints: int) -> tuple[int, ...]:
        """Return the matching order for K joints.

        Raises:
            SettingError: The given one does not fit.
        """
        if self.matching_order is None:
            return COCO_17.matching_order if num_joints == COCO_17.num_joints else tuple(range(num_joints))
        if sorted(self.matching_order) != list(range(num_joints)):
            raise SettingError(
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
            adjust: move joints within their pixel, as `subpixel` says, then half a pixel.
            refine: fill in joints that a person lacks.

        Raises:
            SettingError: the matching order does not fit K joints.
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
            min_confidence=self.refine_min_confidence,
            max_tag_distance=self.refine_max_tag_distance,
            adjust=adjust,
            refine=refine,
            subpixel=get_args(Subpixel).index(self.subpixel),
            spread=self.spread,
        )
