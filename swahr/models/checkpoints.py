"""Checkpoints: the project's own safetensors files, and published ones.

A file of ours holds the weights and, as metadata, what is needed to run them: architecture, skeleton, input
size, normalisation, and a card (training data, licence ...).
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import save_file
from torch import Tensor

from swahr._util.files import made_whole
from swahr._util.reading import parse_json
from swahr.errors import OutputError, Step, SwahrError, UnreadableError
from swahr.models import second_look
from swahr.models.architecture import Architecture, read_architecture
from swahr.models.building import filled
from swahr.models.calibration import KEY as CALIBRATION
from swahr.models.calibration import NOTHING_FITTED, Calibration, read_calibration
from swahr.models.crop_contract import CropContract, default_contract
from swahr.models.field_contract import FieldContract
from swahr.models.heads.base import Head, HeadSettings
from swahr.models.imagenet import IMAGENET_MEAN, IMAGENET_STD
from swahr.models.movenet_single import MoveNetSingle
from swahr.models.pose_network import PoseNetwork
from swahr.models.scorer import PersonScorer
from swahr.models.weight_files import read_metadata, read_weight_file, without_base
from swahr.pose.skeleton import Skeleton

FORMAT = "swahr-1"
FORMAT_FAMILY = "swahr-"
SUFFIX = ".safetensors"
CROP = "crop"  # in the metadata
CROPS = "crops"  # what finds people by a network for one person
FIELDS = "fields"  # in the metadata, and what finds people by part affinity fields
MAX_CHECKPOINT_INPUT = 1 << 14  # pixels; larger inputs fit into no memory


@dataclass(frozen=True)
class Checkpoint:
    """A network that is ready to run, and what it needs to know of its input.

    Attributes:
        model: in eval mode.
        input_size: short side of the input, pixels.
        mean, std: of the channels in the order in which the network reads them, for values in [0, 1]; RGB, unless
            `crop` or `fields` says otherwise.
        card: free text by name: training data, licence, figures.
        detection_threshold: confidence from which a joint counts, as suits these weights; 0.12 as published.
        scorer: of people; None: their score is the mean confidence of their joints, as published.
        second_stage: name of the bundled crop network whose joints were measured to be better than these weights'
            own, so that people are refined by it without being asked; None: there is none.
        calibration: what else was measured on labelled photos.
        second_look: that crop network where these weights have one of their own, trained further on people of their
            kind; None: the bundled one of that name is used.
        crop: of a network for one person: how a person becomes a crop, and how its maps are read; None of others.
        fields: of a network with part affinity fields: how a frame and its maps are read; None of others.
    """

    model: PoseNetwork
    architecture: Architecture
    skeleton: Skeleton
    input_size: int
    mean: tuple[float, float, float] = IMAGENET_MEAN
    std: tuple[float, float, float] = IMAGENET_STD
    card: dict[str, Any] = field(default_factory=dict)
    detection_threshold: float = 0.12
    scorer: PersonScorer | None = None
    second_stage: str | None = None
    calibration: Calibration = NOTHING_FITTED
    crop: CropContract | None = None
    fields: FieldContract | None = None
    second_look: MoveNetSingle | None = None

    @property
    def finder(self) -> str:
        """What finds people by its maps, a name of `swahr.inference.finders`."""
        return self.architecture.head.finder

    @property
    def answers(self) -> tuple[str, ...]:
        """Names of the outputs that people are made of."""
        head = getattr(self.model, "head", None)
        return head.answers if isinstance(head, Head) else Head.answers


def save_checkpoint(
    path: str | Path, checkpoint: Checkpoint, float16: bool = False, base: Path | None = None
) -> None:
    """Write `path` (safetensors) by a temporary file and a rename, so that it is never half-written.

    Args:
        path: of the file.
        checkpoint: what to write.
        float16: store the filters at half precision, which halves the file; statistics and biases stay float32.
        base: a checkpoint in the same folder; weights that are equal in it are left out, and read from it.

    Raises:
        OutputError: where it cannot be written.
    """
    path = Path(path)
    tensors = {}
    for name, value in checkpoint.model.state_dict().items():
        stored = value.detach().cpu().contiguous()
        tensors[name] = stored.half() if float16 and stored.ndim > 1 else stored
    metadata = describe(checkpoint, FORMAT)
    if checkpoint.second_look is not None:
        own, said = second_look.stored(checkpoint.second_look)
        tensors, metadata = {**tensors, **own}, {**metadata, **said}
    if base is not None:
        tensors, shared = without_base(tensors, base)
        metadata |= shared
    _write(path, tensors, metadata)


def describe(checkpoint: Checkpoint, file_format: str) -> dict[str, str]:
    """Return all but the weights as text by name, for the metadata of a file."""
    plain = {
        "format": file_format,
        "architecture": json.dumps(checkpoint.architecture.model_dump(mode="json")),
        "skeleton": json.dumps(checkpoint.skeleton.to_dict()),
        "input_size": str(checkpoint.input_size),
        "mean": json.dumps(checkpoint.mean),
        "std": json.dumps(checkpoint.std),
        "card": json.dumps(checkpoint.card),
        "detection_threshold": str(checkpoint.detection_threshold),
    }
    if checkpoint.scorer is not None:
        plain["scorer"] = json.dumps(checkpoint.scorer.to_dict())
    if checkpoint.second_stage is not None:
        plain["second_stage"] = checkpoint.second_stage
    if checkpoint.calibration != NOTHING_FITTED:
        plain[CALIBRATION] = checkpoint.calibration.to_text()
    if checkpoint.finder != HeadSettings.finder:
        # What an exported file, which has no head of ours any more, is read by.
        plain |= {"finder": checkpoint.finder, "answers": json.dumps(checkpoint.answers)}
    if checkpoint.crop is not None:
        plain[CROP] = checkpoint.crop.model_dump_json()
    if checkpoint.fields is not None:
        plain[FIELDS] = checkpoint.fields.model_dump_json()
    return plain


def with_calibration(source: Path, target: Path, scorer: PersonScorer, calibration: Calibration) -> None:
    """Write `target`: the checkpoint `source` with other scores and calibration; weights stay as they are stored.

    Raises:
        UnreadableError: where `source` is no checkpoint of this project.
        OutputError: where `target` cannot be written.
    """
    tensors, metadata = read_weight_file(source)
    if metadata.get("format") != FORMAT:
        raise UnreadableError(
            f"{source} has no place for scores; make a checkpoint of it",
            hints=[Step("weights import", source)],
        )
    fitted = {"scorer": json.dumps(scorer.to_dict()), CALIBRATION: calibration.to_text()}
    _write(target, tensors, {**metadata, **fitted})


def _write(path: Path, tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> None:
    try:
        with made_whole(path) as partial:
            partial.touch()
            mode = partial.stat().st_mode
            save_file(dict(tensors), str(partial), dict(metadata))
            # safetensors lets nobody but the owner read; others may as far as the umask allows.
            partial.chmod(mode)
    except (OSError, SafetensorError) as error:
        raise OutputError(f"{path}: the checkpoint could not be written ({error})") from error


def load_checkpoint(
    path: str | Path, device: str | torch.device = "cpu", skeleton: Skeleton | None = None
) -> Checkpoint:
    """Read a checkpoint of this project, or a published one (see `swahr.models.published`).

    Nothing in the file is run. `.model` of what is returned is the network, whose forward pass gives the raw maps.

    Args:
        path: a .safetensors file, a .pth that torch wrote, or OpenPose's .caffemodel.
        device: where the network is put.
        skeleton: of a published network whose joints are of no known data set.

    Raises:
        MissingError: where there is no such file.
        UnreadableError: where it is cut off, of another kind, or has weights missing, left over, of another shape or
            not finite.
        SettingError: where `skeleton` has to be given, or does not fit.
    """
    path = Path(path)
    content, metadata = read_weight_file(path)
    try:
        if metadata.get("format", "").startswith(FORMAT_FAMILY):
            checkpoint = _own(content, metadata)
        else:
            checkpoint = _published(content, path.name, skeleton)
    except SwahrError as error:
        raise error.at(path) from error
    checkpoint.model.to(device)
    return checkpoint


def read_card(path: Path) -> dict[str, Any]:
    """Return the card of a checkpoint of this project without reading its weights."""
    try:
        return dict(parse_json(read_metadata(path).get("card", "{}")))
    except (TypeError, ValueError) as error:
        raise UnreadableError(f"{path}: its metadata is damaged ({error})") from error


def build_with(architecture: Architecture, weights: Mapping[str, Tensor]) -> PoseNetwork:
    """Make a network of weights by our names, float32, in eval mode.

    Raises:
        UnreadableError: naming the first weights that are missing, left over, of another shape or not finite.
    """
    # On the meta device nothing is drawn that the weights would replace, whatever size the metadata claims.
    try:
        with torch.device("meta"):
            model = architecture.build()
    except RuntimeError as error:
        raise UnreadableError(f"its architecture cannot be built ({error})") from error
    return filled(model, weights)


def _published(content: Any, file_name: str, skeleton: Skeleton | None) -> Checkpoint:
    if isinstance(content, dict) and "optimiser" in content:
        raise UnreadableError(
            "it is the state of a training run, for going on with it; the weights are best.safetensors and "
            "last.safetensors beside it"
        )
    # Few files are others', and all would wait for what their networks are made of.
    from swahr.models.published import recognise

    found = recognise(content, file_name, skeleton)
    model = build_with(found.architecture, found.weights)
    card = {"origin": f"imported from {file_name}"}
    return Checkpoint(
        model,
        found.architecture,
        found.skeleton,
        found.input_size,
        found.mean,
        found.std,
        card,
        found.detection_threshold,
        crop=found.crop,
        fields=found.fields,
    )


def _own(weights: dict[str, Tensor], metadata: Mapping[str, str]) -> Checkpoint:
    if metadata["format"] != FORMAT:
        raise UnreadableError(
            f"it has format {metadata['format']}; expected {FORMAT}: update swahr to read it"
        )
    try:
        architecture = read_architecture(parse_json(metadata["architecture"]))
        skeleton = Skeleton.from_dict(parse_json(metadata["skeleton"]))
        input_size = int(metadata["input_size"])
        mean, std = _three(metadata["mean"]), _three(metadata["std"])
        card = dict(parse_json(metadata.get("card", "{}")))
        threshold = float(metadata.get("detection_threshold", Checkpoint.detection_threshold))
        scorer = read_scorer(metadata, skeleton.num_joints)
        calibration = read_calibration(metadata, skeleton.num_joints)
        crop = read_crop(metadata, architecture.head.finder, input_size)
        fields = read_fields(metadata, architecture.head.finder)
        if (
            not 1 <= input_size <= MAX_CHECKPOINT_INPUT
            or min(std) <= 0
            or not 0 <= threshold < 1
            or skeleton.num_joints != architecture.num_joints
        ):
            raise ValueError(
                f"input_size {input_size}, std {std}, joints {skeleton.num_joints}, {architecture.num_joints}"
            )
    except (KeyError, TypeError, ValueError, SwahrError) as error:
        said = " ".join(str(error).split())
        raise UnreadableError(
            f"its metadata is damaged, or names what is not installed here ({said})"
        ) from error
    own_look = second_look.taken_out(weights, metadata)
    model = build_with(architecture, weights)
    return Checkpoint(
        model,
        architecture,
        skeleton,
        input_size,
        mean,
        std,
        card,
        threshold,
        scorer,
        metadata.get("second_stage"),
        calibration,
        crop,
        fields,
        own_look,
    )


def read_scorer(metadata: Mapping[str, str], num_joints: int) -> PersonScorer | None:
    """Return the scorer of people that metadata hold, None where they hold none."""
    return (
        PersonScorer.from_dict(parse_json(metadata["scorer"]), num_joints) if "scorer" in metadata else None
    )


def read_crop(metadata: Mapping[str, str], finder: str, input_size: int) -> CropContract | None:
    """Return the contract of crops that metadata hold, the usual one where they hold none; None without crops."""
    if finder != CROPS:
        return None
    if CROP not in metadata:
        return default_contract(input_size)
    return CropContract(**parse_json(metadata[CROP]))


def read_fields(metadata: Mapping[str, str], finder: str) -> FieldContract | None:
    """Return the contract of fields that metadata hold, the usual one where they hold none; None without fields."""
    return FieldContract(**parse_json(metadata.get(FIELDS, "{}"))) if finder == FIELDS else None


def _three(text: str) -> tuple[float, float, float]:
    first, second, third = map(float, parse_json(text))
    if not all(map(math.isfinite, (first, second, third))):
        raise ValueError(f"{text} is not finite")
    return first, second, third
