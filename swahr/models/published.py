"""Published weights: how their names and shapes become our networks.

SWAHR and HigherHRNet keep HRNet's names at the top level; MMPose 0.x puts them under `backbone.` and
`keypoint_head.`. Width, joints, head and scale heads follow from the shapes.
"""

from pathlib import Path
from typing import Any

from torch import Tensor

from swahr.errors import SwahrError
from swahr.models.architecture import Architecture
from swahr.models.checkpoints import NAMES_SHOWN, Checkpoint, fill
from swahr.skeleton import COCO_17, CROWDPOSE_14, Skeleton

WRAPPERS = ("state_dict", "best_state_dict", "model", "model_state_dict")
HEAD_NAMES = ("final_layers.", "deconv_layers.", "conv_scale_layers.")
# The published networks of width 48 were trained at 640, those of width 32 at 512 unless the name says 640.
INPUT_SIZE_OF_WIDTH = {32: 512, 48: 640}
BACKBONE_MARK = "stage4.0.branches.0.0.conv1.weight"


def import_published(content: Any, path: Path) -> Checkpoint:
    """Turn what a published .pth holds into a checkpoint. Raises SwahrError where it is another kind of file."""
    if "udp" in path.name.lower():
        raise SwahrError(
            f"{path}: weights trained with UDP need another decoding, which this project does not have; "
            "take the file without `udp` in its name"
        )
    weights = our_names(_unwrap(content, path))
    _refuse_other_networks(weights, path)
    architecture = read_architecture(weights, path)
    skeleton = _skeleton_of(architecture.num_joints)
    model = architecture.build()
    fill(model, weights, path)
    input_size = 640 if "640" in path.name else INPUT_SIZE_OF_WIDTH.get(architecture.width, 512)
    card = {"source": f"imported from {path.name}"}
    return Checkpoint(model, architecture, skeleton, input_size, card=card)


def our_names(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Rename published weights to ours: `backbone.` for HRNet's names, `head.` for the rest."""
    renamed = {}
    for name, value in weights.items():
        while name.startswith("module."):  # DataParallel
            name = name.removeprefix("module.")
        name = name.removeprefix("keypoint_head.").removeprefix("backbone.")
        renamed[("head." if name.startswith(HEAD_NAMES) else "backbone.") + name] = value
    return renamed


def read_architecture(weights: dict[str, Tensor], path: Path) -> Architecture:
    """Read width, depth, joints and heads from the shapes of weights by our names."""
    try:
        width = weights[f"backbone.{BACKBONE_MARK}"].shape[0]
        num_joints = weights["head.final_layers.1.weight"].shape[0]
        c_tags_and_heat = weights["head.final_layers.0.weight"].shape[0]
        head_width = weights["head.deconv_layers.0.0.0.weight"].shape[1]
    except (KeyError, IndexError) as error:
        raise SwahrError(f"{path} lacks {error}: it is no whole HigherHRNet checkpoint") from error
    if c_tags_and_heat != 2 * num_joints:
        raise SwahrError(
            f"{path}: stage 0 has {c_tags_and_heat} channels for {num_joints} joints; expected a tag map a "
            "joint, as in SWAHR and HigherHRNet"
        )
    return Architecture(
        width=width,
        modules=tuple(_count(weights, f"backbone.stage{stage}.") for stage in (2, 3, 4)),
        blocks=_count(weights, "backbone.stage2.0.branches.0."),
        num_joints=num_joints,
        head_width=head_width,
        head_blocks=_count(weights, "head.deconv_layers.0.") - 1,
        scale_heads=any(name.startswith("head.conv_scale_layers.") for name in weights),
    )


def _unwrap(content: Any, path: Path) -> dict[str, Tensor]:
    for wrapper in WRAPPERS:
        if isinstance(content, dict) and isinstance(content.get(wrapper), dict):
            content = content[wrapper]
    if not isinstance(content, dict) or not content:
        raise SwahrError(f"{path} holds a {type(content).__name__}; expected a state dict of weights by name")
    odd = [str(name) for name, value in content.items() if not isinstance(value, Tensor)]
    if odd:
        raise SwahrError(f"{path}: {', '.join(odd[:NAMES_SHOWN])} are no tensors; expected a state dict")
    return content


def _refuse_other_networks(weights: dict[str, Tensor], path: Path) -> None:
    has_head = any(name.startswith("head.") for name in weights)
    if f"backbone.{BACKBONE_MARK}" in weights and not has_head:
        raise SwahrError(
            f"{path} is an HRNet backbone for training (ImageNet); expected a pose network with its head"
        )
    if f"backbone.{BACKBONE_MARK}" not in weights:
        names = ", ".join(name.removeprefix("backbone.") for name in list(weights)[:NAMES_SHOWN])
        raise SwahrError(f"{path} is another network (its weights begin {names}); expected HigherHRNet or SWAHR")


def _count(weights: dict[str, Tensor], prefix: str) -> int:
    """How many different numbers follow a prefix."""
    return len({name[len(prefix) :].split(".")[0] for name in weights if name.startswith(prefix)})


def _skeleton_of(num_joints: int) -> Skeleton:
    for known in (COCO_17, CROWDPOSE_14):
        if known.num_joints == num_joints:
            return known
    return Skeleton(
        name=f"joints-{num_joints}",
        joints=tuple(f"joint_{i}" for i in range(num_joints)),
        limbs=(),
        flip_pairs=(),
        matching_order=tuple(range(num_joints)),
        sigmas=(0.08,) * num_joints,
    )
