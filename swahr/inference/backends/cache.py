"""Networks that were exported to be run here, kept for the next time: an export takes seconds."""

import copy
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import torch
from torch import Tensor, nn

from swahr.errors import OutputError
from swahr.inference.backends.exported import FORMAT, SUFFIX
from swahr.inference.backends.graphs import NETWORK, architecture_key, find_graph
from swahr.inference.backends.onnx_export import export_onnx
from swahr.models.checkpoints import Checkpoint, describe
from swahr.models.hashes import is_whole, write_sum
from swahr.models.library import library_folder
from swahr.models.pose_network import to_inference_form


def exported_file(checkpoint: Checkpoint) -> Path:
    """Return the ONNX file of a checkpoint, which is written when it is not there yet."""
    return kept(
        cached_path(checkpoint),
        lambda path: export_onnx(replace(checkpoint, second_look=None), path),
        architecture_key(checkpoint.architecture),
        lambda: inference_weights(checkpoint),
    )


def kept(
    path: Path,
    export: Callable[[Path], None],
    key: str,
    weights: Callable[[], Mapping[str, Tensor]],
) -> Path:
    """Return an exported network of the cache, written when it is not there yet or is damaged.

    Args:
        path: Of the file that `export` writes.
        export: Writes it; takes half a minute.
        key: Names the architecture: where a graph of it comes with the package, that is filled with the weights.
        weights: Gives them, by the graph's names.
    """
    folder = path.with_suffix("")
    graph = find_graph(key)
    if is_whole(path):
        return path
    if graph is not None and graph.is_filled(folder):
        return folder / NETWORK
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{path.parent}: the folder could not be made ({error.strerror})") from error
    if graph is not None and graph.fits(found := weights()):
        return graph.fill(found, folder)
    export(path)
    try:
        write_sum(path)
    except OSError as error:
        raise OutputError(f"{path}: its hash could not be written ({error.strerror})") from error
    return path


def is_kept(path: Path, key: str) -> bool:
    """Return whether a file or its graph is there, or a graph that could be filled."""
    return is_whole(path) or find_graph(key) is not None


def can_export() -> bool:
    """Return whether what the exporter needs is installed."""
    return all(find_spec(name) is not None for name in ("onnx", "onnxscript"))


def is_at_hand(checkpoint: Checkpoint) -> bool:
    """Return whether `exported_file` takes no half minute."""
    path = cached_path(checkpoint)
    graph = find_graph(architecture_key(checkpoint.architecture))
    if graph is None or is_whole(path):
        return is_whole(path)
    return graph.is_filled(path.with_suffix("")) or graph.fits(inference_weights(checkpoint))


def inference_weights(checkpoint: Checkpoint) -> dict[str, Tensor]:
    """Return the weights of a checkpoint in the form that is exported, by name; it is left as it is."""
    return to_inference_form(copy.deepcopy(checkpoint.model)).cpu().state_dict()


def cached_path(checkpoint: Checkpoint) -> Path:
    """Return where it is kept: its name is a hash of the weights and of all that the file says of itself."""
    return cached_name(checkpoint.model, str(describe(checkpoint, FORMAT)))


def cached_name(model: nn.Module, description: str) -> Path:
    """Return where the export of a network is kept: its name is a hash of the weights and of a description."""
    return library_folder().with_name("exported") / f"{fingerprint(model, description)}{SUFFIX}"


def fingerprint(model: nn.Module, description: str) -> str:
    """Return a hash of a network's weights, of a description, and of what exports it."""
    digest = hashlib.sha256(f"{FORMAT} {torch.__version__} {description}".encode())
    for name, value in model.state_dict().items():
        digest.update(name.encode())
        digest.update(value.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:32]
