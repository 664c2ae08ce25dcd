"""The cascaded pyramid network: GlobalNet finds the easy joints, RefineNet the hard ones.

Chen et al., "Cascaded Pyramid Network for Multi-Person Pose Estimation", CVPR 2018 (arXiv 1711.07319), section 3.2;
with a channel shuffle module and attention in its bottlenecks, the network of Su et al., CVPR 2019 (arXiv 1905.03466).
Module names follow the published checkpoints.
"""

from collections.abc import Sequence
from typing import Literal, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from swahr.config import setting
from swahr.models.attention import REDUCTION, Attention
from swahr.models.backbones.base import Feature
from swahr.models.heads.base import Head, HeadSettings, feature_at, register_head
from swahr.models.heads.channel_shuffle import ChannelShuffle
from swahr.models.layers import Bottleneck, conv_bn, initialise

STRIDES = (32, 16, 8, 4)  # coarsest first, as the levels count
WIDTH, MAX_WIDTH = 256, 2048
OUTPUT_SCALE = 0.01  # standard deviation of the answers at the start, where targets' peaks are 1
REFINE_EXPANSION = 2  # channels of RefineNet's bottlenecks outside by those inside


@register_head("cpn")
class CPNHeadSettings(HeadSettings):
    """GlobalNet and RefineNet, with a channel shuffle module and attention where asked for."""

    finder = "crops"

    shuffle_groups: Literal[0, 2, 4, 8, 16, 32] = setting(
        0, "Groups of the channel shuffle module before GlobalNet, 4 as published; 0: no such module."
    )
    width: int = setting(
        WIDTH, "Channels of the pyramid, 256 as published.", gt=0, le=MAX_WIDTH, multiple_of=8
    )
    attention: Attention = setting(
        "none",
        "Gates in RefineNet's bottlenecks, in the order in which they are passed; SCARB is spatial-channel. Those of "
        "the backbone are a setting of its own.",
    )
    attention_reduction: int = setting(
        REDUCTION, "Channels by those between the two layers of a channel gate.", gt=0
    )

    @property
    def title(self) -> str:
        """What people call a network with it."""
        parts = [
            "CPN",
            *(["CSM"] if self.shuffle_groups else []),
            *(["SCARB"] if self.attention != "none" else []),
        ]
        return " + ".join(parts)

    def build(self, features: Sequence[Feature], num_joints: int) -> "CPNHead":
        """Return the module. Raises SettingError where a feature at stride 4, 8, 16 or 32 is missing."""
        reads = [feature_at(features, stride, self.kind) for stride in STRIDES]
        return CPNHead([features[i].channels for i in reads], num_joints, reads, self)


class GlobalNet(nn.Module):
    """A feature pyramid, coarsest level first, and heatmaps of each level."""

    def __init__(self, channels: Sequence[int], num_joints: int, width: int) -> None:
        super().__init__()
        self.laterals = nn.ModuleList(conv_bn(c, width, 1) for c in channels)
        # The published names count what enlarges a map as a layer of its own.
        self.upsamples = nn.ModuleList(
            nn.Sequential(nn.Identity(), *conv_bn(width, width, 1, relu=False)) for _ in channels[1:]
        )
        self.predict = nn.ModuleList(
            nn.Sequential(
                *conv_bn(width, width, 1),
                nn.Conv2d(width, num_joints, 3, padding=1, bias=False),
                nn.Identity(),
                nn.BatchNorm2d(num_joints),
            )
            for _ in channels
        )

    def levels(self, features: list[Tensor]) -> list[Tensor]:
        """Map features, coarsest first, to the pyramid's levels."""
        levels: list[Tensor] = []
        for number, (lateral, feature) in enumerate(zip(self.laterals, features, strict=True)):
            level = lateral(feature)
            if levels:
                level = level + self.upsamples[number - 1](_resized(levels[-1], level.shape[-2:]))
            levels.append(level)
        return levels

    def heatmaps(self, levels: list[Tensor]) -> list[Tensor]:
        """Map the pyramid's levels to heatmaps, all of the finest level's size."""
        finest_hw = levels[-1].shape[-2:]
        heatmaps = []
        for predict, level in zip(self.predict, levels, strict=True):
            assert isinstance(predict, nn.Sequential)
            heatmaps.append(predict[4:](_resized(predict[:4](level), finest_hw)))
        return heatmaps


