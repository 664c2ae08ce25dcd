"""HigherHRNet's head in two stages, with SWAHR's scale maps.

Cheng et al., "HigherHRNet", CVPR 2020 (arXiv 1908.10357), section 3; Luo et al., "Rethinking the Heatmap
Regression for Bottom-up Human Pose Estimation", CVPR 2021 (arXiv 2012.15175), section 3.2 and figure 3.
"""

from collections.abc import Sequence
from typing import Literal, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from typing_extensions import Self

from swahr.config import setting
from swahr.models.backbones.base import Feature
from swahr.models.heads.base import Head, HeadSettings, feature_at, register_head
from swahr.models.layers import MAX_CHANNELS, MAX_REPEATS, BasicBlock, conv_bn, initialise

SIGMOID_START = -4.0  # a heatmap value of 0.02
STRIDE = 4  # of the feature that is read


@register_head("higher")
class HigherHeadSettings(HeadSettings):
    """HigherHRNet's head."""

    width: int = setting(32, "Channels at 1/2 resolution.", gt=0, le=MAX_CHANNELS)
    blocks: int = setting(4, "Basic blocks at 1/2 resolution.", ge=0, le=MAX_REPEATS)
    bottleneck: int = setting(
        0, "Channels that the upsampling reads; 0: all, as published.", ge=0, le=MAX_CHANNELS
    )
    scale_heads: bool = setting(True, "With SWAHR's scale maps: needed for training alone.")
    heatmap_activation: Literal["none", "sigmoid"] = setting("none", "none as published, or sigmoid.")
    tag_dims: int = setting(1, "Numbers in a joint's tag: 1 as published.", gt=0, le=MAX_REPEATS)
    refine_first: bool = setting(
        False, "The second stage adds to the first's heatmaps; published: it gives its own."
    )

    @property
    def title(self) -> str:
        """What people call a network with it: SWAHR's has scale maps."""
        return "SWAHR HigherHRNet" if self.scale_heads else "HigherHRNet"

    @property
    def tags(self) -> int:
        """Numbers in a joint's tag."""
        return self.tag_dims

    def build(self, features: Sequence[Feature], num_joints: int) -> "HigherHead":
        """Return the module. Raises SettingError where no feature is at stride 4."""
        number = feature_at(features, STRIDE, self.kind)
        return HigherHead(features[number].channels, num_joints, self, number)

    def for_training(self) -> Self:
        """Return these settings with scale maps."""
        return self.changed(scale_heads=True)

    def for_inference(self) -> Self:
        """Return these settings without scale maps."""
        return self.changed(scale_heads=False)


class ScaleHead(nn.Sequential):
    """Predicts the scale map s of each joint; the last layer starts at zero, so training starts with s = 0."""

    def __init__(self, c_in: int, num_joints: int) -> None:
        super().__init__(
            nn.Conv2d(c_in, num_joints, 1),
            nn.BatchNorm2d(num_joints),
            nn.ReLU(inplace=True),
            nn.Conv2d(num_joints, num_joints, 9, padding=4, groups=num_joints),
        )

    def start_at_zero(self) -> None:
        """Set the last layer to zero."""
        last = self[3]
        assert isinstance(last, nn.Conv2d)
        assert last.bias is not None
        nn.init.zeros_(last.weight)
        nn.init.zeros_(last.bias)


