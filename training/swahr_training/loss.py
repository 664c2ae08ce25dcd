"""The losses' public face: `SwahrLoss()(outputs, heatmaps, masks, tag_indices)`."""

from swahr_training.losses.swahr import LossTerms, SwahrLoss, tag_loss

__all__ = ["LossTerms", "SwahrLoss", "tag_loss"]
