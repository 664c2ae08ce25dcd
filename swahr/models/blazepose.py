"""BlazePose GHUM's landmarks (Google, Apache-2.0): 33 points of one person in a turned square crop, feet among them.

Bazarevsky et al., CVPRW 2020 (arXiv 2006.10204), gives the idea: heatmaps on a way up, and an encoder that regresses
the points from them. The layers were read off the published files of the two sizes, `full` and `heavy`. Segmentation
and the points in metres are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from swahr.models.backbones.movenet import SamePadConv
from swahr.models.layers import relu6

INPUT_SIDE = 256  # pixels; the regression reads a map of 2 x 2 cells, so no other size will do
HEATMAP_CELLS = 64
POINTS = 39  # 33 of the body, two that say where the region of a next frame is, four unused
VALUES = 5  # of a point: x, y, z, logits of visibility and presence
STEM_WIDTH, UP_WIDTH, DEEP_WIDTH = 24, 48, 288
OUTPUTS = ("landmarks", "presence", "heatmaps")


class Narrow(NamedTuple):
    """An inverted residual: channels inside and after it, side of its filter, stride."""

    hidden: int
    c_out: int
    kernel: int = 3
    stride: int = 1


@dataclass(frozen=True)
class Layout:
    """The numbers in which the sizes differ.

    Attributes:
        first: channels after the first block.
        blocks: the inverted residuals that follow.
        taps: which blocks, the last at strides 4, 8 and 16, the way up reads.
        hidden: channels of the last filter, at stride 32.
        rungs: channels and residual units of the encoder at strides 8, 16, 32, which reads the way up; none in `full`,
            whose encoder begins at stride 32.
        tail: the same at strides 64 and 128.
    """

    first: int
    blocks: tuple[Narrow, ...]
    taps: tuple[int, int, int]
    hidden: int
    rungs: tuple[tuple[int, int], ...]
    tail: tuple[tuple[int, int], ...]


LAYOUTS = {
    "full": Layout(
        first=16,
        blocks=(
            Narrow(64, 24, stride=2), Narrow(144, 24),
            Narrow(144, 32, 5, 2), Narrow(192, 32, 5),
            Narrow(192, 64, stride=2), *[Narrow(384, 64)] * 2, Narrow(384, 88, 5), *[Narrow(528, 88, 5)] * 2,
            Narrow(528, 144, 5, 2), *[Narrow(864, 144, 5)] * 3,
        ),
        taps=(1, 3, 9),
        hidden=864,
        rungs=(),
        tail=((DEEP_WIDTH, 4), (DEEP_WIDTH, 5)),
    ),
    "heavy": Layout(
        first=24,
        blocks=(
            Narrow(96, 32, stride=2), Narrow(128, 32), *[Narrow(192, 32)] * 2,
            Narrow(192, 56, 5, 2), *[Narrow(336, 56, 5)] * 3,
            Narrow(336, 112, stride=2), *[Narrow(672, 112)] * 5, Narrow(672, 160, 5), *[Narrow(960, 160, 5)] * 5,
            Narrow(960, 272, 5, 2), *[Narrow(1632, 272, 5)] * 7,
        ),
        taps=(3, 7, 19),
        hidden=1632,
        rungs=((96, 6), (192, 7), (DEEP_WIDTH, 7)),
        tail=((DEEP_WIDTH, 7), (DEEP_WIDTH, 7)),
    ),
}  # fmt: skip


class Landmarks(NamedTuple):
    """What the network says of B crops.

    landmarks: [B, 39 x 5, 1, 1], of each point x, y and z in pixels of the crop, logits of visibility and presence.
    presence: [B, 1, 1, 1], that there is a person, in [0, 1]. heatmaps: [B, 39, 64, 64], of each point, in [0, 1].
    """

    landmarks: Tensor
    presence: Tensor
    heatmaps: Tensor


class InvertedResidual(nn.Module):
    """Widen, filter each channel, narrow; a shortcut where the shape is kept. It pads alike on all sides."""

    def __init__(self, c_in: int, form: Narrow) -> None:
        super().__init__()
        hidden, c_out, kernel, stride = form
        self.expand = nn.Conv2d(c_in, hidden, 1)
        self.depthwise = nn.Conv2d(hidden, hidden, kernel, stride, kernel // 2, groups=hidden)
        self.project = nn.Conv2d(hidden, c_out, 1)
        self.shortcut = stride == 1 and c_in == c_out

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, c_in, H, W] to [B, c_out, H / stride, W / stride]."""
        y = relu6(self.expand(x))
        y = cast(Tensor, self.project(relu6(self.depthwise(y))))
        return x + y if self.shortcut else y


class Separable(nn.Sequential):
    """Depthwise 3x3 and pointwise, ReLU6 after each; the last one may be left to who adds something first."""

    def __init__(self, c_in: int, c_out: int, stride: int = 1, last: bool = True) -> None:
        layers: list[nn.Module] = [
            SamePadConv(c_in, c_in, 3, stride, groups=c_in), nn.ReLU6(), SamePadConv(c_in, c_out, 1)
        ]  # fmt: skip
        super().__init__(*layers, *([nn.ReLU6()] if last else []))


