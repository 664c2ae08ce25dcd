"""The SWAHR loss: scale- and weight-adaptive heatmap regression, and the tags' associative embedding.

Luo et al., CVPR 2021 (arXiv 2012.15175): sections 3.2 (scale-adaptive targets, equation 6), 3.3
(weight-adaptive regression, equation 9); Newell et al., NIPS 2017 (arXiv 1611.05424), section 3.2 for the tags.
Letters: B batch, K joints, P people, H W map size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from swahr.models.stages import split_stages

PushForm = Literal["exp", "hinge"]
PushOver = Literal["pairs", "people"]
BACKGROUND_POWER = 0.01  # w = |1 - p| g^0.01 + |p| (1 - g^0.01): the soft border of foreground


@dataclass(frozen=True)
class LossTerms:
    """The terms by name, factors included.

    heatmap, scale: [stage, B]. push, pull: [B], stage 0 alone. total: a scalar, each term averaged
    over the batch and then summed; its gradient trains the network.
    """

    heatmap: Tensor
    scale: Tensor
    push: Tensor
    pull: Tensor
    total: Tensor


class SwahrLoss:
    """Loss of one batch.

    scale_adaptive, weight_adaptive: both on is SWAHR, one alone SAHR or WAHR, both off plain MSE.
    scale_factor: of the scale regulariser. push_factor, pull_factor: of the tags.
    push_form: "exp" as SWAHR trains, or "hinge": 1 - distance where that is positive.
    push_over: what push is averaged over; see `tag_loss`.
    """

    def __init__(
        self,
        scale_adaptive: bool = True,
        weight_adaptive: bool = True,
        scale_factor: float = 1.0,
        push_factor: float = 1e-3,
        pull_factor: float = 1e-3,
        push_form: PushForm = "exp",
        push_over: PushOver = "pairs",
    ) -> None:
        self.scale_adaptive = scale_adaptive
        self.weight_adaptive = weight_adaptive
        self.scale_factor = scale_factor
        self.push_factor = push_factor
        self.pull_factor = pull_factor
        self.push_form = push_form
        self.push_over = push_over

    def __call__(
        self,
        outputs: Sequence[Tensor],
        heatmaps: Sequence[Tensor],
        masks: Sequence[Tensor],
        tag_indices: Tensor,
    ) -> LossTerms:
        """Compare the network's outputs with the targets.

        outputs: as from `HigherHRNet.forward`, with scale heads if `scale_adaptive`.
        heatmaps: one [B, K, H, W] a stage, values in [0, 1].
        masks: one [B, H, W], or [B, K, H, W] where joints are masked apart, a stage; 1 counts, 0 does not.
        tag_indices: [B, P, K, 2] integers: index into the flattened [K, H, W] of stage 0, and 1 if used.
        """
        maps = split_stages([output.float() for output in outputs], heatmaps[0].shape[1])
        if self.scale_adaptive and maps.scales is None:
            raise ValueError("scale_adaptive needs a network with scale heads; this one has none")
        heatmap_terms, scale_terms = [], []
        for stage, (target, mask) in enumerate(zip(heatmaps, masks, strict=True)):
            scales = maps.scales[stage] if maps.scales is not None and self.scale_adaptive else None
            heat, scale = self._heatmap_loss(maps.heatmaps[stage], scales, target, mask)
            heatmap_terms.append(heat)
            scale_terms.append(scale * self.scale_factor)
        push, pull = tag_loss(maps.tags, tag_indices, heatmaps[0].shape[1], self.push_form, self.push_over)
        heatmap, scale = torch.stack(heatmap_terms), torch.stack(scale_terms)
        push, pull = push * self.push_factor, pull * self.pull_factor
        total = (heatmap + scale).sum(dim=0).mean() + push.mean() + pull.mean()
        return LossTerms(heatmap, scale, push, pull, total)

    def _heatmap_loss(
        self, predicted: Tensor, scales: Tensor | None, target: Tensor, mask: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Return the weighted squared error and the scale regulariser, each [B].

        Where the target is zero, so are the adapted target and the scale map, and g^0.01: the error is
        |p| p^2 there. So the whole map costs one product, and the logarithms run over the few pixels of
        people alone.
        """
        batch = predicted.shape[0]
        per_image = predicted[0].numel()
        mask = (mask[:, None] if mask.dim() == 3 else mask).expand_as(predicted)
        weight = predicted.abs() if self.weight_adaptive else torch.ones_like(predicted)
        everywhere = (mask * weight * predicted.square()).flatten(1).sum(dim=1)

        foreground = target.flatten().nonzero().squeeze(1)
        image = foreground // per_image
        p = predicted.flatten()[foreground]
        g = target.flatten()[foreground]
        m = mask.flatten()[foreground] if mask.is_contiguous() else mask.reshape(-1)[foreground]
        if scales is None:
            s, adapted = torch.zeros_like(p), g
        else:
            s = scales.flatten()[foreground]
            log_g = g.log()
            # equation 6: g^(1 + s) to second order in s
            adapted = g + g * log_g * s + 0.5 * g * log_g.square() * s.square()
        if self.weight_adaptive:
            soft = g**BACKGROUND_POWER
            w = (1 - p).abs() * soft + p.abs() * (1 - soft)  # equation 9
            background = p.abs() * p.square()
        else:
            w = torch.ones_like(p)
            background = p.square()
        correction = m * (w * (p - adapted).square() - background)
        heat = everywhere + torch.zeros_like(everywhere).index_add(0, image, correction)
        scale = torch.zeros(batch, device=p.device).index_add(0, image, m * s.square())
        return heat / per_image, scale / per_image


def tag_loss(
    tags: Tensor,
    indices: Tensor,
    num_joints: int | None = None,
    push_form: PushForm = "exp",
    push_over: PushOver = "pairs",
) -> tuple[Tensor, Tensor]:
    """Return push and pull of each image, each [B], without factors.

    tags: [B, D K, H, W], D numbers a tag; num_joints: K, None where D is 1. indices: [B, P, K, 2], as in
    `SwahrLoss`. Pull is the mean squared distance of a person's tags to their mean, averaged over people; push
    falls with the distance of the means of distinct people, over n (n - 1) as published or, so that neighbours
    count in a crowd, over n, times 0.5. No people: both 0; one person: push 0.
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
