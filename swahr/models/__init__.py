"""Networks and their weights."""

from swahr.models.architecture import Architecture
from swahr.models.checkpoints import Checkpoint, load_checkpoint, save_checkpoint
from swahr.models.higher_hrnet import HigherHRNet
from swahr.models.hrnet import HRNet
from swahr.models.movenet import MoveNetBackbone

__all__ = [
    "Architecture",
    "Checkpoint",
    "HRNet",
    "HigherHRNet",
    "MoveNetBackbone",
    "load_checkpoint",
    "save_checkpoint",
]
