"""What a network is told to change, one class a kind; `register_loss` is the door for others."""

from swahr_training.losses.base import LOSSES, Loss, LossSettings, LossTerms, register_loss

__all__ = ["LOSSES", "Loss", "LossSettings", "LossTerms", "register_loss"]
