"""The first weights of a run: new ones, a checkpoint, an ImageNet backbone, or a file of the backbone's own kind."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn

from swahr._util.reading import parse_json
from swahr.errors import SettingError, SwahrError
from swahr.models import second_look
from swahr.models.checkpoints import FORMAT_FAMILY
from swahr.models.heads.higher import HigherHead
from swahr.models.pose_network import PoseNetwork
from swahr.models.published import recognise, unwrap
from swahr.models.published.higher import our_names
from swahr.models.weight_files import read_weight_file
from swahr.pose.skeleton import Skeleton
from swahr_training.config import TrainConfig
from swahr_training.loop.frozen_norm import freeze_norms
from swahr_training.systems.base import system_of

Note = Callable[[str], None]


def start_network(config: TrainConfig, skeleton: Skeleton, note: Note) -> nn.Module:
    """Make what learns in a run with its first weights; `note` receives what was reused and what starts anew."""
    made = system_of(config).start(config)
    if made is None:
        return start_model(config, skeleton, note)
    network, said = made
    note(said)
    return network


def start_model(config: TrainConfig, skeleton: Skeleton, note: Note) -> PoseNetwork:
    """Make the network with its first weights; `note` receives what was reused and what starts anew."""
    if config.architecture.num_joints != skeleton.num_joints:
        raise SwahrError(
            f"architecture.num_joints is {config.architecture.num_joints}; "
            f"the skeleton {skeleton.name} has {skeleton.num_joints} joints"
        )
    model = config.architecture.build()
    model.initialise()
    if config.keep_first_heatmaps:
        if not isinstance(model.head, HigherHead):
            raise SettingError("keep_first_heatmaps is for networks of two stages; leave it out")
        for parameter in model.head.final_layers[0].parameters():
            parameter.register_hook(_without_first_rows(skeleton.num_joints))  # type: ignore[no-untyped-call]
    if config.start_from is None:
        return model
    if config.architecture.backbone.load_start(model, config.start_from):
        note(
            f"{config.start_from}: weights reused as the backbone {config.architecture.backbone.kind} reads them"
        )
    else:
        weights, joints = read_weights(config.start_from)
        reused = reuse(model, skeleton.joints, weights, joints, str(config.start_from))
        for line in reused.lines:
            note(line)
        if config.freeze_norms:
            freeze_norms(model, reused.names)
    return model


def _without_first_rows(rows: int) -> Callable[[Tensor], Tensor]:
    """Make a hook that keeps the gradient from the first rows of a parameter."""

    def keep(gradient: Tensor) -> Tensor:
        kept = gradient.clone()
        kept[:rows] = 0
        return kept

    return keep


def read_weights(path: Path) -> tuple[dict[str, Tensor], tuple[str, ...] | None]:
    """Return weights by our names, and the names of their joints where they have any and the file tells.

    path: a checkpoint of this project, a published network of any system, or a backbone trained on ImageNet.
    """
    content, metadata = read_weight_file(path)
    try:
        if metadata.get("format", "").startswith(FORMAT_FAMILY):
            weights = dict(content)
            second_look.taken_out(weights, metadata)  # it is no part of the network
            return weights, Skeleton.from_dict(parse_json(metadata["skeleton"])).joints
        try:
            found = recognise(content, path.name)
        except SwahrError:
            weights = our_names(unwrap(content))
            if any(name.startswith("head.") for name in weights):
                raise
            return weights, None  # a backbone alone
        return found.weights, found.skeleton.joints
    except (KeyError, ValueError, SwahrError) as error:
        raise SwahrError(f"{path}: {error}") from error


class Reused(NamedTuple):
    """What was copied. names: of the weights, whole or in part. lines: what was reused and what starts anew."""

    names: frozenset[str]
    lines: list[str]


def reuse(
    model: PoseNetwork,
    joints: tuple[str, ...],
    weights: Mapping[str, Tensor],
    their_joints: tuple[str, ...] | None,
    source: str,
) -> Reused:
    """Copy into `model` what fits by name and shape, and what belongs to joints of the same name.

    Args:
        model: changed in place.
        joints: names of its joints.
        weights: by our names.
        their_joints: names of the joints that the weights are for; None for a backbone alone.
        source: what the weights are called in messages.

    Raises:
        SwahrError: where nothing fits.
    """
    both = [joint for joint in joints if joint in (their_joints or ())]
    rows = JointRows(model.num_joints, [joints.index(joint) for joint in both])
    theirs = JointRows(len(their_joints or ()), [(their_joints or ()).index(joint) for joint in both])
    same = joints == their_joints
    whole, partly, anew = [], [], []
    with torch.no_grad():
        for name, value in model.state_dict().items():
            given = weights.get(name)
            layout = None if same else joint_axis(name, model)
            if given is None or given.dim() != value.dim():
                anew.append(name)
            elif layout is None:
                if given.shape == value.shape:
                    value.copy_(given)
                    whole.append(name)
                else:
                    anew.append(name)
            elif _copy_rows(value, given, layout, rows, theirs):
                partly.append(name)
            else:
                anew.append(name)
    if not whole:
        raise SwahrError(
            f"{source}: none of its weights fits the architecture by name and shape; check `architecture`"
        )
    lines = [f"{source}: {len(whole)} weights reused ({_summary(whole)})"]
    if partly:
        new = [joint for joint in joints if joint not in both]
        lines.append(
            f"reused by joint ({_summary(partly)}): {', '.join(both) or 'none'}; "
            f"joints that start anew: {', '.join(new) or 'none'}"
        )
    if anew:
        lines.append(f"start anew: {len(anew)} weights ({_summary(anew)})")
    left = [name for name in weights if name not in {*whole, *partly}]
    if left:
        lines.append(f"not used of {source}: {len(left)} weights ({_summary(left)})")
    return Reused(frozenset((*whole, *partly)), lines)


class JointRows:
    """Where the joints that two networks share are: `chosen` of `count`."""

    def __init__(self, count: int, chosen: list[int]) -> None:
        self.count, self.chosen = count, chosen

    def expand(self, before: int, groups: int) -> list[int]:
        """Return all rows before `before`, and the chosen ones of each group of `count` after them."""
        joints = [before + group * self.count + joint for group in range(groups) for joint in self.chosen]
        return [*range(before), *joints]


def joint_axis(name: str, model: PoseNetwork) -> tuple[int, int] | None:
    """Return along which axis of a weight the joints lie and how often they come there; None for other weights."""
    part, _, inner = name.partition(".")
    return model.head.joint_axis(inner) if part == "head" else None


def _copy_rows(
    value: Tensor, given: Tensor, layout: tuple[int, int], ours: JointRows, theirs: JointRows
) -> bool:
    """Copy the rows of shared joints, and those of features before them; False where the rest does not fit."""
    axis, groups = layout
    value, given = value.movedim(axis, 0), given.movedim(axis, 0)
    before = value.shape[0] - groups * ours.count
    if value.shape[1:] != given.shape[1:] or given.shape[0] - groups * theirs.count != before:
        return False
    rows = ours.expand(before, groups)
    value[rows] = given[theirs.expand(before, groups)].to(value.dtype)
    return bool(rows)


def _summary(names: list[str]) -> str:
    """Name the parts of the network that weights belong to, with how many of each."""
    parts: dict[str, int] = {}
    for name in names:
        part = ".".join(name.split(".")[:2])
        parts[part] = parts.get(part, 0) + 1
    return ", ".join(f"{part} {count}" for part, count in parts.items())
