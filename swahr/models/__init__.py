"""Networks and their weights."""

from swahr.models.architecture import Architecture, read_architecture
from swahr.models.checkpoints import Checkpoint, load_checkpoint, save_checkpoint
from swahr.models.higher_hrnet import HigherHRNet
from swahr.models.pose_network import PoseNetwork

__all__ = [
    "Architecture",
    "Checkpoint",
    "HigherHRNet",
    "PoseNetwork",
    "load_checkpoint",
    "read_architecture",
    "save_checkpoint",
]
