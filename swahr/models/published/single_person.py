"""Networks for the crop of one person: Simple Baselines, HRNet, Stacked Hourglass, CPN.

Which of them it is, its depth and its joints follow from names and shapes; the size of the crop from the file's name.
"""

import re
from collections.abc import Mapping

from torch import Tensor

from swahr.errors import Hint, SettingError, UnreadableError
from swahr.models.architecture import Architecture
from swahr.models.backbones.hourglass import HourglassSettings
from swahr.models.backbones.hrnet import HRNetSettings
from swahr.models.backbones.resnet import BLOCKS, ResNetSettings
from swahr.models.heads.cpn import CPNHeadSettings
from swahr.models.heads.heatmaps import HeatmapHeadSettings
from swahr.models.published.contract import Published, by_parts, count
from swahr.pose.other_skeletons import MPII_16
from swahr.pose.skeleton import COCO_17, Skeleton

Weights = Mapping[str, Tensor]
DEFAULT_SIDE = 256  # of crops whose file says no size: Hourglass has no other
HRNET_MARK = "stage4.0.branches.0.0.conv1.weight"
HOURGLASS_MARK = "hg.0.hg.0.0.0.conv1.weight"
CPN_MARK = "global_net.laterals.0.0.weight"
DECONVOLUTION = re.compile(r"deconv_layers\.\d+\.weight")


def recognise(weights: Weights, file_name: str, skeleton: Skeleton | None) -> Published | None:
    """Recognise a network for crops; None where it is none.

    Args:
        weights: by their names without prefixes.
        file_name: says the size of the crop.
        skeleton: of the joints; None takes COCO's of 17 or MPII's of 16.

    Raises:
        UnreadableError: its shapes are those of no such network.
        SettingError: the skeleton has to be given, or does not fit.
    """
    try:
        found = _network(weights, file_name)
    except (KeyError, IndexError) as error:
        raise UnreadableError(f"it lacks weights: {error.args[0]}") from error
    if found is None:
        return None
    architecture, ours = found
    skeleton = skeleton or _skeleton_of(architecture.num_joints)
    if skeleton.num_joints != architecture.num_joints:
        raise SettingError(
            f"the network has {architecture.num_joints} joints, "
            f"the skeleton {skeleton.name} has {skeleton.num_joints}"
        )
    return Published(ours, architecture, skeleton, _side(file_name))


def _network(weights: Weights, file_name: str) -> tuple[Architecture, dict[str, Tensor]] | None:
    if HOURGLASS_MARK in weights:
        return _hourglass(weights)
    if CPN_MARK in weights:
        return _cpn(weights)
    if "final_layer.weight" not in weights:
        return None
    num_joints = weights["final_layer.weight"].shape[0]
    backbone = _simple_baseline(weights, file_name) if "layer4.0.conv1.weight" in weights else _hrnet(weights)
    if backbone is None:
        return None
    architecture = Architecture(backbone=backbone, head=HeatmapHeadSettings(), num_joints=num_joints)
    return architecture, by_parts(weights, ("final_layer.",))


def _simple_baseline(weights: Weights, file_name: str) -> ResNetSettings | None:
    # Batch norms have weights of one dimension, transposed convolutions [in, out, 4, 4].
    filters = [value for name, value in weights.items() if DECONVOLUTION.fullmatch(name) and value.ndim == 4]
    if not filters:
        return None
    return ResNetSettings(
        depth=_depth(weights, ""),
        style="caffe" if "caffe" in file_name.lower() else "pytorch",
        deconvolutions=tuple(value.shape[1] for value in filters),
    )


def _hrnet(weights: Weights) -> HRNetSettings | None:
    # With its classifier's layers it is a start for training.
    if HRNET_MARK not in weights or "classifier.weight" in weights:
        return None
    return HRNetSettings(
        width=weights[HRNET_MARK].shape[0],
        modules=(count(weights, "stage2."), count(weights, "stage3."), count(weights, "stage4.")),
        blocks=count(weights, "stage2.0.branches.0."),
    )


def _hourglass(weights: Weights) -> tuple[Architecture, dict[str, Tensor]]:
    stacks, last = count(weights, "hg."), count(weights, "score.") - 1
    num_joints = weights[f"score.{last}.weight"].shape[0]
    backbone = HourglassSettings(stacks=stacks, blocks=count(weights, "hg.0.hg.0.0."), num_maps=num_joints)
    # The last stack's heatmaps are made by our head.
    renamed = {name.replace(f"score.{last}.", "final_layer."): value for name, value in weights.items()}
    architecture = Architecture(backbone=backbone, head=HeatmapHeadSettings(), num_joints=num_joints)
    return architecture, by_parts(renamed, ("final_layer.",))


def _cpn(weights: Weights) -> tuple[Architecture, dict[str, Tensor]]:
    backbone = ResNetSettings(depth=_depth(weights, "resnet."), deconvolutions=())
    num_joints = weights["refine_net.final_predict.1.weight"].shape[0]
    ours = by_parts(
        {name.removeprefix("resnet."): value for name, value in weights.items()},
        ("global_net.", "refine_net."),
    )
    return Architecture(backbone=backbone, head=CPNHeadSettings(), num_joints=num_joints), ours


def _depth(weights: Weights, prefix: str) -> int:
    """Return which ResNet it is, by the blocks of its stages."""
    blocks = tuple(count(weights, f"{prefix}layer{stage}.") for stage in range(1, 5))
    for depth, known in BLOCKS.items():
        if blocks == known:
            return depth
    raise UnreadableError(
        f"its ResNet has {blocks} blocks; expected {', '.join(f'{known} ({d})' for d, known in BLOCKS.items())}"
    )


def _skeleton_of(num_joints: int) -> Skeleton:
    for skeleton in (COCO_17, MPII_16):
        if skeleton.num_joints == num_joints:
            return skeleton
    raise SettingError(
        f"it has {num_joints} joints, which no known data set has, so it has to be imported with its skeleton",
        hints=[Hint("skeleton")],
    )


def _side(file_name: str) -> int:
    """Return the shorter side of the crop that a file's name gives, as in `pose_hrnet_w32_256x192.pth`."""
    named = re.search(r"(?<!\d)(\d{2,3})x(\d{2,3})(?!\d)", file_name)
    return min(int(named.group(1)), int(named.group(2))) if named else DEFAULT_SIDE