class Unit(nn.Module):
    """A separable convolution with a shortcut; with stride 2 the shortcut is a maximum, its missing channels 0."""

    def __init__(self, c_in: int, c_out: int, stride: int = 1) -> None:
        super().__init__()
        self.filters = Separable(c_in, c_out, stride, last=False)
        self.stride, self.more = stride, c_out - c_in

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, c_in, H, W] to [B, c_out, H / stride, W / stride]."""
        shortcut = F.max_pool2d(x, 2) if self.stride == 2 else x
        if self.more:
            shortcut = F.pad(shortcut, (0, 0, 0, 0, 0, self.more))
        return relu6(shortcut + self.filters(x))


class BlazePose(nn.Module):
    """The network.

    Input: [B, 3, 256, 256] RGB in [0, 1]. Output: `Landmarks`.

    Args:
        size: full or heavy.
    """

    def __init__(self, size: str = "full") -> None:
        super().__init__()
        self.size, layout = size, LAYOUTS[size]
        self.stem = nn.Conv2d(3, STEM_WIDTH, 3, 2, 1)
        self.first = nn.Sequential(
            SamePadConv(STEM_WIDTH, STEM_WIDTH, 3, groups=STEM_WIDTH),
            nn.ReLU6(),
            SamePadConv(STEM_WIDTH, layout.first, 1),
        )
        widths = [layout.first, *(block.c_out for block in layout.blocks)]
        self.blocks = nn.ModuleList(
            InvertedResidual(c_in, form) for c_in, form in zip(widths, layout.blocks, strict=False)
        )
        self.taps = layout.taps
        tapped = [widths[tap + 1] for tap in layout.taps]
        self.last = nn.Sequential(
            SamePadConv(widths[-1], layout.hidden, 1),
            nn.ReLU6(),
            SamePadConv(layout.hidden, layout.hidden, 3, groups=layout.hidden),
            nn.ReLU6(),
        )
        self.up = nn.ModuleList(Separable(c, UP_WIDTH) for c in (*tapped, layout.hidden))
        self.heatmap_layer = SamePadConv(UP_WIDTH, POINTS, 1)
        c_in, rungs, joins = UP_WIDTH, [], []
        for (c_out, units), c_tap in zip(layout.rungs, (*tapped[1:], layout.hidden), strict=False):
            rungs.append(_stage(c_in, c_out, units))
            joins.append(Separable(c_tap, c_out))
            c_in = c_out
        self.rungs, self.joins = nn.ModuleList(rungs), nn.ModuleList(joins)
        if not rungs:
            self.joins.append(Separable(layout.hidden, DEEP_WIDTH))
        self.tail = nn.Sequential(*(_stage(DEEP_WIDTH, c_out, units) for c_out, units in layout.tail))
        self.landmark_layer = nn.Conv2d(DEEP_WIDTH, POINTS * VALUES, 2)
        self.presence_layer = nn.Conv2d(DEEP_WIDTH, 1, 2)

    def forward(self, images: Tensor) -> Landmarks:
        """Map [B, 3, 256, 256] to points and heatmaps."""
        x = relu6(self.stem(images))  # [B, 24, 128, 128]
        x = self.first(x)
        tapped = []
        for i, block in enumerate(self.blocks):
            x = block(x)
            if i in self.taps:
                tapped.append(x)
        deepest = self.last(x)  # [B, 864 or 1632, 8, 8]
        at4 = self.up[-1](deepest)  # [B, 48, 8, 8]
        for lateral, tap in zip(reversed(self.up[:-1]), reversed(tapped), strict=True):
            at4 = F.interpolate(at4, scale_factor=2.0, mode="bilinear", align_corners=False) + lateral(tap)
        heatmaps = self.heatmap_layer(at4).sigmoid()  # [B, 39, 64, 64]
        if len(self.rungs):
            y = at4
            for rung, join, tap in zip(self.rungs, self.joins, (*tapped[1:], deepest), strict=True):
                y = rung(y) + join(tap)
        else:
            y = self.joins[0](deepest)
        y = self.tail(y)  # [B, 288, 2, 2]
        return Landmarks(self.landmark_layer(y), self.presence_layer(y).sigmoid(), heatmaps)

    def in_file_order(self) -> list[nn.Module]:
        """Return the modules that hold weights in the order in which the published files run them."""
        order: list[nn.Module] = [self.stem, self.first]
        for index, block in enumerate(cast(Sequence[InvertedResidual], self.blocks)):
            order.append(block.expand)
            if index - 1 in self.taps:  # what reads the block before comes first
                tap = self.taps.index(index - 1)
                order.append(self.up[tap])
                if len(self.rungs) and tap:
                    order.append(self.joins[tap - 1])
            order += [block.depthwise, block.project]
        order += [self.last, self.up[-1], *self.rungs, self.heatmap_layer, self.joins[-1], self.tail]
        return [*order, self.landmark_layer, self.presence_layer]


def _stage(c_in: int, c_out: int, units: int) -> nn.Sequential:
    """Make a step down and the units after it."""
    return nn.Sequential(Unit(c_in, c_out, 2), *(Unit(c_out, c_out) for _ in range(units)))


def convolutions(model: BlazePose) -> list[nn.Conv2d]:
    """Return all convolutions in the order of the published files."""
    return [
        layer
        for module in model.in_file_order()
        for layer in module.modules()
        if isinstance(layer, nn.Conv2d)
    ]


def empty(size: str) -> BlazePose:
    """Return a network without weights, for who fills it."""
    with torch.device("meta"):
        return BlazePose(size)
