"""Layers that several networks are made of."""

from typing import Annotated

import torch
import torch.nn.functional as F
from pydantic import Field
from torch import Tensor, nn

from swahr.models.attention import REDUCTION, Attention, Gate, make_attention

# The metadata of a file may claim any number; larger ones take minutes to build, and no network has them.
MAX_CHANNELS, MAX_REPEATS = 1 << 14, 256
Channels = Annotated[int, Field(gt=0, le=MAX_CHANNELS)]
Repeats = Annotated[int, Field(gt=0, le=MAX_REPEATS)]


def conv_bn(c_in: int, c_out: int, kernel: int, stride: int = 1, relu: bool = True) -> nn.Sequential:
    """A convolution without bias, batch norm and, if asked for, ReLU."""
    layers: list[nn.Module] = [
        nn.Conv2d(c_in, c_out, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(c_out),
    ]
    if relu:
        layers.append(nn.ReLU(inplace=True))
    return nn.Sequential(*layers)


def relu6(x: Tensor) -> Tensor:
    """Cut values off below 0 and above 6, in place; a trace of the graph takes half as long again with that."""
    return F.relu6(x, inplace=not torch.compiler.is_exporting())


class BasicBlock(nn.Module):
    """Two 3x3 convolutions and a shortcut (He et al., CVPR 2016, figure 5 left); width is kept."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, width, H, W] to the same shape."""
        y = F.relu(self.bn1(self.conv1(x)), inplace=True)
        return F.relu(self.bn2(self.conv2(y)) + x, inplace=True)


class Bottleneck(nn.Module):
    """1x1, 3x3, 1x1 with a widening (He et al., CVPR 2016, figure 5 right).

    Args:
        c_in: channels of the input.
        width: channels of the 3x3.
        stride: of the block.
        stride_first: the first convolution strides, and not the 3x3.
        expansion: channels of the output by those of the 3x3.
        project: a convolution on the shortcut; None: where the channels change.
        attention: gates of the residual branch: see `swahr.models.attention`.
        reduction: of its channel gate.
    """

    expansion = 4

    def __init__(
        self,
        c_in: int,
        width: int,
        stride: int = 1,
        stride_first: bool = False,
        expansion: int = expansion,
        project: bool | None = None,
        attention: Attention = "none",
        reduction: int = REDUCTION,
    ) -> None:
        super().__init__()
        c_out = width * expansion
        first, second = (stride, 1) if stride_first else (1, stride)
        self.conv1 = nn.Conv2d(c_in, width, 1, stride=first, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride=second, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, c_out, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(c_out)
        project = c_in != c_out if project is None else project
        self.downsample = conv_bn(c_in, c_out, 1, stride, relu=False) if project else None
        self.attention = make_attention(attention, c_out, reduction)

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, c_in, H, W] to [B, expansion * width, H / stride, W / stride]."""
        shortcut = x if self.downsample is None else self.downsample(x)
        y = F.relu(self.bn1(self.conv1(x)), inplace=True)
        y = F.relu(self.bn2(self.conv2(y)), inplace=True)
        y = self.bn3(self.conv3(y))
        if self.attention is not None:
            y = self.attention(y)
        return F.relu(y + shortcut, inplace=True)


class OutputConv(nn.Conv2d):
    """A convolution of few outputs, whose answers are next to nothing at the start of a training.

    By the number of its outputs it would begin far above any target, which is 0 nearly everywhere.
    """

    STD = 0.001  # of the weights, as published for output layers


def initialise(module: nn.Module) -> None:
    """Kaiming-initialise all convolutions below `module` for training from scratch; output layers and gates anew."""
    for layer in module.modules():
        if isinstance(layer, OutputConv):
            nn.init.normal_(layer.weight, std=layer.STD)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
        elif isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
        elif isinstance(layer, nn.BatchNorm2d):
            nn.init.ones_(layer.weight)
            nn.init.zeros_(layer.bias)
    for layer in module.modules():
        if isinstance(layer, Gate):
            layer.initialise()
