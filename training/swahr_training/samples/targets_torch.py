"""Heatmaps and masks of a batch at once, on any device; `targets` is the same for one sample."""

import numpy as np
import torch
from torch import Tensor


def heatmaps_of(joints: Tensor, side: int, sigma: float) -> Tensor:
    """Draw the Gaussians of all people: joints [B, P, K, 3] in heatmap pixels to [B, K, side, side].

    Equal to `targets.render_heatmaps` of each sample.
    """
    batch, _, num_joints = joints.shape[:3]
    reach = int(3 * sigma + 1)
    offsets = np.arange(-reach, reach + 1)
    squares = offsets[:, None] ** 2 + offsets[None, :] ** 2
    bell = torch.from_numpy(np.exp(-squares / (2 * sigma**2)).astype(np.float32)).to(joints.device)
    cells = joints[..., :2].long()
    inside = (joints[..., 2] > 0) & (cells >= 0).all(dim=-1) & (cells < side).all(dim=-1)
    sample, person, joint = inside.nonzero(as_tuple=True)
    x, y = cells[sample, person, joint].unbind(dim=-1)
    # A margin of the Gaussians' reach takes what lies beyond the map, so nothing has to be clipped.
    wide = side + 2 * reach
    rows = torch.arange(2 * reach + 1, device=joints.device)
    row = (y[:, None] + rows)[:, :, None]
    column = (x[:, None] + rows)[:, None, :]
    index = ((sample * num_joints + joint)[:, None, None] * wide + row) * wide + column
    heatmaps = torch.zeros(batch * num_joints * wide * wide, device=joints.device)
    heatmaps.scatter_reduce_(0, index.flatten(), bell.expand(index.shape).flatten(), "amax")
    heatmaps = heatmaps.reshape(batch, num_joints, wide, wide)
    return heatmaps[..., reach : reach + side, reach : reach + side].contiguous()


def box_masks(boxes: Tensor, shape: tuple[int, int, int, int]) -> Tensor:
    """Return [B, K, H, W] bool, true inside the boxes, [n, 6] sample, joint, x0, y0, x1, y1 (ends excluded)."""
    batch, num_joints, height, width = shape
    if not len(boxes):
        return torch.zeros(shape, dtype=torch.bool, device=boxes.device)
    sample, joint, x0, y0, x1, y1 = boxes.unbind(dim=1)
    # Corners of opposite signs, summed along both axes, count the boxes that cover a pixel.
    corners = torch.zeros((batch, num_joints, height + 1, width + 1), dtype=torch.int32, device=boxes.device)
    one = torch.ones_like(x0, dtype=torch.int32)
    for y, x, sign in ((y0, x0, one), (y0, x1, -one), (y1, x0, -one), (y1, x1, one)):
        corners.index_put_((sample, joint, y, x), sign, accumulate=True)
    covered = corners.cumsum(dim=2, dtype=torch.int32).cumsum(dim=3, dtype=torch.int32)
    return covered[:, :, :height, :width] > 0
