"""Squared error of heatmaps and part affinity fields, of every stage alike.

Cao et al., CVPR 2017 (arXiv 1611.08050), equations 3 to 5. B frames, K joints, L limbs, H W cells.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Protocol

import torch
from torch import Tensor

from swahr.config import setting
from swahr.errors import SwahrError
from swahr_training.losses.base import LossSettings, LossTerms, register_loss


class FieldTargets(NamedTuple):
    """What a network by part affinity fields should answer.

    Attributes:
        heatmaps: [B, K + 1, H, W], the background's last.
        pafs: [B, 2 L, H, W].
        heatmap_mask: [B, K + 1, H, W] bool, False where nothing may be learnt.
        paf_mask: [B, 2 L, H, W] bool, likewise.
    """

    heatmaps: Tensor
    pafs: Tensor
    heatmap_mask: Tensor
    paf_mask: Tensor


@dataclass(frozen=True)
class FieldTerms(LossTerms):
    """The terms by name, summed over stages."""

    heatmap: Tensor
    field: Tensor


class Stages(NamedTuple):
    """What the stages of a network answer, of each that has them: heatmaps [B, K + 1, H, W], fields [B, 2 L, H, W]."""

    heatmaps: Sequence[Tensor]
    pafs: Sequence[Tensor]


class FieldLoss(Protocol):
    """Compares the stages of a network with the targets of a batch."""

    def __call__(self, stages: Stages, targets: FieldTargets) -> LossTerms:
        """Return the loss of one batch."""
        ...


@register_loss("fields")
class FieldLossSettings(LossSettings):
    """Squared error of heatmaps and part affinity fields."""

    system: ClassVar[str] = "fields"

    field_factor: float = setting(1.0, "Factor of the fields' error, 1 as published.", ge=0)

    def build(self) -> "SquaredFieldLoss":
        """Return the loss."""
        return SquaredFieldLoss(self.field_factor)


@dataclass(frozen=True)
class SquaredFieldLoss:
    """Half the sum of squared errors of a frame, mean over frames.

    Attributes:
        field_factor: Of the fields' error.
    """

    field_factor: float = 1.0

    def __call__(self, stages: Stages, targets: FieldTargets) -> FieldTerms:
        """Return the loss of one batch.

        Raises:
            SwahrError: A stage's maps have other shapes than the targets.
        """
        heatmap = _summed(stages.heatmaps, targets.heatmaps, targets.heatmap_mask)
        field = self.field_factor * _summed(stages.pafs, targets.pafs, targets.paf_mask)
        return FieldTerms(heatmap + field, heatmap, field)


def _summed(stages: Sequence[Tensor], target: Tensor, mask: Tensor) -> Tensor:
    errors = []
    for maps in stages:
        if maps.shape != target.shape:
            raise SwahrError(
                f"the network gives maps {list(maps.shape)}; the targets are {list(target.shape)}: num_limbs has to be "
                "that of the skeleton"
            )
        errors.append(0.5 * (mask * (maps.float() - target).square()).sum() / len(target))
    return torch.stack(errors).sum()
