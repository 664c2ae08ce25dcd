"""ResNet, with three transposed convolutions (Simple Baselines) or as a pyramid of four features (CPN).

He et al., "Deep Residual Learning for Image Recognition", CVPR 2016, table 1; Xiao et al., "Simple Baselines for Human
Pose Estimation and Tracking", ECCV 2018 (arXiv 1804.06208), section 2. Module names follow the published checkpoints.
"""

from collections.abc import Sequence
from typing import Literal

import torch.nn.functional as F
from torch import Tensor, nn

from swahr.config import setting
from swahr.models.attention import REDUCTION, Attention
from swahr.models.backbones.base import Backbone, BackboneSettings, Feature, register_backbone
from swahr.models.layers import MAX_CHANNELS, MAX_REPEATS, Bottleneck, Channels

BLOCKS = {14: (1, 1, 1, 1), 26: (2, 2, 2, 2), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
WIDTH = 64
MAX_WIDTH = MAX_CHANNELS // (8 * Bottleneck.expansion)  # of what the last stage has 32 times


@register_backbone("resnet")
class ResNetSettings(BackboneSettings):
    """ResNet."""

    depth: Literal[14, 26, 50, 101, 152] = setting(
        50, "Layers: 50, 101 and 152 are published; 14 and 26 have one and two bottlenecks in each stage."
    )
    width: int = setting(
        WIDTH,
        "Channels of the stem and of the first stage's bottlenecks: 64 as published; each stage has twice those of the "
        "one before.",
        gt=0,
        le=MAX_WIDTH,
    )
    style: Literal["pytorch", "caffe"] = setting(
        "pytorch",
        "Which convolution of a stage's first block strides: the 3x3 (pytorch) or the first 1x1 (caffe).",
    )
    deconvolutions: tuple[Channels, ...] = setting(
        (256, 256, 256),
        "Channels of transposed convolutions on top, each of which doubles the size: three reach stride 4, none give "
        "the features of all four stages.",
        max_length=MAX_REPEATS,
    )
    attention: Attention = setting(
        "none", "Gates in the bottlenecks, in the order in which they are passed: see the head cpn."
    )
    attention_reduction: int = setting(
        REDUCTION, "Channels by those between the two layers of a channel gate.", gt=0
    )

    def build(self) -> "ResNet":
        """Return the module with weights as torch draws them."""
        return ResNet(
            BLOCKS[self.depth],
            self.style == "caffe",
            self.deconvolutions,
            self.attention,
            self.attention_reduction,
            self.width,
        )


class ResNet(Backbone):
    """ResNet without its classifier.

    Args:
        blocks: bottlenecks in each of the four stages.
        caffe: the first 1x1 convolution of a stage strides, and not its 3x3.
        deconvolutions: channels of each transposed convolution; none give a pyramid.
        attention: gates of the bottlenecks: see `swahr.models.attention`.
        reduction: of their channel gates.
        width: channels of the stem; the bottlenecks of the four stages have 1, 2, 4 and 8 times as many.
    """

    def __init__(
        self,
        blocks: Sequence[int],
        caffe: bool = False,
        deconvolutions: Sequence[int] = (),
        attention: Attention = "none",
        reduction: int = REDUCTION,
        width: int = WIDTH,
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        c_in = width
        widths = [width << stage for stage in range(len(blocks))]
        for number, (c_stage, count) in enumerate(zip(widths, blocks, strict=True), 1):
            stage = nn.Sequential()
            for block in range(count):
                stride = 2 if number > 1 and block == 0 else 1
                stage.append(
                    Bottleneck(
                        c_in,
                        c_stage,
                        stride=stride,
                        stride_first=caffe,
                        project=block == 0,
                        attention=attention,
                        reduction=reduction,
                    )
                )
                c_in = c_stage * Bottleneck.expansion
            self.add_module(f"layer{number}", stage)
        self.deconv_layers = nn.Sequential()
        for c_out in deconvolutions:
            self.deconv_layers.append(nn.ConvTranspose2d(c_in, c_out, 4, stride=2, padding=1, bias=False))
            self.deconv_layers.append(nn.BatchNorm2d(c_out))
            self.deconv_layers.append(nn.ReLU(inplace=True))
            c_in = c_out
        self.features = (
            (Feature(c_in, 32 >> len(deconvolutions)),)
            if deconvolutions
            else tuple(Feature(c_stage * Bottleneck.expansion, 4 << i) for i, c_stage in enumerate(widths))
        )

    def forward(self, images: Tensor) -> list[Tensor]:
        """Map [B, 3, H, W], sides multiples of 32, to the transposed convolutions' map or the four stages'."""
        x = F.relu(self.bn1(self.conv1(images)), inplace=True)
        x = F.max_pool2d(x, 3, stride=2, padding=1)  # [B, width, H/4, W/4]
        pyramid = []
        for number in range(1, 5):
            x = self.get_submodule(f"layer{number}")(x)
            pyramid.append(x)
        return [self.deconv_layers(x)] if len(self.deconv_layers) else pyramid
