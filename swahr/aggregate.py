"""Stage maps to one set of heatmaps and tags at input size.

HigherHRNet (arXiv 1908.10357), section 3.4: the stages' heatmaps are brought to one size and averaged; tags
come from stage 0. K joints, T tags, B batch.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from swahr.models.stages import split_stages


def average_stages(outputs: Sequence[Tensor], num_joints: int) -> tuple[Tensor, Tensor]:
    """Return heatmaps [B, K, H/2, W/2] and tags [B, K, H/4, W/4] of one run of the network."""
    maps = split_stages([output.float() for output in outputs], num_joints)
    coarse, fine = maps.heatmaps
    return (resize(coarse, fine.shape[-2:]) + fine) / 2, maps.tags


def mirror_back(maps: Tensor, flip_permutation: Sequence[int]) -> Tensor:
    """Undo the mirror of a run on mirrored images: [B, K, H, W], columns reversed and joints swapped."""
    return maps.flip(3)[:, list(flip_permutation)]


def resize(maps: Tensor, size: Sequence[int]) -> Tensor:
    """Resample [B, K, h, w] to [B, K, *size], bilinear with half-pixel centres."""
    if tuple(maps.shape[-2:]) == tuple(size):
        return maps
    return F.interpolate(maps, size=tuple(size), mode="bilinear", align_corners=False)


def join_tags(channels: Sequence[Tensor], size: Sequence[int]) -> Tensor:
    """Bring tag channels [B, K, h, w] to one size and stack them: [B, K, H, W, T]."""
    return torch.stack([resize(channel, size) for channel in channels], dim=-1)
