"""MoveNet's trunk as a backbone: a MobileNetV2 with a feature pyramid that has already seen many people.

The trunk and the heatmap tower are those of MoveNet MultiPose Lightning (Google, Apache-2.0), whose weights
`movenet_onnx` reads from the published ONNX file; batch norm is already folded there.
MobileNetV2: Sandler et al., CVPR 2018 (arXiv 1801.04381).

The grouping tower is ours: it sees whole people at stride 8 and gets the pixel's coordinates (Liu et al.,
"CoordConv", NeurIPS 2018), from which a tag that differs between people who stand apart is a small step.
"""

from pathlib import Path
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from swahr.config import setting
from swahr.models.backbones.base import Backbone, BackboneSettings, Feature, register_backbone
from swahr.models.layers import MAX_CHANNELS, MAX_REPEATS, conv_bn, relu6

# (channels, blocks, stride) of MobileNetV2's inverted residuals at width 1, expansion 6 (its table 2).
INVERTED_RESIDUALS = ((24, 2, 2), (32, 3, 2), (64, 4, 2), (96, 3, 1), (160, 3, 2), (320, 1, 1))
STEM_WIDTH, FIRST_WIDTH, LAST_WIDTH = 32, 16, 1280
MULTIPOSE_WIDTH = 1.5
PYRAMID_WIDTHS = (24, 24, 32, 64)  # at strides 4, 8, 16, 32
HEATMAP_WIDTH = 96
UNITS_A_SIDE = 5.0  # coordinates run over so many units on the shorter side of the input
ORIGIN_SHIFT = (2.5, 1.0)  # how far their origin is moved in training, x and y
MOVENET_JOINTS = 17
# Two and four pixels at stride 2 from a peak its value has fallen to .73 and .31, as of a Gaussian of 2.5 to 2.6.
PEAK_SIGMA = 2.6


@register_backbone("movenet")
class MoveNetSettings(BackboneSettings):
    """MoveNet."""

    grouping_width: int = setting(64, "Channels of the features for the tags.", gt=0, le=MAX_CHANNELS)
    grouping_blocks: int = setting(4, "Blocks of the tower for the tags.", ge=0, le=MAX_REPEATS)

    @property
    def known_parts(self) -> tuple[str, ...]:
        """What is MoveNet's own; the grouping tower is ours."""
        return ("trunk", "heatmap_tower", "joint_layer")

    @property
    def peak_sigma(self) -> float:
        """That of MoveNet's peaks, measured; see `BackboneSettings`."""
        return PEAK_SIGMA

    def build(self) -> "MoveNetBackbone":
        """Return the module with weights as torch draws them."""
        return MoveNetBackbone(self.grouping_width, self.grouping_blocks)

    def load_start(self, network: nn.Module, path: Path) -> bool:
        """Take trunk and heatmaps over from MoveNet MultiPose's ONNX file; see `BackboneSettings`."""
        from swahr.models.backbones.movenet_onnx import load_movenet
        from swahr.models.higher_hrnet import HigherHRNet

        if path.suffix != ".onnx" or not isinstance(network, HigherHRNet):
            return False
        load_movenet(network, path)
        return True


class SamePadConv(nn.Sequential):
    """A convolution with TensorFlow's SAME padding: a strided one pads right and bottom first."""

    def __init__(
        self, c_in: int, c_out: int, kernel: int, stride: int = 1, groups: int = 1, bias: bool = True
    ) -> None:
        # Sides are multiples of 32, so a stride of 2 always lacks one column and one row.
        pad = nn.ZeroPad2d((0, 1, 0, 1)) if stride == 2 else nn.Identity()
        inner = 0 if stride == 2 else kernel // 2
        super().__init__(pad, nn.Conv2d(c_in, c_out, kernel, stride, inner, groups=groups, bias=bias))


