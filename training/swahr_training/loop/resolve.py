"""What the settings leave open, filled in from the data, from the weights that a run starts from, and by a preset."""

import math
from collections.abc import Callable
from typing import Any

import torch

from swahr.errors import SwahrError
from swahr.inference.hardware.precision import choose_precision
from swahr.models import Architecture
from swahr.models.bundled import resolve
from swahr.models.checkpoints import Checkpoint, load_checkpoint
from swahr.models.heads.higher import HigherHeadSettings
from swahr.pose.skeleton import Skeleton
from swahr_training import presets
from swahr_training.config import INPUT_STEP, SECOND_LOOK, TrainConfig
from swahr_training.systems.base import system_of


def resolve_config(
    config: TrainConfig,
    skeleton: Skeleton,
    photos: int = 1,
    processes: int = 1,
    device: torch.device | None = None,
    photo_side: int | None = None,
    note: Callable[[str], None] = lambda _: None,
    people: int = 1,
) -> TrainConfig:
    """Return the settings of a run as its folder keeps them.

    The network has the skeleton's joints. A run that starts from a checkpoint has its architecture, input size,
    mean and standard deviation where the settings do not give their own. A preset fills what is still open.

    Args:
        config: The settings as they were given.
        skeleton: Of the run.
        photos: How many there are to train on.
        processes: How many train together.
        device: Of the network; None where a preset need not know it.
        photo_side: The shorter side of most photos, pixels; None where a preset need not know it.
        note: Receives lines that say what the preset chose.
        people: How many people with joints are on the photos.

    Raises:
        SwahrError: where settings and data contradict each other.
    """
    name = "" if config.start_from is None else config.start_from.name
    size_is_open = "input_size" not in config.model_fields_set
    config, start = _like_its_start(config)
    joints = config.architecture.num_joints
    if joints != skeleton.num_joints:
        if "num_joints" in config.architecture.model_fields_set:
            raise SwahrError(
                f"architecture.num_joints is {joints}; the skeleton {skeleton.name} has {skeleton.num_joints} "
                "joints: leave the setting out"
            )
        architecture = config.architecture.model_copy(update={"num_joints": skeleton.num_joints})
        config = config.model_copy(update={"architecture": architecture})
    if size_is_open:
        config.model_fields_set.discard("input_size")  # the start's may be larger than a preset has use for
    known = start is not None and set(skeleton.joints) <= set(start.skeleton.joints)
    looks_again = start is not None and bool(start.second_stage) and skeleton.joints == start.skeleton.joints
    preset, why = presets.choose(name or None, known, system_of(config).epoch(photos, people))
    if config.preset is not None:
        preset, why = config.preset, "as asked"
    if preset in presets.OF_SECOND_LOOK and looks_again and "learns" not in config.model_fields_set:
        config = config.model_copy(update={"learns": SECOND_LOOK})
    system = system_of(config)
    config = system.settled(config, skeleton)
    samples = system.epoch(photos, people)
    asked = presets.Asked(
        samples,
        name or None,
        known,
        tuple(f"backbone.{part}".rstrip(".") for part in config.architecture.backbone.known_parts),
        config.input_size,
        isinstance(config.architecture.head, HigherHeadSettings),
        "float32" if device is None else str(choose_precision("auto", device)).removeprefix("torch."),
        photo_side
        if config.system not in ("top-down", SECOND_LOOK)
        else None,  # a crop has a size of its own
        config.architecture.backbone.peak_sigma,
        config.steps,
        config.epochs,
        config.learns == SECOND_LOOK,
    )
    config, chosen = presets.fill(config, preset, asked)
    for line in presets.told(preset, why, chosen) if chosen else ():
        note(line)
    return _with_length(config, samples, processes)


def _like_its_start(config: TrainConfig) -> tuple[TrainConfig, Checkpoint | None]:
    """Return the settings with what they take from the checkpoint that a run starts from, and that checkpoint."""
    if config.start_from is None:
        return config, None
    start = resolve(config.start_from)
    changes: dict[str, Any] = {"start_from": start}
    try:
        checkpoint = load_checkpoint(start)
    except SwahrError:
        # A backbone alone has no architecture to tell; what is no weight file at all is said when it is read.
        return config.model_copy(update=changes), None
    if "architecture" not in config.model_fields_set:
        theirs = checkpoint.architecture
        # Without its number of joints, which counts as not given.
        changes["architecture"] = Architecture(backbone=theirs.backbone, head=theirs.head.for_training())
        given = {
            "input_size": math.ceil(checkpoint.input_size / INPUT_STEP) * INPUT_STEP,
            "mean": checkpoint.mean,
            "std": checkpoint.std,
        }
        changes |= {name: value for name, value in given.items() if name not in config.model_fields_set}
    return config.model_copy(update=changes), checkpoint


def _with_length(config: TrainConfig, photos: int, processes: int) -> TrainConfig:
    """Return settings whose length is in steps. Raises SettingError where nothing says how long the run is."""
    if config.epochs is not None:
        of_a_step = config.batch_size * config.accumulate * processes
        steps = max(1, math.ceil(config.epochs * photos / of_a_step))
        return config.model_copy(update={"steps": steps, "epochs": None})
    assert config.length
    return config
