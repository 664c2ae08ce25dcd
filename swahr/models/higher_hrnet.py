"""HigherHRNet with SWAHR's scale heads, on any backbone of stride 4.

Cheng et al., "HigherHRNet", CVPR 2020 (arXiv 1908.10357), section 3; Luo et al., "Rethinking the Heatmap
Regression for Bottom-up Human Pose Estimation", CVPR 2021 (arXiv 2012.15175), section 3.2 and figure 3.
"""

from typing import Literal, Protocol, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from swahr.models.backbones.hrnet import BasicBlock, HRNet, conv_bn, initialise

HeatmapActivation = Literal["none", "sigmoid"]
SIGMOID_START = -4.0  # a heat of 0.02


class Backbone(Protocol):
    """What a backbone offers: a module of output stride 4 that knows its number of channels."""

    out_channels: int

    def __call__(self, images: Tensor) -> Tensor:
        """Map [B, 3, H, W] to [B, out_channels, H / 4, W / 4]."""
        ...


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


class HigherHead(nn.Module):
    """From backbone features to heatmaps and tags at 1/4, heatmaps at 1/2, and a scale map beside each.

    c_in: channels of the backbone. width: channels at 1/2. blocks: basic blocks at 1/2.
    bottleneck: reduce what the transposed convolution reads to so many channels; 0 reads everything,
    as published. scale_heads: training needs them, inference does not. tag_dims: D, numbers in a tag.
    refine_first: the heatmaps at 1/2 are those at 1/4 and what is added to them (before the activation).
    """

    def __init__(
        self,
        c_in: int,
        num_joints: int,
        width: int,
        blocks: int = 4,
        bottleneck: int = 0,
        scale_heads: bool = True,
        heatmap_activation: HeatmapActivation = "none",
        tag_dims: int = 1,
        refine_first: bool = False,
    ) -> None:
        super().__init__()
        self.num_joints = num_joints
        self.tag_dims = tag_dims
        self.refine_first = refine_first
        c_coarse = (1 + tag_dims) * num_joints
        self.sigmoid = heatmap_activation == "sigmoid"
        self.final_layers = nn.ModuleList([nn.Conv2d(c_in, c_coarse, 1), nn.Conv2d(width, num_joints, 1)])
        c_concat = c_in + c_coarse
        self.reduce = conv_bn(c_concat, bottleneck, 1) if bottleneck else nn.Identity()
        upsample = nn.Sequential(
            nn.ConvTranspose2d(bottleneck or c_concat, width, 4, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
        )
        # The published names count every block as a sequence of one.
        residual = [nn.Sequential(BasicBlock(width)) for _ in range(blocks)]
        self.deconv_layers = nn.ModuleList([nn.Sequential(upsample, *residual)])
        self.conv_scale_layers = (
            nn.ModuleList([ScaleHead(c_in, num_joints), ScaleHead(width, num_joints)])
            if scale_heads
            else None
        )

    def _activate(self, heatmaps: Tensor) -> Tensor:
        return heatmaps.sigmoid() if self.sigmoid else heatmaps

    def forward(self, features: Tensor) -> list[Tensor]:
        """Map [B, c_in, H, W] to [B, (2 + D) K, H, W] and [B, 2K, 2H, 2W]; K fewer without scale heads."""
        coarse = self.final_layers[0](features)  # [B, (1 + D) K, H, W]
        heatmaps, tags = coarse.split([self.num_joints, self.tag_dims * self.num_joints], dim=1)
        logits, heatmaps = heatmaps, self._activate(heatmaps)
        stage0 = [heatmaps, tags]
        x = self.reduce(torch.cat([features, heatmaps, tags], dim=1))
        x = self.deconv_layers[0](x)  # [B, width, 2H, 2W]
        fine = self.final_layers[1](x)  # [B, K, 2H, 2W]
        if self.refine_first:
            fine = fine + F.interpolate(logits, scale_factor=2.0, mode="bilinear", align_corners=False)
        stage1 = [self._activate(fine)]
        if self.conv_scale_layers is not None:
            stage0.insert(0, self.conv_scale_layers[0](features))
            stage1.insert(0, self.conv_scale_layers[1](x))
        return [torch.cat(stage0, dim=1), torch.cat(stage1, dim=1)]


class HigherHRNet(nn.Module):
    """Bottom-up pose network: heatmaps and tags of all people of an image at once.

    width: W of the HRNet that is made when no `backbone` is given, and of the head unless `head_width` is.
    num_joints: K. head_blocks: basic blocks at 1/2. head_bottleneck: see `HigherHead`.
    scale_heads: with SWAHR's scale maps (training) or without (inference).
    heatmap_activation: "none" as published, "sigmoid" for trunks that were trained so.
    tag_dims: D, numbers in a joint's tag: 1 as published.
    refine_first: the second stage adds to the first's heatmaps; as published it gives its own.
    """

    def __init__(
        self,
        width: int = 32,
        num_joints: int = 17,
        *,
        backbone: nn.Module | None = None,
        head_width: int | None = None,
        head_blocks: int = 4,
        head_bottleneck: int = 0,
        scale_heads: bool = True,
        heatmap_activation: HeatmapActivation = "none",
        tag_dims: int = 1,
        refine_first: bool = False,
    ) -> None:
        super().__init__()
        self.num_joints = num_joints
        self.tag_dims = tag_dims
        self.backbone = HRNet(width) if backbone is None else backbone
        self.head = HigherHead(
            cast(Backbone, self.backbone).out_channels,
            num_joints,
            head_width or width,
            head_blocks,
            head_bottleneck,
            scale_heads,
            heatmap_activation,
            tag_dims,
            refine_first,
        )

    @property
    def scale_heads(self) -> bool:
        """Whether the outputs begin with scale maps."""
        return self.head.conv_scale_layers is not None

    def drop_scale_heads(self) -> None:
        """Take the scale heads away: inference does not read them."""
        self.head.conv_scale_layers = None

    def initialise(self) -> None:
        """Draw all weights anew for training from scratch; scale maps start at zero."""
        initialise(self)
        self.initialise_head()

    def initialise_head(self) -> None:
        """Draw the head's weights anew: small output layers (std 0.02), scale maps at zero."""
        initialise(self.head)
        for layer in self.head.final_layers:
            assert isinstance(layer, nn.Conv2d)
            nn.init.normal_(layer.weight, std=0.02)
            if self.head.sigmoid:  # heatmaps start near 0, which most of a photo is, and not at 1/2
                assert layer.bias is not None
                nn.init.constant_(layer.bias[: self.num_joints], SIGMOID_START)
        if self.head.refine_first:  # the second stage starts as the first, at twice its size
            last = self.head.final_layers[1]
            assert isinstance(last, nn.Conv2d)
            assert last.bias is not None
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)
        for scale_head in self.head.conv_scale_layers or ():
            cast(ScaleHead, scale_head).start_at_zero()

    def forward(self, images: Tensor) -> list[Tensor]:
        """Map images to the outputs of both stages.

        images: [B, 3, H, W], RGB, normalised, sides multiples of 32.
        Returns stage 0 [B, (2 + D) K, H/4, W/4] = [scale K | heatmap K | tag D K] and
        stage 1 [B, 2K, H/2, W/2] = [scale K | heatmap K]; without scale heads the scale channels are absent.
        `swahr.models.stages.split_stages` takes them apart.
        """
        outputs: list[Tensor] = self.head(self.backbone(images))
        return outputs
