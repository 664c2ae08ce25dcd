"""Networks with part affinity fields: OpenPose's of 2017 with COCO's joints and a neck, and Lightweight OpenPose."""

import re
from collections.abc import Mapping

from torch import Tensor

from swahr.errors import SettingError, UnreadableError
from swahr.models.architecture import Architecture
from swahr.models.backbones.mobilenet import MobileNetSettings
from swahr.models.backbones.vgg import VGGSettings
from swahr.models.heads.lightweight import LightweightHeadSettings
from swahr.models.heads.openpose import OpenPoseHeadSettings
from swahr.models.published.contract import Published, by_parts, count
from swahr.pose.other_skeletons import COCO_18
from swahr.pose.skeleton import Skeleton

Weights = Mapping[str, Tensor]
OPENPOSE_MARK = "conv4_4_CPM.weight"
LIGHTWEIGHT_MARK = "cpm.align.0.weight"
# A port groups the layers by stage and branch in modules of its own.
MODULE = re.compile(r"^model\d(_\d)?\.")
INPUT_SIZE = {"openpose": 368, "lightweight": 256}  # the short side that they were tested with


def recognise(weights: Weights, file_name: str, skeleton: Skeleton | None) -> Published | None:
    """Recognise a network with part affinity fields; None where it is none.

    Args:
        weights: by their names without prefixes.
        file_name: not read.
        skeleton: None takes COCO's joints with a neck.

    Raises:
        UnreadableError: its shapes are those of no such network.
        SettingError: the skeleton does not fit.
    """
    del file_name
    try:
        found = _openpose(weights) or _lightweight(weights)
    except (KeyError, IndexError) as error:
        raise UnreadableError(f"it lacks weights: {error.args[0]}") from error
    if found is None:
        return None
    architecture, ours = found
    skeleton = skeleton or COCO_18
    if skeleton.num_joints != architecture.num_joints:
        raise SettingError(
            f"the network has {architecture.num_joints} joints, "
            f"the skeleton {skeleton.name} has {skeleton.num_joints}"
        )
    return Published(ours, architecture, skeleton, INPUT_SIZE[architecture.head.kind])


def _openpose(weights: Weights) -> tuple[Architecture, dict[str, Tensor]] | None:
    layers = {MODULE.sub("", name): value for name, value in weights.items()}
    if OPENPOSE_MARK not in layers or "conv5_5_CPM_L2.weight" not in layers:
        return None
    stages = 1 + len({name for name in layers if re.fullmatch(r"Mconv1_stage\d+_L2\.weight", name)})
    head = OpenPoseHeadSettings(stages=stages, num_limbs=layers["conv5_5_CPM_L1.weight"].shape[0] // 2)
    num_joints = layers["conv5_5_CPM_L2.weight"].shape[0] - 1  # the last map is the background
    architecture = Architecture(backbone=VGGSettings(), head=head, num_joints=num_joints)
    return architecture, by_parts(layers, ("conv5_", "Mconv"))


def _lightweight(weights: Weights) -> tuple[Architecture, dict[str, Tensor]] | None:
    if LIGHTWEIGHT_MARK not in weights:
        return None
    head = LightweightHeadSettings(
        refinements=count(weights, "refinement_stages."),
        num_limbs=weights["initial_stage.pafs.1.0.weight"].shape[0] // 2,
    )
    num_joints = weights["initial_stage.heatmaps.1.0.weight"].shape[0] - 1
    architecture = Architecture(backbone=MobileNetSettings(), head=head, num_joints=num_joints)
    return architecture, by_parts(weights, ("initial_stage.", "refinement_stages."))
