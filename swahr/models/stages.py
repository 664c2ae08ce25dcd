"""The channels of the network's outputs, by name."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from swahr.errors import SwahrError


class StageMaps(NamedTuple):
    """The outputs of both stages taken apart.

    heatmaps: [B, K, H/4, W/4] and [B, K, H/2, W/2]. tags: [B, D K, H/4, W/4], first the
        first number of all joints' tags, then the second.
    scales: shaped like the heatmaps, or None from a network without scale heads.
    """

    heatmaps: list[Tensor]
    tags: Tensor
    scales: list[Tensor] | None


def split_stages(outputs: Sequence[Tensor], num_joints: int) -> StageMaps:
    """Split [scale K | heatmap K | tag K] and [scale K | heatmap K]; the scale channels may be absent."""
    k = num_joints
    coarse, fine = (output.shape[1] for output in outputs)
    with_scales = fine == 2 * k
    tag_channels = coarse - (2 if with_scales else 1) * k
    if fine not in (k, 2 * k) or tag_channels < k or tag_channels % k:
        raise SwahrError(
            f"the network's outputs have {(coarse, fine)} channels; {k} joints need {(3 * k, 2 * k)}, or {(2 * k, k)} "
            f"without scale heads, and {k} more for each further number in a tag: check num_joints"
        )
    # split, not slices: the gradient of a slice is a whole map of zeros.
    if with_scales:
        scale0, heat0, tags = torch.split(outputs[0], [k, k, tag_channels], dim=1)
        scale1, heat1 = torch.split(outputs[1], k, dim=1)
        return StageMaps([heat0, heat1], tags, [scale0, scale1])
    heat0, tags = torch.split(outputs[0], [k, tag_channels], dim=1)
    return StageMaps([heat0, outputs[1]], tags, None)
