"""The SWAHR loss and its ablations: scale- and weight-adaptive heatmap regression, and the tags' loss.

Luo et al., CVPR 2021 (arXiv 2012.15175): sections 3.2 (scale-adaptive targets, equation 6) and 3.3
(weight-adaptive regression, equation 9). Letters: B batch, K joints, H W map size.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from swahr.config import setting
from swahr.errors import SettingError
from swahr.models.stages import split_stages
from swahr_training.losses.base import LossSettings, LossTerms, register_loss
from swahr_training.losses.tags import PushForm, PushOver, tag_loss

BACKGROUND_POWER = 0.01  # w = |1 - p| g^0.01 + |p| (1 - g^0.01): the soft border of foreground


class TaggedLossSettings(LossSettings):
    """Loss of heatmaps and tags."""

    push_factor: float = setting(1e-3, "Factor of the tags' push term.", ge=0)
    pull_factor: float = setting(1e-3, "Factor of the tags' pull term.", ge=0)
    push_over: PushOver = setting(
        "pairs", "What push is averaged over: pairs as published; people weighs crowds more."
    )


class ScaledLossSettings(TaggedLossSettings):
    """Loss with scale maps."""

    scale_factor: float = setting(1.0, "Factor of the scale regulariser.", ge=0)


@register_loss("mse")
class MseLossSettings(TaggedLossSettings):
    """Mean squared error."""

    def build(self) -> "SwahrLoss":
        """Return the loss with neither adaption."""
        return SwahrLoss(scale_adaptive=False, weight_adaptive=False, **self.values())


@register_loss("sahr")
class SahrLossSettings(ScaledLossSettings):
    """Scale-adaptive heatmap regression."""

    def build(self) -> "SwahrLoss":
        """Return the loss that adapts scales alone."""
        return SwahrLoss(weight_adaptive=False, **self.values())


@register_loss("wahr")
class WahrLossSettings(TaggedLossSettings):
    """Weight-adaptive heatmap regression."""

    def build(self) -> "SwahrLoss":
        """Return the loss that adapts weights alone."""
        return SwahrLoss(scale_adaptive=False, **self.values())


@register_loss("swahr")
class SwahrLossSettings(ScaledLossSettings):
    """Scale- and weight-adaptive heatmap regression."""

    def build(self) -> "SwahrLoss":
        """Return the loss that adapts both."""
        return SwahrLoss(**self.values())


@dataclass(frozen=True)
class SwahrTerms(LossTerms):
    """The terms by name, factors included; `total` is each of them averaged over the batch, and then summed.

    heatmap, scale: [stage, B]. push, pull: [B], of the first stage alone.
    """

    heatmap: Tensor
    scale: Tensor
    push: Tensor
    pull: Tensor


class SwahrLoss:
    """Loss of one batch.

    Args:
        scale_adaptive, weight_adaptive: both on is SWAHR, one alone SAHR or WAHR, both off plain MSE.
        scale_factor: of the scale regulariser.
        push_factor, pull_factor: of the tags.
        push_form, push_over: see `tag_loss`.
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
    ) -> SwahrTerms:
        """Compare the network's outputs with the targets.

        Args:
            outputs: as from `HigherHRNet.forward`, with scale heads if `scale_adaptive`.
            heatmaps: one [B, K, H, W] for each stage, values in [0, 1].
            masks: one [B, H, W], or [B, K, H, W] where joints are masked apart, for each stage; 1 counts, 0 does not.
            tag_indices: [B, P, K, 2] integers: index into the flattened [K, H, W] of stage 0, and 1 if used.

        Raises:
            SettingError: for a scale-adaptive loss of a network without scale heads.
            SwahrError: for outputs whose channels do not fit the joints.
        """
        maps = split_stages([output.float() for output in outputs], heatmaps[0].shape[1])
        if self.scale_adaptive and maps.scales is None:
            raise SettingError(
                "this loss needs a network with scale heads, which this one has not: set scale_heads, or another loss"
            )
        heatmap_terms, scale_terms = [], []
        for stage, (target, mask) in enumerate(zip(heatmaps, masks, strict=True)):
            scales = maps.scales[stage] if maps.scales is not None and self.scale_adaptive else None
            heatmap, scale = adaptive_regression(
                maps.heatmaps[stage], scales, target, mask, self.weight_adaptive
            )
            heatmap_terms.append(heatmap)
            scale_terms.append(scale * self.scale_factor)
        push, pull = tag_loss(maps.tags, tag_indices, heatmaps[0].shape[1], self.push_form, self.push_over)
        heatmap, scale = torch.stack(heatmap_terms), torch.stack(scale_terms)
        push, pull = push * self.push_factor, pull * self.pull_factor
        total = (heatmap + scale).sum(dim=0).mean() + push.mean() + pull.mean()
        return SwahrTerms(total, heatmap, scale, push, pull)


def adaptive_regression(
    predicted: Tensor, scales: Tensor | None, target: Tensor, mask: Tensor, weighted: bool
) -> tuple[Tensor, Tensor]:
    """Return the weighted squared error and the scale regulariser, each [B].

    Args:
        predicted: [B, K, H, W] heatmaps.
        scales: The same, s of equation 6; None: targets are not adapted.
        target: The same, in [0, 1].
        mask: [B, H, W], or what expands to [B, K, H, W]; 1 counts, 0 does not.
        weighted: Weights are adapted.

    Where the target is zero, so are the adapted target and the scale map, and g^0.01: the error is
    |p| p^2 there. So the whole map costs one product, and the logarithms run over the few pixels of
    people alone.
    """
    batch = predicted.shape[0]
    per_image = predicted[0].numel()
    mask = (mask[:, None] if mask.dim() == 3 else mask).expand_as(predicted)
    weight = predicted.abs() if weighted else torch.ones_like(predicted)
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
    if weighted:
        soft = g**BACKGROUND_POWER
        w = (1 - p).abs() * soft + p.abs() * (1 - soft)  # equation 9
        background = p.abs() * p.square()
    else:
        w = torch.ones_like(p)
        background = p.square()
    correction = m * (w * (p - adapted).square() - background)
    error = everywhere + torch.zeros_like(everywhere).index_add(0, image, correction)
    scale = torch.zeros(batch, device=p.device).index_add(0, image, m * s.square())
    return error / per_image, scale / per_image
