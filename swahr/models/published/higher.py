"""HigherHRNet and SWAHR, from the names and shapes of published files.

SWAHR and HigherHRNet keep HRNet's names at the top level; MMPose 0.x puts them under `backbone.` and
`keypoint_head.`. Width, depth, joints and scale heads follow from the shapes; the skeleton and the input size
from the number of joints and the file's name.
"""

import re
from typing import Any

from torch import Tensor

from swahr._util.text import NAMES_SHOWN
from swahr.errors import Hint, SettingError, UnreadableError
from swahr.models.architecture import Architecture
from swahr.models.backbones.hrnet import HRNetSettings
from swahr.models.heads.higher import HigherHeadSettings
from swahr.models.published.contract import Published, bare_names, by_parts, count, unwrap
from swahr.pose.skeleton import AI_CHALLENGER_14, COCO_17, CROWDPOSE_14, Skeleton

HEAD_NAMES = ("final_layers.", "deconv_layers.", "conv_scale_layers.")
# The published networks of width 48 were trained at 640, those of width 32 at 512 unless the name says 640.
INPUT_SIZE_OF_WIDTH = {32: 512, 48: 640}
BACKBONE_MARK = "stage4.0.branches.0.0.conv1.weight"


def recognise(content: Any, file_name: str, skeleton: Skeleton | None = None) -> Published:
    """Recognise what a published file holds.

    Args:
        content: as read, a state dict or a dict around one.
        file_name: says input size and data set.
        skeleton: of the joints; None takes the data set's.

    Raises:
        UnreadableError: where it is another kind of file.
        SettingError: where the skeleton has to be given, or does not fit.
    """
    weights = our_names(unwrap(content))
    _refuse_other_decoding(content, file_name)
    _refuse_other_networks(weights)
    architecture = architecture_of(weights)
    width = weights[f"backbone.{BACKBONE_MARK}"].shape[0]
    if skeleton is None:
        skeleton = _skeleton_of(architecture.num_joints, file_name)
    if skeleton.num_joints != architecture.num_joints:
        raise SettingError(
            f"the network has {architecture.num_joints} joints, "
            f"the skeleton {skeleton.name} has {skeleton.num_joints}"
        )
    return Published(weights, architecture, skeleton, _input_size_of(width, file_name))


def our_names(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Rename published weights to ours: `backbone.` for HRNet's names, `head.` for the rest."""
    return by_parts(bare_names(weights), HEAD_NAMES)


def architecture_of(weights: dict[str, Tensor]) -> Architecture:
    """Read width, depth, joints and heads from the shapes of weights by our names."""
    try:
        width = weights[f"backbone.{BACKBONE_MARK}"].shape[0]
        num_joints = weights["head.final_layers.1.weight"].shape[0]
        c_heatmaps_and_tags = weights["head.final_layers.0.weight"].shape[0]
        head_width = weights["head.deconv_layers.0.0.0.weight"].shape[1]
    except (KeyError, IndexError) as error:
        raise UnreadableError(f"it lacks weights: {error.args[0]}; expected a whole HigherHRNet") from error
    if c_heatmaps_and_tags != 2 * num_joints:
        raise UnreadableError(
            f"stage 0 has {c_heatmaps_and_tags} channels for {num_joints} joints; expected a heatmap and a tag "
            "map for each joint, as in SWAHR and HigherHRNet"
        )
    try:
        return Architecture(
            backbone=HRNetSettings(
                width=width,
                modules=tuple(count(weights, f"backbone.stage{stage}.") for stage in (2, 3, 4)),
                blocks=count(weights, "backbone.stage2.0.branches.0."),
            ),
            head=HigherHeadSettings(
                width=head_width,
                blocks=count(weights, "head.deconv_layers.0.") - 1,
                scale_heads=any(name.startswith("head.conv_scale_layers.") for name in weights),
            ),
            num_joints=num_joints,
        )
    except SettingError as error:
        raise UnreadableError(f"its shapes are those of no HigherHRNet ({error})") from error


def _refuse_other_decoding(content: dict[str, Any], file_name: str) -> None:
    """Refuse UDP (Huang et al., CVPR 2020), whose coordinates differ: its name or MMPose's record tells."""
    meta = content.get("meta")
    settings = str(meta.get("config", "")) if isinstance(meta, dict) else ""
    if "udp" in file_name.lower() or re.search(r"use_udp\W+True", settings):
        raise UnreadableError(
            "it was trained with UDP and needs another decoding, which this project does not have; "
            "take the weights without `udp` in their name"
        )


def _refuse_other_networks(weights: dict[str, Tensor]) -> None:
    if f"backbone.{BACKBONE_MARK}" not in weights:
        names = ", ".join(name.removeprefix("backbone.") for name in list(weights)[:NAMES_SHOWN])
        raise UnreadableError(
            f"it is another network (its weights begin {names}); expected HigherHRNet or SWAHR"
        )
    if "backbone.final_layer.weight" in weights:
        raise UnreadableError("it is an HRNet for classes; expected a pose network")
    if not any(name.startswith("head.") for name in weights):
        raise UnreadableError(
            "it is an HRNet backbone trained on ImageNet, a start for training; expected a pose network with "
            "its head"
        )


def _skeleton_of(num_joints: int, file_name: str) -> Skeleton:
    if num_joints == COCO_17.num_joints:
        return COCO_17
    if num_joints == CROWDPOSE_14.num_joints:
        # Both have 14 joints, in different orders, and the weights do not say which.
        is_challenger = re.search(r"(^|[^a-z])aic([^a-z]|$)", file_name.lower())
        return AI_CHALLENGER_14 if is_challenger else CROWDPOSE_14
    raise SettingError(
        f"it has {num_joints} joints, which no known data set has, so it has to be imported with its skeleton",
        hints=[Hint("skeleton")],
    )


def _input_size_of(width: int, file_name: str) -> int:
    named = re.search(r"(?<!\d)(512|640)(?!\d)", file_name)
    return int(named.group(1)) if named else INPUT_SIZE_OF_WIDTH.get(width, 512)