class RefineNet(nn.Module):
    """Bottlenecks on the pyramid's levels, more on coarser ones, and heatmaps of all levels together."""

    def __init__(self, num_joints: int, settings: CPNHeadSettings) -> None:
        super().__init__()
        levels, width = len(STRIDES), settings.width
        self.cascade = nn.ModuleList(
            nn.Sequential(*(_bottleneck(width, settings) for _ in range(levels - 1 - level)))
            for level in range(levels - 1)
        )
        self.final_predict = nn.Sequential(
            _bottleneck(levels * width, settings),
            nn.Conv2d(width, num_joints, 3, padding=1, bias=False),
            nn.BatchNorm2d(num_joints),
        )

    def forward(self, levels: list[Tensor]) -> Tensor:
        """Map the pyramid's levels, coarsest first, to heatmaps of the finest one's size."""
        finest_hw = levels[-1].shape[-2:]
        refined = [
            _resized(blocks(x), finest_hw) for blocks, x in zip(self.cascade, levels[:-1], strict=True)
        ]
        heatmaps: Tensor = self.final_predict(torch.cat([*refined, levels[-1]], dim=1))
        return heatmaps


class CPNHead(Head):
    """GlobalNet's heatmaps of each level, coarsest first, then RefineNet's, which are the answer.

    Args:
        channels: of the features at strides 32, 16, 8 and 4.
        num_joints: K.
        reads: which of the backbone's features these are.
        settings: see `CPNHeadSettings`.
    """

    answers = ("heatmaps",)
    exact = ("refine_net.final_predict.1",)

    def __init__(
        self, channels: Sequence[int], num_joints: int, reads: Sequence[int], settings: CPNHeadSettings
    ) -> None:
        super().__init__()
        self.num_joints, self.reads = num_joints, tuple(reads)
        groups = settings.shuffle_groups
        self.shuffle = ChannelShuffle(channels, groups, settings.width) if groups else None
        if self.shuffle is not None:
            channels = [self.shuffle.width_out] * len(channels)
        self.global_net = GlobalNet(channels, num_joints, settings.width)
        self.refine_net = RefineNet(num_joints, settings)
        self.supervised = True

    def forward(self, features: list[Tensor]) -> list[Tensor]:
        """Map features to five heatmaps [B, K, H / 4, W / 4], or to the last of them alone."""
        pyramid = [features[i] for i in self.reads]
        levels = self.global_net.levels(pyramid if self.shuffle is None else self.shuffle(pyramid))
        heatmaps = self.global_net.heatmaps(levels) if self.supervised else []
        return [*heatmaps, self.refine_net(levels)]

    def drop_training_parts(self) -> None:
        """Give RefineNet's heatmaps alone."""
        self.supervised = False

    def initialise(self) -> None:
        """Draw all weights anew; answers are next to nothing at the start, by the norms that they end with."""
        initialise(self)
        outputs = [*self.global_net.predict, self.refine_net.final_predict]
        for norm in (cast(nn.Sequential, each)[-1] for each in outputs):
            nn.init.constant_(cast(nn.BatchNorm2d, norm).weight, OUTPUT_SCALE)

    def joint_axis(self, name: str) -> tuple[int, int] | None:
        """Return along which axis of a weight the joints lie: the first of each output layer's."""
        layer = name.rpartition(".")[0]
        return (0, 1) if _is_output(layer) and not name.endswith("num_batches_tracked") else None


def _is_output(layer: str) -> bool:
    """Return whether a layer has a channel for each joint: the last convolution of a prediction, and its batch norm."""
    kind, _, place = layer.rpartition(".")
    if kind.startswith("global_net.predict."):
        return place in ("3", "5")
    return kind == "refine_net.final_predict" and place in ("1", "2")


def _bottleneck(c_in: int, settings: CPNHeadSettings) -> Bottleneck:
    return Bottleneck(
        c_in,
        settings.width // REFINE_EXPANSION,
        expansion=REFINE_EXPANSION,
        project=True,  # as the published ones do, where channels stay the same too
        attention=settings.attention,
        reduction=settings.attention_reduction,
    )


def _resized(maps: Tensor, size_hw: Sequence[int]) -> Tensor:
    """Resample maps with corners on corners, as published."""
    return F.interpolate(maps, size=tuple(size_hw), mode="bilinear", align_corners=True)
