"""Opening a network, whatever holds it."""

from pathlib import Path

from swahr.inference.backends.exported import SUFFIX as EXPORTED_SUFFIX
from swahr.inference.backends.exported import ExportedNetwork, open_exported
from swahr.models.bundled import resolve
from swahr.models.checkpoints import Checkpoint, load_checkpoint


def open_network(model: str | Path) -> Checkpoint | ExportedNetwork:
    """Open a bundled or installed name, a checkpoint file, or an exported one (.onnx)."""
    path = resolve(model)
    return open_exported(path) if path.suffix == EXPORTED_SUFFIX else load_checkpoint(path)
