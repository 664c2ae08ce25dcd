"""Heatmaps and part affinity fields to people, by the native operation.

Cao et al., CVPR 2017 (arXiv 1611.08050), sections 2.3 and 2.4; TPAMI 2019 (arXiv 1812.08008) for the rule `openpose`;
Osokin 2018 (arXiv 1811.12004) for `lightweight`. K joints, L limbs, P people.
"""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from swahr import _native
from swahr.decode.maps import ParsedPeople, adopt, as_float_array, on_gpu
from swahr.decode.paf_reference import Candidates, PafPeople
from swahr.decode.paf_rules import BODY_25_FIELDS, COCO_18_FIELDS, FieldLayout, PafRule, rule_named
from swahr.errors import SwahrError

if TYPE_CHECKING:
    from torch import Tensor

    Maps = npt.NDArray[Any] | Tensor

LAYOUTS = (COCO_18_FIELDS, BODY_25_FIELDS)


class Grouped(NamedTuple):
    """Candidates of all joints, and people as numbers of candidates."""

    candidates: Candidates
    people: PafPeople


def group_pafs(
    heatmaps: "Maps",
    pafs: "Maps",
    rule: str | PafRule = "openpose2017",
    layout: FieldLayout | None = None,
    threads: int = 0,
) -> ParsedPeople:
    """Find the people in one image's maps.

    Args:
        heatmaps: [K + 1, H, W], the background's last, or [K, H, W]; finite; numpy or torch. Those on a GPU are parsed
            there, where this build has kernels for it.
        pafs: [2 L, H, W]; finite.
        rule: `openpose2017` and `lightweight` do as their published code does; `openpose` as the library's defaults; or
            a rule of one's own.
        layout: Which limbs the fields are of; None takes COCO's with a neck, or BODY_25's, by the number of channels.
        threads: 0 takes as many as the machine has.

    Returns:
        keypoints [P, K, 3] x, y in cells of the maps, and the heatmap's value; all 0 where a joint is missing. scores
        [P]: values of joints and limbs by the number of joints.

    Raises:
        SwahrError: Shapes do not fit, maps hold NaN or infinity, or there is no such rule.

    >>> import numpy as np
    >>> group_pafs(np.zeros((19, 8, 6), np.float32), np.zeros((38, 8, 6), np.float32)).keypoints.shape
    (0, 18, 3)
    """
    layout = layout or _layout_of(pafs)
    candidates, people = group_candidates(heatmaps, pafs, rule, layout, threads)
    there = people.joints >= 0
    keypoints = np.zeros((*people.joints.shape, 3), np.float32)
    keypoints[there] = np.column_stack([candidates.xy, candidates.score])[people.joints[there]]
    return ParsedPeople(keypoints, (people.total / np.maximum(people.size, 1)).astype(np.float32))


def group_candidates(
    heatmaps: "Maps", pafs: "Maps", rule: str | PafRule, layout: FieldLayout, threads: int = 0
) -> Grouped:
    """Do what `group_pafs` does, and return what it is made of."""
    rule = rule if isinstance(rule, PafRule) else rule_named(rule)
    settings = native_rule(rule, layout)
    adopted, adopted_pafs = adopt(heatmaps), adopt(pafs)
    by_kernels = len(layout.limbs) <= _native.max_limbs and rule.blur <= _native.max_blur
    if by_kernels and on_gpu(adopted, adopted_pafs):
        from swahr.decode.paf_blocks import group_by_blocks

        return Grouped(*group_by_blocks(adopted.float(), adopted_pafs.float(), settings, layout))
    heatmap = np.ascontiguousarray(as_float_array(adopted, "heatmaps"))
    field = np.ascontiguousarray(as_float_array(adopted_pafs, "pafs"))
    try:
        joint, xy, score, people, total, count = _native.group_pafs(
            heatmap, field, layout.num_joints, layout.limbs, layout.channels, layout.weak, settings, threads
        )
    except (ValueError, TypeError) as error:
        raise SwahrError(str(error)) from error
    return Grouped(Candidates(joint, xy, score), PafPeople(people, total, count))


def native_rule(rule: PafRule, layout: FieldLayout) -> "_native.PafRule":
    """Return a rule as the native operations take it for a network."""
    values = asdict(rule)
    return _native.PafRule(feet=layout.feet if values.pop("feet_apart") else 0, **values)


def _layout_of(pafs: "Maps") -> FieldLayout:
    for layout in LAYOUTS:
        if len(pafs) == 2 * len(layout.limbs):
            return layout
    known = " or ".join(str(2 * len(layout.limbs)) for layout in LAYOUTS)
    raise SwahrError(f"pafs have {len(pafs)} channels; expected {known}, or a layout that says what they are")
