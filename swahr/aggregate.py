"""Stage maps to one set of heatmaps and tags at input size.

HigherHRNet (arXiv 1908.10357), section 3.4: the stages' heatmaps are brought to one size and averaged; tags
come from stage 0. K joints, T tags, B batch.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from swahr.errors import SwahrError
from swahr.models.stages import split_stages


def average_stages(outputs: Sequence[Tensor], num_joints: int) -> tuple[Tensor, Tensor]:
    """Return heatmaps [B, K, H/2, W/2] and tags [B, D K, H/2, W/2] of one run of the network.

    Raises SwahrError where the network gave NaN or infinity.
    """
    maps = split_stages([output.float() for output in outputs], num_joints)
    coarse, fine = maps.heatmaps
    heatmaps, tags = (resize(coarse, fine.shape[-2:]) + fine) / 2, resize(maps.tags, fine.shape[-2:])
    for name, values in (("heatmaps", heatmaps), ("tags", tags)):
        if not bool(torch.isfinite(values).all()):
            raise SwahrError(
                f"the network gave {name} with NaN or infinity; the weights are damaged, or too large for "
                "the arithmetic: try float32"
            )
    return heatmaps, tags


def mirror_back(maps: Tensor, flip_permutation: Sequence[int]) -> Tensor:
    """Undo the mirror of a run on mirrored images: columns reversed and joints swapped.

    maps: [B, K, H, W] heatmaps, or [B, D K, H, W] tags of D numbers.
    """
    by_joint = maps.flip(3).unflatten(1, (-1, len(flip_permutation)))  # [B, D, K, H, W]
    return by_joint[:, :, list(flip_permutation)].flatten(1, 2)


def resize(maps: Tensor, size: Sequence[int]) -> Tensor:
    """Resample [B, K, h, w] to [B, K, *size], bilinear with half-pixel centres."""
    if tuple(maps.shape[-2:]) == tuple(size):
        return maps
    return F.interpolate(maps, size=tuple(size), mode="bilinear", align_corners=False)


def join_tags(channels: Sequence[Tensor], size: Sequence[int]) -> Tensor:
    """Bring tag channels [B, K, h, w], each one number of a tag, to one size and stack them: [B, K, H, W, T]."""
    # Each channel stays whole in memory: the parse reads it so, and interleaving would copy once more.
    return torch.stack([resize(channel, size) for channel in channels], dim=1).permute(0, 2, 3, 4, 1)