class InvertedResidual(nn.Module):
    """Widen, filter each channel, narrow; with a shortcut where the shape is kept."""

    def __init__(self, c_in: int, c_out: int, stride: int, expansion: int = 6) -> None:
        super().__init__()
        hidden = c_in * expansion
        self.expand = SamePadConv(c_in, hidden, 1) if expansion > 1 else nn.Identity()
        self.depthwise = SamePadConv(hidden, hidden, 3, stride, groups=hidden)
        self.project = SamePadConv(hidden, c_out, 1)
        self.shortcut = stride == 1 and c_in == c_out

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, c_in, H, W] to [B, c_out, H / stride, W / stride]."""
        y = x if isinstance(self.expand, nn.Identity) else relu6(self.expand(x))
        y = self.project(relu6(self.depthwise(y)))
        return cast(Tensor, x + y if self.shortcut else y)


class Separable(nn.Sequential):
    """Depthwise 3x3 without bias, pointwise with bias, ReLU."""

    def __init__(self, c_in: int, c_out: int) -> None:
        super().__init__(
            SamePadConv(c_in, c_in, 3, groups=c_in, bias=False), SamePadConv(c_in, c_out, 1), nn.ReLU()
        )


class Trunk(nn.Module):
    """MobileNetV2 and its pyramid down to stride 4.

    Args:
        width: Factor of MobileNetV2's channels: 1.5 in MoveNet MultiPose Lightning, 1.75 in SinglePose Thunder, 1 in
            SinglePose Lightning. The pyramid is the same in all.
    """

    def __init__(self, width: float = MULTIPOSE_WIDTH) -> None:
        super().__init__()
        stem, c_in = widened(STEM_WIDTH, width), widened(FIRST_WIDTH, width)
        self.stem = SamePadConv(3, stem, 3, stride=2)
        blocks: list[nn.Module] = [InvertedResidual(stem, c_in, 1, expansion=1)]
        self.taps: list[int] = []  # the last block at strides 4, 8 and 16 that the pyramid reads
        tapped: list[int] = []  # and its channels
        for channels, repeats, stride in INVERTED_RESIDUALS:
            c_out = widened(channels, width)
            for i in range(repeats):
                blocks.append(InvertedResidual(c_in, c_out, stride if i == 0 else 1))
                c_in = c_out
            if len(tapped) < len(PYRAMID_WIDTHS) - 1:
                self.taps.append(len(blocks) - 1)
                tapped.append(c_out)
        self.blocks = nn.ModuleList(blocks)
        self.last = SamePadConv(c_in, LAST_WIDTH, 1)
        w4, w8, w16, w32 = PYRAMID_WIDTHS
        channels_in = (*tapped, LAST_WIDTH)
        self.lateral = nn.ModuleList(
            [SamePadConv(c, w, 1) for c, w in zip(channels_in, (w4, w16, w32, w32), strict=True)]
        )
        self.smooth = nn.ModuleList([Separable(w4, w4), Separable(w16, w8), Separable(w32, w16)])

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Map [B, 3, H, W] to maps of 24, 32 and 64 channels at strides 4, 8 and 16."""
        x = relu6(self.stem(images))
        tapped = []
        for i, block in enumerate(self.blocks):
            x = block(x)
            if i in self.taps:
                tapped.append(x)
        deepest = self.lateral[3](relu6(self.last(x)))  # [B, 64, H/32, W/32]
        at16 = _double(deepest) + self.lateral[2](tapped[2])  # [B, 64, H/16, W/16]
        at8 = _double(self.smooth[2](at16)) + self.lateral[1](tapped[1])  # [B, 32, H/8, W/8]
        at4 = self.smooth[0](_double(self.smooth[1](at8)) + self.lateral[0](tapped[0]))  # [B, 24, H/4, W/4]
        return at4, at8, at16


