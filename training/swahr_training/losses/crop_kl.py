"""How sure a joint's place is, learnt beside its heatmap: the KL loss between a Gaussian and the labelled place.

He et al., "Bounding Box Regression with Uncertainty", CVPR 2019 (arXiv 1809.08545), equations 9 and 10, for the two
coordinates of a joint in place of the four of a box. B crops, K joints, h w cells of a map.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor

from swahr.config import setting
from swahr.models.heads.heatmaps import MAX_LOG_VARIANCE
from swahr_training.losses.base import register_loss
from swahr_training.losses.crop_base import CropLossSettings, CropTargets, CropTerms
from swahr_training.losses.crops import HeatmapLoss

REACH = 3  # cells about the highest one whose values say where a joint is


@register_loss("crop_kl")
class CropKlSettings(CropLossSettings):
    """Heatmaps, and the variance of each joint's place."""

    beside: ClassVar[str] = "variances"

    kl_factor: float = setting(
        1e-3,
        "Factor of the KL term, whose unit is that of a squared distance in cells over its variance.",
        ge=0,
    )

    def build(self) -> "CropKlLoss":
        """Return the loss."""
        return CropKlLoss(self.kl_factor)


@dataclass(frozen=True)
class CropKlTerms(CropTerms):
    """`kl` is the mean over joints and axes, factor included."""

    kl: Tensor


def kl_loss(distance: Tensor, log_variance: Tensor) -> Tensor:
    """Return the KL loss of distances, element by element (equation 10: smooth beyond 1).

    Args:
        distance: Predicted minus labelled.
        log_variance: alpha of the paper, the logarithm of the variance.

    >>> one = torch.tensor(1.0)
    >>> kl_loss(one, 0 * one).item()
    0.5
    """
    d = distance.abs()
    fitting = torch.where(d <= 1, 0.5 * d.square(), d - 0.5)
    return torch.exp(-log_variance) * fitting + 0.5 * log_variance


@dataclass(frozen=True)
class CropKlLoss:
    """Mean squared error of heatmaps, and the KL loss of places that are read off them.

    Attributes:
        factor: Of the KL term.
    """

    factor: float = 1e-3

    def __call__(self, outputs: Sequence[Tensor], targets: CropTargets) -> CropKlTerms:
        """Return the loss of one batch; the maps before the answer are log variances. See `CropLoss`."""
        *before, log_variances, answer = [output.float() for output in outputs]
        regressed = HeatmapLoss()([*before, answer], targets)
        places, highest = places_of(answer)
        alpha = log_variances_at(log_variances, highest)
        loss = kl_loss(places - targets.joints_in_heatmap, alpha)  # [B, K, 2]
        counted = (targets.weights > 0)[..., None].to(loss.dtype)
        kl = self.factor * (loss * counted).sum() / (2 * counted.sum()).clamp(min=1)
        return CropKlTerms(regressed.total + kl, regressed.heatmap, regressed.between, kl)


def places_of(heatmaps: Tensor) -> tuple[Tensor, Tensor]:
    """Return [B, K, 2], the mean place about the highest cell of each map, and [B, K], that cell's number.

    The mean is over cells up to 3 away, weighted by their values above 0, so the heatmap has a gradient by it.
    """
    height, width = heatmaps.shape[2:]
    highest = heatmaps.flatten(2).argmax(dim=2)
    x = torch.arange(width, device=heatmaps.device)
    y = torch.arange(height, device=heatmaps.device)
    near_x = (x - highest[..., None] % width).abs() <= REACH  # [B, K, w]
    near_y = (y - highest[..., None] // width).abs() <= REACH
    near = near_y[..., :, None] & near_x[..., None, :]
    weights = F.relu(heatmaps) * near + 1e-6 * near
    total = weights.sum(dim=(2, 3))
    mean_x = (weights.sum(dim=2) * x).sum(dim=2) / total
    mean_y = (weights.sum(dim=3) * y).sum(dim=2) / total
    return torch.stack([mean_x, mean_y], dim=2), highest


def log_variances_at(maps: Tensor, cells: Tensor) -> Tensor:
    """Return [B, K, 2], the log variances of x and y in cells squared, at a cell of each joint.

    Args:
        maps: [B, 2 K, h, w], those of x of all joints, then those of y.
        cells: [B, K], numbers of cells in row order.
    """
    batch, joints = cells.shape
    flat = maps.reshape(batch, 2, joints, -1)
    read = flat.gather(3, cells[:, None, :, None].expand(-1, 2, -1, -1))[..., 0]  # [B, 2, K]
    return read.transpose(1, 2).clamp(-MAX_LOG_VARIANCE, MAX_LOG_VARIANCE)
