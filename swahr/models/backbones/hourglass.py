"""Stacked Hourglass: networks that go down to the smallest map and up again, one after the other.

Newell, Yang and Deng, "Stacked Hourglass Networks for Human Pose Estimation", ECCV 2016 (arXiv 1603.06937), section 3.
Module names follow the published checkpoints.
"""

import torch.nn.functional as F
from torch import Tensor, nn

from swahr.config import setting
from swahr.models.backbones.base import Backbone, BackboneSettings, Feature, register_backbone
from swahr.models.layers import MAX_CHANNELS, MAX_REPEATS, OutputConv

WIDTH = 256
MAX_WIDTH = 2048
DEPTH = 4  # halvings within an hourglass: the smallest map has 1/64 of the input's side


@register_backbone("hourglass")
class HourglassSettings(BackboneSettings):
    """Stacked hourglass."""

    stacks: int = setting(2, "Hourglasses, one after the other: 1 to 8 are published.", gt=0, le=16)
    blocks: int = setting(1, "Residual blocks at each step.", gt=0, le=MAX_REPEATS)
    num_maps: int = setting(
        17,
        "Heatmaps that each stack but the last hands to the next: as many as joints.",
        gt=0,
        le=MAX_CHANNELS,
    )

    width: int = setting(
        WIDTH, "Channels, 256 as published; the stem has a quarter.", gt=0, le=MAX_WIDTH, multiple_of=4
    )

    def build(self) -> "Hourglass":
        """Return the module with weights as torch draws them."""
        return Hourglass(self.stacks, self.blocks, self.num_maps, self.width)


class Residual(nn.Module):
    """Batch norm, ReLU and convolution three times, 1x1, 3x3 and 1x1, and a shortcut: the paper's section 3.1."""

    def __init__(self, c_in: int, c_out: int) -> None:
        super().__init__()
        half = c_out // 2
        self.bn1 = nn.BatchNorm2d(c_in)
        self.conv1 = nn.Conv2d(c_in, half, 1)
        self.bn2 = nn.BatchNorm2d(half)
        self.conv2 = nn.Conv2d(half, half, 3, padding=1)
        self.bn3 = nn.BatchNorm2d(half)
        self.conv3 = nn.Conv2d(half, c_out, 1)
        # The published names count the projection as a sequence of one.
        self.downsample = None if c_in == c_out else nn.Sequential(nn.Conv2d(c_in, c_out, 1))

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, c_in, H, W] to [B, c_out, H, W]."""
        shortcut = x if self.downsample is None else self.downsample(x)
        y = self.conv1(F.relu(self.bn1(x)))
        y = self.conv2(F.relu(self.bn2(y), inplace=True))
        y = self.conv3(F.relu(self.bn3(y), inplace=True))
        total: Tensor = shortcut + y
        return total


def _residuals(blocks: int, width: int) -> nn.Sequential:
    return nn.Sequential(*(Residual(width, width) for _ in range(blocks)))


class OneHourglass(nn.Module):
    """One hourglass: at each level a way around, and a way through the next smaller level (figure 3).

    `hg[level]`, the smallest map first, holds what goes around, what comes after the pooling and what comes before the
    upsampling; the innermost also has what replaces a further level.
    """

    def __init__(self, blocks: int, width: int) -> None:
        super().__init__()
        self.hg = nn.ModuleList(
            nn.ModuleList(_residuals(blocks, width) for _ in range(4 if level == 0 else 3))
            for level in range(DEPTH)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, width, H, W], sides multiples of 16, to the same shape."""
        return self._level(DEPTH - 1, x)

    def _level(self, number: int, x: Tensor) -> Tensor:
        level = self.hg[number]
        assert isinstance(level, nn.ModuleList)
        low = level[1](F.max_pool2d(x, 2))
        low = self._level(number - 1, low) if number else level[3](low)
        around: Tensor = level[0](x)
        # To the size of what it is added to, not by a factor of 2: exporters need not prove then that both agree.
        return around + F.interpolate(level[2](low), size=around.shape[-2:], mode="nearest")


class Hourglass(Backbone):
    """Stacked hourglasses. The first feature is the last stack's; the others are the heatmaps of the stacks before.

    Args:
        stacks: how many.
        blocks: residual blocks at each step.
        num_maps: heatmaps of each stack but the last, which go into the next together with its features (section 3.3).
        width: channels.
    """

    def __init__(self, stacks: int, blocks: int, num_maps: int, width: int = WIDTH) -> None:
        super().__init__()
        c_stem = width // 4
        self.features = (Feature(width, 4), *(Feature(num_maps, 4) for _ in range(stacks - 1)))
        self.conv1 = nn.Conv2d(3, c_stem, 7, stride=2, padding=3)
        self.bn1 = nn.BatchNorm2d(c_stem)
        self.layer1 = nn.Sequential(Residual(c_stem, width // 2))
        self.layer2 = nn.Sequential(Residual(width // 2, width))
        self.layer3 = nn.Sequential(Residual(width, width))
        self.hg = nn.ModuleList(OneHourglass(blocks, width) for _ in range(stacks))
        self.res = nn.ModuleList(_residuals(blocks, width) for _ in range(stacks))
        self.fc = nn.ModuleList(
            nn.Sequential(nn.Conv2d(width, width, 1), nn.BatchNorm2d(width), nn.ReLU(inplace=True))
            for _ in range(stacks)
        )
        self.score = nn.ModuleList(OutputConv(width, num_maps, 1) for _ in range(stacks - 1))
        self.fc_ = nn.ModuleList(nn.Conv2d(width, width, 1) for _ in range(stacks - 1))
        self.score_ = nn.ModuleList(nn.Conv2d(num_maps, width, 1) for _ in range(stacks - 1))

    def forward(self, images: Tensor) -> list[Tensor]:
        """Map [B, 3, H, W], sides multiples of 64, to [B, width, H / 4, W / 4] and the earlier stacks' heatmaps."""
        x = F.relu(self.bn1(self.conv1(images)), inplace=True)
        x = F.max_pool2d(self.layer1(x), 2)
        x = self.layer3(self.layer2(x))  # [B, width, H/4, W/4]
        heatmaps: list[Tensor] = []
        for number, (hourglass, res, fc) in enumerate(zip(self.hg, self.res, self.fc, strict=True)):
            feature = fc(res(hourglass(x)))
            if number < len(self.score):
                heatmaps.append(self.score[number](feature))
                x = x + self.fc_[number](feature) + self.score_[number](heatmaps[-1])
        return [feature, *heatmaps]
