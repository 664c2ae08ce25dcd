"""What a file of weights says of itself: the network, how it is run, what it was trained on, and its licence."""

from pathlib import Path

from torch import nn

from swahr.models.blazepose_files import is_blazepose, load_blazepose
from swahr.models.checkpoints import Checkpoint, load_checkpoint
from swahr.models.hashes import sha256
from swahr.models.movenet_single import is_single, load_single
from swahr.models.weight_files import read_metadata

INTERNAL = ("kind", "width", "size")  # of a crop network's file, which the first lines say in words


def facts_of(path: Path) -> dict[str, str]:
    """Return what is known of a file of weights, by name, in the order in which it is read best.

    Args:
        path: A checkpoint of this project or a published one, or a network of the second stage.

    Raises:
        MissingError: There is no such file.
        UnreadableError: It holds no weights that can be run.
    """
    if path.is_file() and is_single(path):
        single = load_single(path)
        parameters = num_parameters(single)
        first = {"network": f"MoveNet SinglePose at width {single.width:g}: one person in a crop"}
        card = _of_a_crop_network(path)
    elif path.is_file() and is_blazepose(path):
        landmarks = load_blazepose(path)
        parameters = num_parameters(landmarks)
        first = {"network": "BlazePose's landmarks of one person in a crop, for feet"}
        card = _of_a_crop_network(path)
    else:
        checkpoint = load_checkpoint(path)
        scorer, look = checkpoint.scorer, checkpoint.second_look
        parameters = num_parameters(checkpoint.model) + (0 if look is None else num_parameters(look))
        first = {
            "network": str(checkpoint.architecture),
            "joints": f"{checkpoint.skeleton.num_joints} ({checkpoint.skeleton.name})",
            "input": f"{checkpoint.input_size} pixels on the short side",
            "detection threshold": f"{checkpoint.detection_threshold:g}",
            "least score": f"{scorer.min_score:g}, of fitted scores" if scorer else "scores are not fitted",
            "uncertainty": "fitted" if checkpoint.calibration.uncertainty else "not fitted",
            **_of_crop(checkpoint),
            "second look": _second_look(checkpoint),
        }
        card = {name: str(value) for name, value in checkpoint.card.items() if value not in (None, "")}
    size = f"{path.stat().st_size / 1e6:.1f} MB, {parameters / 1e6:.1f} million parameters"
    return {"file": str(path), "size": size, "SHA-256": sha256(path), **first, **card}


def _second_look(checkpoint: Checkpoint) -> str:
    """Return what looks at people again, as weights come."""
    asked = "" if checkpoint.second_stage else ", when asked for"
    if checkpoint.second_look is not None:
        return f"its own, at width {checkpoint.second_look.width:g}{asked}"
    return checkpoint.second_stage or "none without being asked"


def _of_crop(checkpoint: Checkpoint) -> dict[str, str]:
    """Return what the crops of a network for one person have to be."""
    if checkpoint.crop is None:
        return {}
    width, height = checkpoint.crop.input_wh
    return {"crop": f"{width} x {height} pixels, {checkpoint.crop.colours.upper()}, one person each"}


def _of_a_crop_network(path: Path) -> dict[str, str]:
    return {name: text for name, text in read_metadata(path).items() if name not in INTERNAL}


def num_parameters(network: nn.Module) -> int:
    """Return how many numbers a network has learnt."""
    return sum(parameter.numel() for parameter in network.parameters())
