"""Scale- and weight-adaptive heatmap regression on crops.

Luo et al., CVPR 2021 (arXiv 2012.15175), equations 6 and 9: `losses.swahr` has them for whole frames.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from swahr.config import setting
from swahr_training.losses.base import register_loss
from swahr_training.losses.crop_base import (
    CropLossSettings,
    CropTargets,
    CropTerms,
    between_errors,
    for_each,
)
from swahr_training.losses.swahr import adaptive_regression


@register_loss("crop_swahr")
class CropSwahrSettings(CropLossSettings):
    """Scale- and weight-adaptive regression of crops' heatmaps."""

    beside: ClassVar[str] = "scales"

    scale_factor: float = setting(1.0, "Factor of the scale regulariser.", ge=0)

    def build(self) -> "CropSwahrLoss":
        """Return the loss."""
        return CropSwahrLoss(self.scale_factor)


@register_loss("crop_wahr")
class CropWahrSettings(CropLossSettings):
    """Weight-adaptive regression of crops' heatmaps."""

    def build(self) -> "CropSwahrLoss":
        """Return the loss that adapts weights alone."""
        return CropSwahrLoss(None)


@dataclass(frozen=True)
class CropSwahrTerms(CropTerms):
    """`scale` is the regulariser of the scale maps."""

    scale: Tensor


@dataclass(frozen=True)
class CropSwahrLoss:
    """The answer is regressed adaptively; outputs before it by mean squared error.

    Attributes:
        scale_factor: Of the scale regulariser; None: the network has no scale maps, and weights alone are adapted.
    """

    scale_factor: float | None = 1.0

    def __call__(self, outputs: Sequence[Tensor], targets: CropTargets) -> CropSwahrTerms:
        """Return the loss of one batch; the maps before the answer are the scales. See `CropLoss`."""
        outputs = [output.float() for output in outputs]
        scales = None
        if self.scale_factor is not None:
            *before, scales, answer = outputs
            outputs = [*before, answer]
        counted = targets.weights.square()[..., None, None]  # as in `joint_errors`
        target = for_each(outputs, targets)[-1]
        error, regulariser = adaptive_regression(outputs[-1], scales, target, counted, weighted=True)
        heatmap, scale = error.mean(), (self.scale_factor or 0.0) * regulariser.mean()
        between = between_errors(outputs, targets)
        return CropSwahrTerms(heatmap + scale + between, heatmap, between, scale)
