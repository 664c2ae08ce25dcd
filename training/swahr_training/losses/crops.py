"""Mean squared error of a crop network's heatmaps, of all joints or of the hardest.

Xiao et al., "Simple Baselines", ECCV 2018 (arXiv 1804.06208), section 3; Chen et al., "Cascaded Pyramid Network", CVPR
2018 (arXiv 1711.07319), section 3.2.2, for the hardest joints (online hard keypoint mining).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from swahr.config import setting
from swahr_training.losses.base import register_loss
from swahr_training.losses.crop_base import (
    CropLossSettings,
    CropTargets,
    CropTerms,
    between_errors,
    for_each,
    joint_errors,
)


@register_loss("crop_mse")
class CropMseSettings(CropLossSettings):
    """Mean squared error of crops' heatmaps."""

    def build(self) -> "HeatmapLoss":
        """Return the loss."""
        return HeatmapLoss()


@register_loss("crop_ohkm")
class CropOhkmSettings(CropLossSettings):
    """Mean squared error of the hardest joints of a crop."""

    hardest: int = setting(8, "Joints of a crop that count, those of the largest errors.", gt=0)
    visible_between: bool = setting(
        False,
        "Outputs before the answer learn visible joints alone, and hidden and unlabelled ones as background, as CPN's "
        "GlobalNet is published.",
    )

    def build(self) -> "HeatmapLoss":
        """Return the loss."""
        return HeatmapLoss(self.hardest, self.visible_between)


@dataclass(frozen=True)
class HeatmapLoss:
    """Mean squared error; outputs before the answer count as much as it, and are of all joints.

    Attributes:
        hardest: Joints of a crop whose errors count for the answer; None: all.
        visible_between: See `CropOhkmSettings`.
    """

    hardest: int | None = None
    visible_between: bool = False

    def __call__(self, outputs: Sequence[Tensor], targets: CropTargets) -> CropTerms:
        """Return the loss of one batch; see `CropLoss`."""
        errors = joint_errors(outputs[-1], for_each(outputs, targets)[-1], targets.weights)
        if self.hardest is not None:
            errors = errors.topk(min(self.hardest, errors.shape[1]), dim=1).values
        heatmap = errors.mean()
        between = between_errors(outputs, targets, self.visible_between)
        return CropTerms(heatmap + between, heatmap, between)
