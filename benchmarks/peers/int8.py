"""Our model in 8-bit whole numbers, calibrated on photos that are not those of the comparison."""

import tempfile
from pathlib import Path

from benchmarks.peers.data import CALIBRATION
from swahr.inference.backends.exported import open_exported
from swahr.inference.backends.onnx_export import export_onnx
from swahr.inference.backends.quantise import quantise
from swahr.models.bundled import resolve
from swahr.models.checkpoints import load_checkpoint
from swahr.video.photos import list_photos

PHOTOS = 64


def write_int8(model: str, path: Path) -> None:
    """Write the int8 form of a bundled name or a checkpoint to `path`."""
    photos = list_photos([CALIBRATION])
    with tempfile.TemporaryDirectory() as folder:
        exact = Path(folder) / "network.onnx"
        export_onnx(load_checkpoint(resolve(model)), exact)
        quantise(open_exported(exact), photos[:: max(1, len(photos) // PHOTOS)][:PHOTOS], path)
