"""Networks and their weights."""

from swahr.models.architecture import Architecture
from swahr.models.backbones.hrnet import HRNet
from swahr.models.backbones.movenet import MoveNetBackbone
from swahr.models.checkpoints import Checkpoint, load_checkpoint, save_checkpoint
from swahr.models.higher_hrnet import HigherHRNet

__all__ = [
    "Architecture",
    "Checkpoint",
    "HRNet",
    "HigherHRNet",
    "MoveNetBackbone",
    "load_checkpoint",
    "save_checkpoint",
]
