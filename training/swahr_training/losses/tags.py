"""The tags' loss, associative embedding: tags of one person alike, those of distinct people apart.

Newell et al., NIPS 2017 (arXiv 1611.05424), section 3.2. Letters: B batch, K joints, P people, D numbers in a tag.
"""

from typing import Literal

import torch
from torch import Tensor

PushForm = Literal["exp", "hinge"]
PushOver = Literal["pairs", "people"]


def tag_loss(
    tags: Tensor,
    indices: Tensor,
    num_joints: int | None = None,
    push_form: PushForm = "exp",
    push_over: PushOver = "pairs",
) -> tuple[Tensor, Tensor]:
    """Return push and pull of each image, each [B], without factors.

    Pull is the mean squared distance of a person's tags to their mean, averaged over people; push falls with the
    distance of the means of distinct people, over n (n - 1) as published or, so that neighbours count in a crowd, over
    n, times 0.5. No people: both 0; one person: push 0.

    Args:
        tags: [B, D K, H, W], D numbers in a tag.
        indices: [B, P, K, 2] integers: index into the flattened [K, H, W], and 1 if used.
        num_joints: K; None where D is 1.
        push_form: "exp" as SWAHR trains, or "hinge": 1 - distance where that is positive.
        push_over: what push is averaged over.
    """
    batch, people, joints_a_person = indices.shape[:3]
    used = indices[..., 1].to(tags.dtype)  # [B, P, K]
    index = (indices[..., 0] * indices[..., 1]).reshape(batch, 1, -1)
    maps = tags.reshape(batch, tags.shape[1] // (num_joints or tags.shape[1]), -1)  # [B, D, K H W]
    dims = maps.shape[1]
    read = maps.gather(2, index.expand(-1, dims, -1)).reshape(batch, dims, people, joints_a_person)
    joints = used.sum(dim=2)  # [B, P]
    present = (joints > 0).to(tags.dtype)
    count = present.sum(dim=1)  # [B]
    mean = (read * used[:, None]).sum(dim=3) / joints.clamp(min=1)[:, None]  # [B, D, P]
    spread = ((read - mean[..., None]) * used[:, None]).square().sum(dim=(1, 3)) / joints.clamp(min=1)
    pull = spread.sum(dim=1) / count.clamp(min=1)

    distance2 = (mean[:, :, :, None] - mean[:, :, None, :]).square().sum(dim=1)  # [B, P, P]
    closeness = torch.exp(-distance2) if push_form == "exp" else (1 - (distance2 + 1e-12).sqrt()).clamp(min=0)
    distinct = present[:, :, None] * present[:, None, :] * (1 - torch.eye(people, device=tags.device))
    over = count * (count - 1) if push_over == "pairs" else count
    push = 0.5 * (closeness * distinct).sum(dim=(1, 2)) / over.clamp(min=1)
    return push, pull
