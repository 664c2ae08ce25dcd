"""Networks and their weights."""

from swahr.models.architecture import Architecture, read_architecture
from swahr.models.checkpoints import Checkpoint, load_checkpoint, save_checkpoint
from swahr.models.higher_hrnet import HigherHRNet

__all__ = [
    "Architecture",
    "Checkpoint",
    "HigherHRNet",
    "load_checkpoint",
    "read_architecture",
    "save_checkpoint",
]
