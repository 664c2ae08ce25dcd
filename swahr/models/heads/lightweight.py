"""Heatmaps and part affinity fields by one trunk a stage: Lightweight OpenPose.

Osokin, "Real-time 2D Multi-Person Pose Estimation on CPU: Lightweight OpenPose", 2018 (arXiv 1811.12004), section 3.2
and figures 3 and 4. Module names follow the published checkpoint.
"""

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn

from swahr.config import setting
from swahr.models.backbones.base import Feature
from swahr.models.heads.base import Head, HeadSettings, feature_at, register_head
from swahr.models.layers import MAX_CHANNELS, MAX_REPEATS, OutputConv, initialise

STRIDE = 8
WIDTH, MAX_WIDTH = 128, 1024
FIRST_OUTPUT_FACTOR = 4  # channels before the first stage's outputs, by those of all other layers
REFINEMENT_BLOCKS = 5


@register_head("lightweight")
class LightweightHeadSettings(HeadSettings):
    """Part affinity fields, Lightweight OpenPose."""

    finder = "fields"

    refinements: int = setting(1, "Stages after the first: 1 as published.", ge=0, le=MAX_REPEATS)
    num_limbs: int = setting(19, "L, limbs that have a field.", gt=0, le=MAX_CHANNELS)
    width: int = setting(WIDTH, "Channels, 128 as published.", gt=0, le=MAX_WIDTH)

    @property
    def title(self) -> str:
        """What people call a network with it."""
        return "Lightweight OpenPose"

    def build(self, features: Sequence[Feature], num_joints: int) -> "LightweightHead":
        """Return the module. Raises SettingError where no feature is at stride 8."""
        number = feature_at(features, STRIDE, self.kind)
        return LightweightHead(
            features[number].channels, num_joints, self.num_limbs, self.refinements, number, self.width
        )


def _conv(c_in: int, c_out: int, kernel: int, relu: bool = True) -> nn.Sequential:
    if not relu:
        return nn.Sequential(OutputConv(c_in, c_out, kernel, padding=kernel // 2))
    return nn.Sequential(nn.Conv2d(c_in, c_out, kernel, padding=kernel // 2), nn.ReLU(inplace=True))


class Stage(nn.Module):
    """A trunk, and a 1x1 pair for heatmaps and one for fields."""

    def __init__(
        self, trunk: nn.Sequential, width: int, c_between: int, num_heatmaps: int, num_fields: int
    ) -> None:
        super().__init__()
        self.trunk = trunk
        self.heatmaps = nn.Sequential(
            _conv(width, c_between, 1), _conv(c_between, num_heatmaps, 1, relu=False)
        )
        self.pafs = nn.Sequential(_conv(width, c_between, 1), _conv(c_between, num_fields, 1, relu=False))

    def forward(self, x: Tensor) -> list[Tensor]:
        """Map [B, c_in, H, W] to heatmaps and fields."""
        x = self.trunk(x)
        return [self.heatmaps(x), self.pafs(x)]


class RefinementBlock(nn.Module):
    """A 1x1, to which two 3x3 with batch norm, the second dilated, are added: they see as far as a 7x7."""

    def __init__(self, c_in: int, width: int) -> None:
        super().__init__()
        self.initial = _conv(c_in, width, 1)
        self.trunk = nn.Sequential(
            *(
                nn.Sequential(
                    nn.Conv2d(width, width, 3, padding=dilation, dilation=dilation),
                    nn.BatchNorm2d(width),
                    nn.ReLU(inplace=True),
                )
                for dilation in (1, 2)
            )
        )

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, c_in, H, W] to [B, width, H, W]."""
        x = self.initial(x)
        y: Tensor = x + self.trunk(x)
        return y


class LightweightHead(Head):
    """A first stage, and refinements that see its maps.

    Args:
        c_in: channels of the feature that is read.
        num_joints: K; there is one heatmap more, of the background.
        num_limbs: L, of which each has a field of x and y.
        refinements: stages after the first.
        reads: which of the backbone's features that is.
        width: channels.
    """

    answers = ("heatmaps", "pafs")

    def __init__(
        self,
        c_in: int,
        num_joints: int,
        num_limbs: int,
        refinements: int,
        reads: int = 0,
        width: int = WIDTH,
    ) -> None:
        super().__init__()
        self.num_joints, self.reads = num_joints, reads
        outputs = (num_joints + 1, 2 * num_limbs)
        first = nn.Sequential(_conv(c_in, width, 3), _conv(width, width, 3), _conv(width, width, 3))
        self.initial_stage = Stage(first, width, FIRST_OUTPUT_FACTOR * width, *outputs)
        self.refinement_stages = nn.ModuleList(
            Stage(
                nn.Sequential(
                    RefinementBlock(c_in + sum(outputs), width),
                    *(RefinementBlock(width, width) for _ in range(REFINEMENT_BLOCKS - 1)),
                ),
                width,
                width,
                *outputs,
            )
            for _ in range(refinements)
        )

    @property
    def taught_outputs(self) -> tuple[str, ...]:
        """Heatmaps and fields of each stage."""
        return self.answers * (1 + len(self.refinement_stages))

    def forward(self, features: list[Tensor]) -> list[Tensor]:
        """Map a feature to each stage's heatmaps [B, K + 1, H / 8, W / 8] and fields [B, 2 L, H / 8, W / 8] in turn."""
        feature = features[self.reads]
        outputs: list[Tensor] = self.initial_stage(feature)
        for stage in self.refinement_stages:
            outputs = outputs + cast(list[Tensor], stage(torch.cat([feature, *outputs[-2:]], dim=1)))
        return outputs

    def initialise(self) -> None:
        """Draw all weights anew."""
        initialise(self)

    def joint_axis(self, name: str) -> tuple[int, int] | None:
        """Return nothing: the background's heatmap stands with those of the joints, and fields are of limbs."""
        del name
        return None
