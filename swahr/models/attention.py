"""Gates on the residual branch of a bottleneck: where, and in which channels, it counts.

Su et al., "Multi-Person Pose Estimation with Enhanced Channel-wise and Spatial Information", CVPR 2019 (arXiv
1905.03466), section 3.3 (SCARB, spatial and channel-wise attention residual bottleneck); its channel-wise part is that
of Hu et al., "Squeeze-and-Excitation Networks", CVPR 2018. The reduction and the layers' biases are not given there:
here they are those of squeeze and excitation.
"""

from typing import Literal

import torch
from torch import Tensor, nn

Attention = Literal["none", "spatial", "channel", "spatial-channel", "channel-spatial"]
REDUCTION = 16  # of squeeze and excitation


class Gate(nn.Module):
    """Multiplies values by numbers in (0, 1)."""

    def initialise(self) -> None:
        """Draw the weights anew, by the number of inputs; by that of outputs a gate of places has no middle."""
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d) and layer.bias is not None:
                nn.init.kaiming_normal_(layer.weight, mode="fan_in", nonlinearity="sigmoid")
                nn.init.zeros_(layer.bias)


class SpatialGate(Gate):
    """Multiplies each place by a number in (0, 1): beta of equation 1."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, C, H, W] to the same shape."""
        return x * torch.sigmoid(self.conv(x))


class ChannelGate(Gate):
    """Multiplies each channel by a number in (0, 1) that follows from all channels' means: alpha of equation 2."""

    def __init__(self, channels: int, reduction: int = REDUCTION) -> None:
        super().__init__()
        width = max(1, channels // reduction)
        self.layers = nn.Sequential(
            nn.Conv2d(channels, width, 1), nn.ReLU(inplace=True), nn.Conv2d(width, channels, 1)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, C, H, W] to the same shape."""
        return x * torch.sigmoid(self.layers(x.mean(dim=(2, 3), keepdim=True)))


def make_attention(kind: Attention, channels: int, reduction: int = REDUCTION) -> nn.Sequential | None:
    """Return the gates of a residual branch in their order; None for `none`.

    Args:
        kind: Which gates, in the order in which they are passed; SCARB is `spatial-channel`.
        channels: Of the branch.
        reduction: Channels by those between the two layers of a channel gate.
    """
    if kind == "none":
        return None
    gates = nn.Sequential()
    for name in kind.split("-"):
        gates.append(SpatialGate(channels) if name == "spatial" else ChannelGate(channels, reduction))
    return gates
