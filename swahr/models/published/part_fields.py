"""Networks with part affinity fields: OpenPose of 2017 and its BODY_25, and Lightweight OpenPose."""

import re
from collections.abc import Mapping

from torch import Tensor

from swahr.errors import SettingError, UnreadableError
from swahr.models.architecture import Architecture
from swahr.models.backbones.mobilenet import MobileNetSettings
from swahr.models.backbones.vgg import VGGSettings
from swahr.models.field_contract import OPENPOSE_MEAN, OPENPOSE_STD, FieldContract
from swahr.models.heads.body25 import FIELDS, HEATMAPS, Body25HeadSettings
from swahr.models.heads.lightweight import LightweightHeadSettings
from swahr.models.heads.openpose import OpenPoseHeadSettings
from swahr.models.published.contract import Published, by_parts, count
from swahr.pose.other_skeletons import BODY_25, COCO_18
from swahr.pose.skeleton import Skeleton

Weights = Mapping[str, Tensor]
OPENPOSE_MARK = "conv4_4_CPM.weight"
LIGHTWEIGHT_MARK = "cpm.align.0.weight"
# A port groups the layers by stage and branch in modules of its own.
MODULE = re.compile(r"^model\d(_\d)?\.")
BODY_25_MARK = "prelu4_4_CPM.weight"
# By kind of head: the short side that it was tested with, the value that a peak exceeds, and the contract.
CONTRACTS = {
    "openpose": (368, 0.1, FieldContract(rule="openpose2017", colours="bgr", multiple=8)),
    "body25": (368, 0.05, FieldContract(rule="openpose", colours="bgr", multiple=16)),
    "lightweight": (256, 0.1, FieldContract(rule="lightweight", colours="bgr", multiple=8)),
}


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
        found = _body_25(weights) or _openpose(weights) or _lightweight(weights)
    except (KeyError, IndexError) as error:
        raise UnreadableError(f"it lacks weights: {error.args[0]}") from error
    if found is None:
        return None
    architecture, ours = found
    skeleton = skeleton or (BODY_25 if architecture.head.kind == "body25" else COCO_18)
    if skeleton.num_joints != architecture.num_joints:
        raise SettingError(
            f"the network has {architecture.num_joints} joints, "
            f"the skeleton {skeleton.name} has {skeleton.num_joints}"
        )
    input_size, threshold, contract = CONTRACTS[architecture.head.kind]
    return Published(
        ours,
        architecture,
        skeleton,
        input_size,
        OPENPOSE_MEAN,
        OPENPOSE_STD,
        threshold,
        fields=contract,
    )


def _body_25(weights: Weights) -> tuple[Architecture, dict[str, Tensor]] | None:
    if BODY_25_MARK not in weights:
        return None
    stages = dict.fromkeys((FIELDS, HEATMAPS), 0)
    for name in weights:
        found = re.fullmatch(r"Mconv7_stage(\d+)_(L\d)\.weight", name)
        if found and found[2] in stages:
            stages[found[2]] += 1
    head = Body25HeadSettings(
        field_stages=stages[FIELDS],
        heatmap_stages=stages[HEATMAPS],
        num_limbs=weights[f"Mconv7_stage0_{FIELDS}.weight"].shape[0] // 2,
    )
    num_joints = weights[f"Mconv7_stage0_{HEATMAPS}.weight"].shape[0] - 1
    architecture = Architecture(backbone=VGGSettings(prelu=True), head=head, num_joints=num_joints)
    return architecture, by_parts(weights, ("Mconv", "Mprelu"))


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
