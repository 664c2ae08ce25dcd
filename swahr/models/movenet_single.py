"""MoveNet SinglePose (Google, Apache-2.0): one person in a square crop, by a centre, a regressed pose and offsets.

The trunk is that of the bundled model at another width. There is no paper; the layers were read off the published
graphs of Thunder and Lightning, version 4.
"""

from pathlib import Path
from typing import NamedTuple

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from swahr.errors import UnreadableError, first_line
from swahr.models.backbones.movenet import (
    HEATMAP_WIDTH,
    MOVENET_JOINTS,
    PYRAMID_WIDTHS,
    SamePadConv,
    Separable,
    Trunk,
)
from swahr.models.weight_files import is_kind, save_half

THUNDER_WIDTH, LIGHTNING_WIDTH = 1.75, 1.0
KIND = "movenet-single"
HEADS = ("heatmaps", "centre", "regression", "offsets")


class SinglePoseMaps(NamedTuple):
    """What the network says of crops, at stride 4. B crops, K = 17 joints, h w cells.

    heatmaps: [B, K, h, w], confidence that joint k is in the cell, in [0, 1]. centre: [B, 1, h, w], that somebody's
    centre is. regression: [B, 2 K, h, w], from a centre's cell to joint k: y at 2 k, x at 2 k + 1, cells. offsets:
    [B, 2 K, h, w], from the top left corner of joint k's cell to the joint, in the same order, cells.
    """

    heatmaps: Tensor
    centre: Tensor
    regression: Tensor
    offsets: Tensor


class MoveNetSingle(nn.Module):
    """The network.

    Input: RGB, (value - 0.5) / 0.5 on values in [0, 1], sides multiples of 32. Output: `SinglePoseMaps`.

    Args:
        width: Of the trunk: 1.75 is Thunder, 1 is Lightning.
    """

    stride = 4

    def __init__(self, width: float = THUNDER_WIDTH) -> None:
        super().__init__()
        self.width = width
        self.trunk = Trunk(width)
        channels = (MOVENET_JOINTS, 1, 2 * MOVENET_JOINTS, 2 * MOVENET_JOINTS)
        self.heads = nn.ModuleDict(
            {
                name: nn.Sequential(
                    Separable(PYRAMID_WIDTHS[0], HEATMAP_WIDTH), SamePadConv(HEATMAP_WIDTH, c, 1)
                )
                for name, c in zip(HEADS, channels, strict=True)
            }
        )

    def forward(self, images: Tensor) -> SinglePoseMaps:
        """Map [B, 3, H, W] to maps at H / 4, W / 4."""
        at4, _, _ = self.trunk(images)
        heatmaps, centre, regression, offsets = (self.heads[name](at4) for name in HEADS)
        return SinglePoseMaps(heatmaps.sigmoid(), centre.sigmoid(), regression, offsets)


def save_single(path: Path, model: MoveNetSingle, card: dict[str, str]) -> None:
    """Write a network's weights in half precision, which the published ones have.

    Args:
        path: Of the file, .safetensors.
        model: The network.
        card: What it is and where it comes from, for whoever reads the file.
    """
    save_half(path, model, {**card, "kind": KIND, "width": repr(model.width)})


def is_single(path: Path) -> bool:
    """Return whether a file says that it holds such a network."""
    return is_kind(path, KIND)


def load_single(path: Path) -> MoveNetSingle:
    """Read a network that `save_single` wrote; float32, in eval mode.

    Raises:
        UnreadableError: It is no such file.
    """
    try:
        with safe_open(path, framework="pt") as file:
            told = file.metadata() or {}
            if told.get("kind") != KIND:
                raise UnreadableError(
                    f"{path} holds no MoveNet SinglePose, but {told.get('kind', 'something else')}"
                )
            with torch.device("meta"):  # weights that are read need not be drawn first
                model = MoveNetSingle(float(told["width"]))
            weights = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118 - it is no mapping
            model.load_state_dict(weights, assign=True)
    except (OSError, SafetensorError, RuntimeError, ValueError, KeyError) as error:
        raise UnreadableError(f"{path} cannot be read as MoveNet SinglePose ({first_line(error)})") from error
    return model.eval()
