"""Exported networks: ONNX files that carry what an estimator needs to know, as the checkpoint did."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from safetensors import SafetensorError

from swahr._util.files import made_whole
from swahr._util.reading import parse_json
from swahr.errors import MissingError, OutputError, Step, SwahrError, UnreadableError
from swahr.models.calibration import NOTHING_FITTED, Calibration, read_calibration
from swahr.models.checkpoints import MAX_CHECKPOINT_INPUT, read_crop, read_fields, read_scorer
from swahr.models.crop_contract import CropContract
from swahr.models.field_contract import FieldContract
from swahr.models.movenet_single import MoveNetSingle, load_single, save_single
from swahr.models.scorer import PersonScorer
from swahr.pose.skeleton import Skeleton

if TYPE_CHECKING:
    import onnx

FORMAT = "swahr-onnx-1"
SUFFIX = ".onnx"
INPUT = "images"
OUTPUTS = ("stage0", "stage1")
CANDIDATES = ("candidate_confidence", "candidate_xy", "candidate_tags")


LOOK = "second_look"  # in the metadata, where the network has one of its own, which is kept beside the file
LOOK_SUFFIX = ".second_look.safetensors"


@dataclass(frozen=True)
class ExportedNetwork:
    """A network in an ONNX file; the rest is as in `Checkpoint`."""

    path: Path
    skeleton: Skeleton
    input_size: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    detection_threshold: float
    scorer: PersonScorer | None = None
    second_stage: str | None = None
    calibration: Calibration = NOTHING_FITTED
    finder: str = "tags"
    answers: tuple[str, ...] = OUTPUTS
    crop: CropContract | None = None
    fields: FieldContract | None = None
    second_look: MoveNetSingle | None = None


def open_exported(path: str | Path) -> ExportedNetwork:
    """Read what an exported file says of itself.

    Raises:
        UnreadableError: no export of ours wrote it.
    """
    path = Path(path)
    described = read_description(path)
    if described.get("format") != FORMAT:
        raise UnreadableError(
            f"{path} has format {described.get('format', 'unknown')}; expected {FORMAT}",
            hints=[Step("export")],
        )
    try:
        mean, std = (tuple(map(float, parse_json(described[name]))) for name in ("mean", "std"))
        if len(mean) != 3 or len(std) != 3:
            raise ValueError(f"mean {mean}, std {std}")
        skeleton = Skeleton.from_dict(parse_json(described["skeleton"]))
        look = load_look(path) if LOOK in described else None
        return ExportedNetwork(
            path,
            skeleton,
            _size(described["input_size"]),
            mean,
            std,
            float(described["detection_threshold"]),
            read_scorer(described, skeleton.num_joints),
            described.get("second_stage"),
            read_calibration(described, skeleton.num_joints),
            finder := described.get("finder", "tags"),
            tuple(map(str, parse_json(described["answers"]))) if "answers" in described else OUTPUTS,
            read_crop(described, finder, _size(described["input_size"])),
            read_fields(described, finder),
            look,
        )
    except MissingError:
        raise
    except (KeyError, TypeError, ValueError, SwahrError) as error:
        raise UnreadableError(f"{path}: its metadata is damaged ({error})") from error


def save_look(network: MoveNetSingle, path: Path) -> Path:
    """Write the second look of an exported network beside it, and return where.

    Args:
        network: The crop network.
        path: Of the exported file.

    Raises:
        OutputError: It cannot be written.
    """
    target = path.with_suffix(LOOK_SUFFIX)
    try:
        with made_whole(target) as partial:
            save_single(partial, network, {"origin": f"the second look of {path.name}"})
    except (OSError, SafetensorError) as error:
        raise OutputError(f"{target}: the second look could not be written ({error})") from error
    return target


def load_look(path: Path) -> MoveNetSingle:
    """Read the second look of an exported network, which is beside it.

    Raises:
        MissingError: It is not there.
        UnreadableError: It is damaged.
    """
    beside = path.with_suffix(LOOK_SUFFIX)
    if not beside.is_file():
        raise MissingError(
            f"{path} has a second look of its own, {beside.name}, which is not beside it; copy both"
        )
    return load_single(beside)


def _size(text: str) -> int:
    size = int(text)
    if not 1 <= size <= MAX_CHECKPOINT_INPUT:
        raise ValueError(f"input_size {size}")
    return size


def read_onnx(path: Path) -> "onnx.ModelProto":
    """Read an ONNX file.

    Raises:
        UnreadableError: it is none.
        MissingError: onnx is not installed.
    """
    try:
        import onnx
        from google.protobuf.message import DecodeError
    except ImportError as error:
        raise missing("onnx") from error
    try:
        return onnx.load(str(path))
    except (OSError, DecodeError) as error:
        raise UnreadableError(f"{path} cannot be read as ONNX ({error})") from error


def read_description(path: Path) -> Mapping[str, str]:
    """Return the metadata of an ONNX file."""
    return {entry.key: entry.value for entry in read_onnx(path).metadata_props}


def missing(package: str) -> MissingError:
    """Return the error for a package that is not installed."""
    extra = "fast" if package == "openvino" else "export"
    return MissingError(f"{package} is not installed; `pip install 'swahr[{extra}]'` brings it")
