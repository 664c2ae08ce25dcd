"""Files of BlazePose's landmarks: ours, in half precision, and Google's .task, a zip with a TensorFlow Lite file."""

import zipfile
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open

from swahr.errors import UnreadableError, first_line
from swahr.models.blazepose import HEATMAP_CELLS, LAYOUTS, POINTS, VALUES, BlazePose, convolutions, empty
from swahr.models.tflite import Weights, read_tflite
from swahr.models.weight_files import is_kind, save_half

KIND = "blazepose"
# In a .task: the network that finds people lies beside it.
MEMBER = "pose_landmarks_detector.tflite"
MAX_BYTES = 1 << 27  # of that member, unpacked: the largest has 28 MB
# The outputs that are read, by their shapes; segmentation and points in metres are not.
WANTED = ((1, POINTS * VALUES), (1, 1), (1, HEATMAP_CELLS, HEATMAP_CELLS, POINTS))


def save_blazepose(path: Path, model: BlazePose, card: dict[str, str]) -> None:
    """Write a network's weights in half precision, which the published ones have.

    Args:
        path: Of the file, .safetensors.
        model: The network.
        card: What it is and where it comes from, for whoever reads the file.
    """
    save_half(path, model, {**card, "kind": KIND, "size": model.size})


def is_blazepose(path: Path) -> bool:
    """Return whether a file says that it holds such a network."""
    return is_kind(path, KIND)


def load_blazepose(path: Path) -> BlazePose:
    """Read a network that `save_blazepose` wrote; float32, in eval mode.

    Raises:
        UnreadableError: It is no such file.
    """
    try:
        with safe_open(path, framework="pt") as file:
            told = file.metadata() or {}
            if told.get("kind") != KIND or told.get("size") not in LAYOUTS:
                raise UnreadableError(f"{path} holds no BlazePose, but {told.get('kind', 'something else')}")
            model = empty(told["size"])
            weights = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118 - it is no mapping
            model.load_state_dict(weights, assign=True)
    except (OSError, SafetensorError, RuntimeError) as error:
        raise UnreadableError(f"{path} cannot be read as BlazePose ({first_line(error)})") from error
    return model.eval()


def read_published(path: Path) -> BlazePose:
    """Read a network from Google's .task or .tflite file; float32, in eval mode.

    Raises:
        UnreadableError: It is no such file, or holds another network.
    """
    try:
        network = read_tflite(_tflite_of(path))
        by_shape = {network.shapes[output]: output for output in network.outputs}
        if any(shape not in by_shape for shape in WANTED):
            raise UnreadableError("its outputs are not those of BlazePose's landmarks")
        weights = network.convolutions(network.behind(by_shape[shape] for shape in WANTED))
        for size in LAYOUTS:
            model = empty(size)
            if fill(model, weights):
                return model.eval()
    except UnreadableError as error:
        raise error.at(path) from error
    raise UnreadableError(f"{path}: its {len(weights)} convolutions are not those of BlazePose full or heavy")


def fill(model: BlazePose, weights: Sequence[Weights]) -> bool:
    """Give a network weights in the order of `convolutions`; False, and nothing done, where they do not fit."""
    layers = convolutions(model)
    if [tuple(layer.weight.shape) for layer in layers] != [each.weight.shape for each in weights]:
        return False
    for layer, (weight, bias) in zip(layers, weights, strict=True):
        layer.weight = torch.nn.Parameter(torch.from_numpy(weight), requires_grad=False)
        layer.bias = torch.nn.Parameter(torch.from_numpy(bias), requires_grad=False)
    return True


def _tflite_of(path: Path) -> bytes:
    """Return the TensorFlow Lite file in a .task, or the file itself."""
    try:
        if not zipfile.is_zipfile(path):
            return path.read_bytes()
        with zipfile.ZipFile(path) as bundle:
            member = bundle.getinfo(MEMBER)
            if member.file_size > MAX_BYTES:
                raise UnreadableError(
                    f"{MEMBER} in it has {member.file_size} bytes; expected BlazePose's landmarks"
                )
            return bundle.read(member)
    except KeyError as error:
        raise UnreadableError(f"a zip without {MEMBER}; expected a pose_landmarker .task") from error
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise UnreadableError(
            f"cannot be read ({first_line(error)}); expected a .task or .tflite file"
        ) from error