class HigherHead(Head):
    """From backbone features to heatmaps and tags at 1/4, heatmaps at 1/2, and a scale map beside each.

    Args:
        c_in: channels of the feature that is read.
        num_joints: K.
        settings: see `HigherHeadSettings`.
        reads: which of the backbone's features that is.
    """

    def __init__(self, c_in: int, num_joints: int, settings: HigherHeadSettings, reads: int = 0) -> None:
        super().__init__()
        width, bottleneck = settings.width, settings.bottleneck
        self.num_joints, self.tag_dims, self.reads = num_joints, settings.tag_dims, reads
        self.exact = ("final_layers.1",)
        self.refine_first = settings.refine_first
        self.sigmoid = settings.heatmap_activation == "sigmoid"
        c_coarse = (1 + self.tag_dims) * num_joints
        self.final_layers = nn.ModuleList([nn.Conv2d(c_in, c_coarse, 1), nn.Conv2d(width, num_joints, 1)])
        c_concat = c_in + c_coarse
        self.reduce = conv_bn(c_concat, bottleneck, 1) if bottleneck else nn.Identity()
        upsample = nn.Sequential(
            nn.ConvTranspose2d(bottleneck or c_concat, width, 4, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
        )
        # The published names count every block as a sequence of one.
        residual = [nn.Sequential(BasicBlock(width)) for _ in range(settings.blocks)]
        self.deconv_layers = nn.ModuleList([nn.Sequential(upsample, *residual)])
        self.conv_scale_layers = (
            nn.ModuleList([ScaleHead(c_in, num_joints), ScaleHead(width, num_joints)])
            if settings.scale_heads
            else None
        )

    def _activate(self, heatmaps: Tensor) -> Tensor:
        return heatmaps.sigmoid() if self.sigmoid else heatmaps

    def forward(self, features: list[Tensor]) -> list[Tensor]:
        """Map [B, c_in, H, W] to [B, (2 + D) K, H, W] and [B, 2K, 2H, 2W]; K fewer without scale heads."""
        feature = features[self.reads]
        coarse = self.final_layers[0](feature)  # [B, (1 + D) K, H, W]
        heatmaps, tags = coarse.split([self.num_joints, self.tag_dims * self.num_joints], dim=1)
        logits, heatmaps = heatmaps, self._activate(heatmaps)
        stage0 = [heatmaps, tags]
        x = self.reduce(torch.cat([feature, heatmaps, tags], dim=1))
        x = self.deconv_layers[0](x)  # [B, width, 2H, 2W]
        fine = self.final_layers[1](x)  # [B, K, 2H, 2W]
        if self.refine_first:
            fine = fine + F.interpolate(logits, scale_factor=2.0, mode="bilinear", align_corners=False)
        stage1 = [self._activate(fine)]
        if self.conv_scale_layers is not None:
            stage0.insert(0, self.conv_scale_layers[0](feature))
            stage1.insert(0, self.conv_scale_layers[1](x))
        return [torch.cat(stage0, dim=1), torch.cat(stage1, dim=1)]

    def drop_training_parts(self) -> None:
        """Take the scale maps away: inference does not read them."""
        self.conv_scale_layers = None

    def initialise(self) -> None:
        """Draw all weights anew: small output layers (std 0.02), scale maps at zero."""
        initialise(self)
        for layer in self.final_layers:
            assert isinstance(layer, nn.Conv2d)
            nn.init.normal_(layer.weight, std=0.02)
            if self.sigmoid:  # heatmaps start near 0, which most of a photo is, and not at 1/2
                assert layer.bias is not None
                nn.init.constant_(layer.bias[: self.num_joints], SIGMOID_START)
        if self.refine_first:  # the second stage starts as the first, at twice its size
            last = self.final_layers[1]
            assert isinstance(last, nn.Conv2d)
            assert last.bias is not None
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)
        for scale_head in self.conv_scale_layers or ():
            cast(ScaleHead, scale_head).start_at_zero()

    def joint_axis(self, name: str) -> tuple[int, int] | None:
        """Return along which axis of a weight the joints lie and how often they come there; None for other weights.

        Outputs have them first; what reads the feature, heatmaps and tags together has them at the end of its input.
        """
        coarse = 1 + self.tag_dims  # heatmaps, then tags
        if name.startswith("final_layers."):
            return 0, coarse if name.startswith("final_layers.0.") else 1
        if name.startswith("conv_scale_layers.") and not name.endswith("num_batches_tracked"):
            return 0, 1
        reduced = isinstance(self.reduce, nn.Sequential)
        if reduced and name == "reduce.0.weight":
            return 1, coarse
        if not reduced and name == "deconv_layers.0.0.0.weight":
            return 0, coarse  # a transposed convolution has its input first
        return None
