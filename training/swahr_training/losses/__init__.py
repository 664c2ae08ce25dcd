"""What a network is taught to change, one class for each kind; `register_loss` is the door for others."""

from swahr_training.losses.base import LOSSES, Loss, LossSettings, LossTerms, register_loss

__all__ = ["LOSSES", "Loss", "LossSettings", "LossTerms", "register_loss"]
