"""The channel shuffle module: each level of a pyramid is told by channels of all others.

Su et al., CVPR 2019 (arXiv 1905.03466), section 3.2 (CSM); the shuffle is that of Zhang et al. ("ShuffleNet", 2018).
How maps are resampled, and the layers' norms, are not given there: here they are bilinear and means of areas, and batch
norm and ReLU as in CPN's laterals.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from swahr.models.layers import conv_bn

WIDTH = 256


def shuffled(x: Tensor, groups: int) -> Tensor:
    """Return the channels of [B, C, H, W] in another order: the first of each group, the second of each, and so on.

    >>> shuffled(torch.arange(6.0).reshape(1, 6, 1, 1), 2).flatten().tolist()
    [0.0, 3.0, 1.0, 4.0, 2.0, 5.0]
    """
    batch, channels, height, width = x.shape
    return x.reshape(batch, groups, channels // groups, height, width).transpose(1, 2).reshape(x.shape)


class ChannelShuffle(nn.Module):
    """Enhances a pyramid whose levels halve in size.

    Args:
        channels: Of its levels, coarsest first.
        groups: Of the shuffle.
        width: Channels of each level that are shuffled, as many as it keeps.
    """

    def __init__(self, channels: Sequence[int], groups: int, width: int = WIDTH) -> None:
        super().__init__()
        self.groups, self.width = groups, width
        self.width_out = 2 * width  # of each level
        self.narrow = nn.ModuleList(conv_bn(c, width, 1) for c in channels)
        self.mix = nn.ModuleList(conv_bn(width, width, 1) for _ in channels)

    def forward(self, features: list[Tensor]) -> list[Tensor]:
        """Map levels, coarsest first, to as many of twice the width: each its own, then what was shuffled to it."""
        own = [layer(feature) for layer, feature in zip(self.narrow, features, strict=True)]
        factors = [2 ** (len(own) - 1 - level) for level in range(len(own))]  # of the finest level's sides
        enlarged = [
            level if factor == 1 else F.interpolate(level, scale_factor=float(factor), mode="bilinear")
            for level, factor in zip(own, factors, strict=True)
        ]
        parts = torch.split(shuffled(torch.cat(enlarged, dim=1), self.groups), self.width, dim=1)
        return [
            torch.cat([level, mix(part if factor == 1 else F.avg_pool2d(part, factor))], dim=1)
            for level, mix, part, factor in zip(own, self.mix, parts, factors, strict=True)
        ]
