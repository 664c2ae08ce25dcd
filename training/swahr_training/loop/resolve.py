"""What the settings leave open, filled in from the data and from the weights that a run starts from."""

import math
from typing import Any

from swahr.errors import SwahrError
from swahr.models import Architecture
from swahr.models.bundled import resolve
from swahr.models.checkpoints import load_checkpoint
from swahr.pose.skeleton import Skeleton
from swahr_training.config import INPUT_STEP, TrainConfig


def resolve_config(config: TrainConfig, skeleton: Skeleton) -> TrainConfig:
    """Return the settings of a run as its folder keeps them.

    The network has the skeleton's joints. A run that starts from a checkpoint has its architecture, input size,
    mean and standard deviation where the settings do not give their own.

    Raises:
        SwahrError: where settings and data contradict each other.
    """
    config = _like_its_start(config)
    asked = config.architecture.num_joints
    if asked == skeleton.num_joints:
        return config
    if "num_joints" in config.architecture.model_fields_set:
        raise SwahrError(
            f"architecture.num_joints is {asked}; the skeleton {skeleton.name} has {skeleton.num_joints} joints: "
            "leave the setting out"
        )
    architecture = config.architecture.model_copy(update={"num_joints": skeleton.num_joints})
    return config.model_copy(update={"architecture": architecture})


def _like_its_start(config: TrainConfig) -> TrainConfig:
    if config.start_from is None:
        return config
    start = resolve(config.start_from)
    changes: dict[str, Any] = {"start_from": start}
    if "architecture" not in config.model_fields_set:
        try:
            checkpoint = load_checkpoint(start)
        except SwahrError:
            # A backbone alone has no architecture to tell; what is no weight file at all is said when it is read.
            return config.model_copy(update=changes)
        theirs = checkpoint.architecture
        # Without its number of joints, which counts as not given.
        changes["architecture"] = Architecture(backbone=theirs.backbone, head=theirs.head.for_training())
        given = {
            "input_size": math.ceil(checkpoint.input_size / INPUT_STEP) * INPUT_STEP,
            "mean": checkpoint.mean,
            "std": checkpoint.std,
        }
        changes |= {name: value for name, value in given.items() if name not in config.model_fields_set}
    return config.model_copy(update=changes)
