"""Networks for the crop of one person: Simple Baselines, HRNet, Stacked Hourglass, CPN.

Which of them it is, its depth and its joints follow from names and shapes; the size of the crop from the file's name;
what else the crop has to be, colours first of all, from who published it.
"""

import re
from collections.abc import Mapping
from typing import Literal

from torch import Tensor

from swahr.errors import Hint, SettingError, UnreadableError
from swahr.models.architecture import Architecture
from swahr.models.backbones.hourglass import HourglassSettings
from swahr.models.backbones.hrnet import HRNetSettings
from swahr.models.backbones.resnet import BLOCKS, ResNetSettings
from swahr.models.crop_contract import CropContract
from swahr.models.heads.cpn import CPNHeadSettings
from swahr.models.heads.heatmaps import HeatmapHeadSettings
from swahr.models.imagenet import IMAGENET_MEAN, IMAGENET_STD
from swahr.models.published.contract import (
    Published,
    bare_names,
    by_parts,
    count,
)
from swahr.pose.other_skeletons import MPII_16
from swahr.pose.skeleton import COCO_17, Skeleton

Weights = Mapping[str, Tensor]
MMPOSE_HEADS = ("keypoint_head.", "module.keypoint_head.", "head.")
MIN_CONFIDENCE = 0.03  # a joint of less is missing: the network has a place for each, seen or not
Three = tuple[float, float, float]
ONES = (1.0, 1.0, 1.0)
MPII_MEAN = (0.4404, 0.444, 0.4327)  # RGB, of MPII's photos
CPN_MEAN = (122.7717 / 255, 115.9465 / 255, 102.9801 / 255)  # RGB
CPN_ENLARGEMENT = (1.2, 1.3)  # 10 % on either side, 15 % above and below
CPN_FULL_VALUE = 255.0
SIDE_MULTIPLE = 32  # of the crops that such networks read
HOURGLASS_MULTIPLE = 64
HRNET_MARK = "stage4.0.branches.0.0.conv1.weight"
HOURGLASS_MARK = "hg.0.hg.0.0.0.conv1.weight"
CPN_MARK = "global_net.laterals.0.0.weight"
DECONVOLUTION = re.compile(r"deconv_layers\.\d+\.weight")


def recognise(weights: Weights, file_name: str, skeleton: Skeleton | None) -> Published | None:
    """Recognise a network for crops; None where it is none.

    Args:
        weights: by their names, without wrappers.
        file_name: says the size of the crop.
        skeleton: of the joints; None takes COCO's of 17 or MPII's of 16.

    Raises:
        UnreadableError: its shapes are those of no such network.
        SettingError: the skeleton has to be given, or does not fit.
    """
    of_mmpose = any(name.startswith(MMPOSE_HEADS) for name in weights)
    weights = bare_names(weights)
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
    crop = _contract(architecture, file_name, of_mmpose)
    mean, std = _normalisation(architecture)
    return Published(ours, architecture, skeleton, min(crop.input_wh), mean, std, MIN_CONFIDENCE, crop)


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


def _contract(architecture: Architecture, file_name: str, of_mmpose: bool) -> CropContract:
    """Return what the crops have to be, as whoever published such networks trained them."""
    kind, head = architecture.backbone.kind, architecture.head.kind
    side = _side_wh(file_name)
    if kind == "hourglass":
        # The port with MPII's joints has square crops, its own place of a cell and no shift.
        square = CropContract(
            input_wh=side or (256, 256), cell_origin=0.5, flip_shift=False, multiple=HOURGLASS_MULTIPLE
        )
        if architecture.num_joints == MPII_16.num_joints:
            return square
        # Those of COCO were trained as HRNet's are, on blue first.
        return square.changed(colours="bgr", cell_origin=0.0, flip_shift=True)
    if head == "cpn":
        return CropContract(
            input_wh=side or (192, 256),
            enlargement=CPN_ENLARGEMENT,
            border="mean",
            cell_origin=0.5,
            flip_shift=False,
            peak="second",
            full_value=CPN_FULL_VALUE,
            score_offset=0.5,
        )
    # The repository of Simple Baselines never swaps channels; MMPose and HRNet's do.
    colours: Literal["rgb", "bgr"] = "bgr" if kind == "resnet" and not of_mmpose else "rgb"
    usual = (256, 256) if architecture.num_joints == MPII_16.num_joints else (192, 256)
    return CropContract(input_wh=side or usual, colours=colours)


def _normalisation(architecture: Architecture) -> tuple[Three, Three]:
    """Return mean and standard deviation of the channels, in the order in which they are read."""
    if architecture.head.kind == "cpn":
        return CPN_MEAN, ONES
    if architecture.backbone.kind == "hourglass" and architecture.num_joints == MPII_16.num_joints:
        return MPII_MEAN, ONES
    return IMAGENET_MEAN, IMAGENET_STD


def _side_wh(file_name: str) -> tuple[int, int] | None:
    """Return width and height of the crop by a file's name, which has the height first: `hrnet_256x192.pth`."""
    named = re.search(r"(?<!\d)(\d{2,3})x(\d{2,3})(?!\d)", file_name)
    if named is None or any(int(side) % SIDE_MULTIPLE for side in named.groups()):
        return None
    return int(named.group(2)), int(named.group(1))
