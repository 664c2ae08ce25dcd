# The names of the package, each once: `__init__.py` imports them from here when they are first asked for.
from .architecture import Architecture as Architecture
from .architecture import read_architecture as read_architecture
from .checkpoints import Checkpoint as Checkpoint
from .checkpoints import load_checkpoint as load_checkpoint
from .checkpoints import save_checkpoint as save_checkpoint
from .higher_hrnet import HigherHRNet as HigherHRNet
from .pose_network import PoseNetwork as PoseNetwork
