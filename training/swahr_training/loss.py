"""The losses' public face: `SwahrLoss()(outputs, heatmaps, masks, tag_indices)`."""

from swahr_training.losses.base import LossTerms
from swahr_training.losses.swahr import SwahrLoss, SwahrTerms
from swahr_training.losses.tags import tag_loss

__all__ = ["LossTerms", "SwahrLoss", "SwahrTerms", "tag_loss"]