def widened(channels: int, width: float) -> int:
    """Return channels times a width, rounded to a multiple of 8 and never down by more than a tenth (MobileNetV2).

    >>> widened(24, 1.5), widened(24, 1.75), widened(32, 1.0)
    (40, 40, 32)
    """
    rounded = max(8, int(channels * width + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * channels * width else rounded


class LargeKernelBlock(nn.Module):
    """Depthwise 7x7 for reach, two pointwise layers, a shortcut (in the manner of ConvNeXt, with batch norm)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(width, width, 7, padding=3, groups=width, bias=False)
        self.norm = nn.BatchNorm2d(width)
        self.widen = conv_bn(width, 2 * width, 1)
        self.narrow = conv_bn(2 * width, width, 1, relu=False)

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, width, H, W] to the same shape."""
        return x + cast(Tensor, self.narrow(self.widen(self.norm(self.depthwise(x)))))


class GroupingTower(nn.Module):
    """Features for the tags: who a joint belongs to, seen from whole people at stride 16.

    Reads where the joints are (`joints`, the trunk's own heatmaps) beside the pyramid, since who belongs
    together shows in the layout of the joints more than in texture.
    """

    def __init__(self, width: int, blocks: int, num_joints: int = MOVENET_JOINTS) -> None:
        super().__init__()
        w4, _, w16, w32 = PYRAMID_WIDTHS
        deep = 2 * width
        self.enter = conv_bn(4 * num_joints + w16 + 2, width, 1)
        self.near = LargeKernelBlock(width)
        self.descend = conv_bn(width + w32, deep, 1)
        self.blocks = nn.Sequential(*(LargeKernelBlock(deep) for _ in range(blocks)))
        self.ascend = conv_bn(deep + width, width, 1)
        self.again = LargeKernelBlock(width)
        self.join = conv_bn(width + num_joints + w4 + 2, width, 1)
        self.sharpen = LargeKernelBlock(width)
        self._of_the_photo = (  # which channels of which layer read the trunk, and not the heatmaps
            (self.enter, slice(4 * num_joints, 4 * num_joints + w16)),
            (self.descend, slice(width, width + w32)),
            (self.join, slice(width + num_joints, width + num_joints + w4)),
        )

    @torch.no_grad()
    def start_from_layouts(self) -> None:
        """Give the photo's features no weight, as training from labels alone has no photos."""
        for layer, channels in self._of_the_photo:
            cast(nn.Conv2d, layer[0]).weight[:, channels] = 0

    def forward(self, joints: Tensor, at4: Tensor, at8: Tensor, at16: Tensor, origin: Tensor) -> Tensor:
        """Map heatmaps [B, K, H/4, W/4], the trunk's pyramid and `draw_origin` to [B, width, H/4, W/4]."""
        fine = torch.cat([F.pixel_unshuffle(joints, 2), at8, coordinates(at8, origin)], dim=1)
        x8 = self.near(self.enter(fine))  # [B, width, H/8, W/8]
        x16 = self.descend(torch.cat([F.avg_pool2d(x8, 2), at16], dim=1))
        x16 = self.blocks(x16)  # [B, 2 width, H/16, W/16]
        x8 = self.again(self.ascend(torch.cat([_double(x16), x8], dim=1)))
        x = torch.cat([_double(x8), joints, at4, coordinates(at4, origin)], dim=1)
        return cast(Tensor, self.sharpen(self.join(x)))


class MoveNetBackbone(Backbone):
    """MoveNet's trunk, its heatmap tower and heatmaps, and a grouping tower.

    Input: RGB, (value - 0.5) / 0.5 on values in [0, 1], sides multiples of 32.
    Output: [heatmap features 96 | grouping features | coordinates 2] at stride 4.
    """

    def __init__(self, grouping_width: int = 64, grouping_blocks: int = 4) -> None:
        super().__init__()
        self.trunk = Trunk()
        self.heatmap_tower = Separable(PYRAMID_WIDTHS[0], HEATMAP_WIDTH)
        self.joint_layer = nn.Conv2d(HEATMAP_WIDTH, MOVENET_JOINTS, 1)
        self.grouping_tower = GroupingTower(grouping_width, grouping_blocks)
        self.features = (Feature(HEATMAP_WIDTH + grouping_width + 2, 4),)

    def forward(self, images: Tensor) -> list[Tensor]:
        """Map [B, 3, H, W], sides multiples of 32, to one [B, 96 + grouping_width + 2, H / 4, W / 4]."""
        at4, at8, at16 = self.trunk(images)
        features = self.heatmap_tower(at4)
        joints = self.joint_layer(features).sigmoid()
        origin = draw_origin(at4, self.training)
        grouping = self.grouping_tower(joints, at4, at8, at16, origin)
        return [torch.cat([features, grouping, coordinates(at4, origin)], dim=1)]


def coordinates(like: Tensor, origin: Tensor) -> Tensor:
    """Return where each pixel's centre is from the middle, [B, 2, H, W], in fifths of the shorter side.

    origin: [B, 2], added to all of them.
    """
    height, width = like.shape[2:]
    # min() would fix an exported graph to landscape or portrait.
    unit = torch.sym_min(height, width) / UNITS_A_SIDE  # type: ignore[no-untyped-call]
    x = (torch.arange(width, device=like.device, dtype=torch.float32) - (width - 1) / 2) / unit
    y = (torch.arange(height, device=like.device, dtype=torch.float32) - (height - 1) / 2) / unit
    grid = torch.stack([x.expand(height, width), y[:, None].expand(height, width)])
    return (grid + origin[:, :, None, None]).to(like.dtype)


def draw_origin(like: Tensor, training: bool) -> Tensor:
    """Return the origin of the coordinates, [B, 2]: 0, or anywhere near in training.

    A tag may then depend on where joints are from one another, but not on the place in the picture, and
    the wide frames of video have no coordinates that training has not seen.
    """
    if not training:
        return torch.zeros(like.shape[0], 2, device=like.device)
    reach = torch.tensor(ORIGIN_SHIFT, device=like.device)
    return (2 * torch.rand(like.shape[0], 2, device=like.device) - 1) * reach


def _double(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
