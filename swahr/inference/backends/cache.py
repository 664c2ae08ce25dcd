"""Networks that were exported to be run here, kept for the next time: an export takes seconds."""

import hashlib
from pathlib import Path

import torch

from swahr.errors import OutputError
from swahr.inference.backends.exported import FORMAT, SUFFIX
from swahr.inference.backends.onnx_export import export_onnx
from swahr.models.checkpoints import Checkpoint, describe
from swahr.models.library import library_folder


def exported_file(checkpoint: Checkpoint) -> Path:
    """Return the ONNX file of a checkpoint, which is written when it is not there yet."""
    path = cached_path(checkpoint)
    if not path.exists():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"{path.parent}: the folder could not be made ({error.strerror})") from error
        export_onnx(checkpoint, path)
    return path


def cached_path(checkpoint: Checkpoint) -> Path:
    """Return where it is kept: its name is a hash of the weights and of all that the file says of itself."""
    return library_folder().with_name("exported") / f"{_fingerprint(checkpoint)}{SUFFIX}"


def _fingerprint(checkpoint: Checkpoint) -> str:
    digest = hashlib.sha256(f"{FORMAT} {torch.__version__} {describe(checkpoint, FORMAT)}".encode())
    for name, value in checkpoint.model.state_dict().items():
        digest.update(name.encode())
        digest.update(value.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:32]
