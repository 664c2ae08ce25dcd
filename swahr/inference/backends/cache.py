"""Networks that were exported to be run here, kept for the next time: an export takes seconds."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn

from swahr.errors import OutputError
from swahr.inference.backends.exported import FORMAT, SUFFIX
from swahr.inference.backends.onnx_export import export_onnx
from swahr.models.checkpoints import Checkpoint, describe
from swahr.models.library import library_folder


def exported_file(checkpoint: Checkpoint) -> Path:
    """Return the ONNX file of a checkpoint, which is written when it is not there yet."""
    return kept(cached_path(checkpoint), lambda path: export_onnx(checkpoint, path))


def kept(path: Path, write: Callable[[Path], None]) -> Path:
    """Return a file of the cache, written by `write` when it is not there yet."""
    if not path.exists():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"{path.parent}: the folder could not be made ({error.strerror})") from error
        write(path)
    return path


def cached_path(checkpoint: Checkpoint) -> Path:
    """Return where it is kept: its name is a hash of the weights and of all that the file says of itself."""
    return cached_name(checkpoint.model, str(describe(checkpoint, FORMAT)))


def cached_name(model: nn.Module, description: str) -> Path:
    """Return where the export of a network is kept: its name is a hash of the weights and of a description."""
    return library_folder().with_name("exported") / f"{_fingerprint(model, description)}{SUFFIX}"


def _fingerprint(model: nn.Module, description: str) -> str:
    digest = hashlib.sha256(f"{FORMAT} {torch.__version__} {description}".encode())
    for name, value in model.state_dict().items():
        digest.update(name.encode())
        digest.update(value.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:32]
