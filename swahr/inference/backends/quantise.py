"""An exported network in 8-bit whole numbers, by onnxruntime's own calibration tools."""

import logging
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from swahr._util.files import made_whole
from swahr.errors import SettingError
from swahr.inference.backends.exported import INPUT, ExportedNetwork, missing, read_onnx
from swahr.inference.backends.inputs import input_of
from swahr.inference.backends.loading import silence_onnxruntime
from swahr.video.images import read_image

# What the last layers say is heatmaps and tags themselves; 256 steps are too few for them.
EXACT_FROM = ("final_layer", "final_predict")


def quantise(network: ExportedNetwork, photos: Sequence[Path], path: Path) -> None:
    """Write an int8 form of an exported network to `path`; ranges come from what it says of `photos`.

    Filters are quantised channel by channel, activations tensor by tensor; the output layers stay float32.

    Args:
        network: to quantise; its file stays as it is.
        photos: to calibrate with, some tens of the kind that will come.
        path: of the new file.

    Raises:
        SettingError: there are no photos.
        MissingError: onnxruntime is not installed.
    """
    if not photos:
        raise SettingError(
            "int8 needs photos to calibrate with; expected some tens of the kind that will come"
        )
    silence_onnxruntime()
    try:
        import onnx
        from onnxruntime.quantization import QuantFormat, QuantType, quantize_static
        from onnxruntime.quantization.shape_inference import quant_pre_process
    except ImportError as error:
        raise missing(error.name or "onnxruntime") from error
    logger = logging.getLogger()
    level = logger.level
    logger.setLevel(logging.ERROR)  # it advises at length to do what is done here
    try:
        with tempfile.TemporaryDirectory() as folder:
            prepared, quantised = Path(folder) / "prepared.onnx", Path(folder) / "int8.onnx"
            quant_pre_process(str(network.path), str(prepared), skip_symbolic_shape=True)
            quantize_static(
                str(prepared),
                str(quantised),
                _Photos(network, photos),
                quant_format=QuantFormat.QDQ,
                per_channel=True,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
                op_types_to_quantize=["Conv", "ConvTranspose", "Add"],
                nodes_to_exclude=exact_nodes(prepared),
            )
            model = onnx.load(str(quantised))
            with made_whole(path) as partial:
                onnx.save(model, str(partial))
    finally:
        logger.setLevel(level)


def exact_nodes(path: Path) -> list[str]:
    """Return the nodes that stay float32: the output layers and all that follows the first of them by name."""
    return [
        node.name
        for node in read_onnx(path).graph.node
        if any(layer in name for layer in EXACT_FROM for name in (node.name, *node.input))
    ]


class _Photos:
    """Gives the photos as inputs of the network, one by one, as onnxruntime's `CalibrationDataReader` does."""

    def __init__(self, network: ExportedNetwork, photos: Sequence[Path]) -> None:
        self._inputs: Iterator[dict[str, Any]] = self._read(network, photos)

    @staticmethod
    def _read(network: ExportedNetwork, photos: Sequence[Path]) -> Iterator[dict[str, Any]]:
        for photo in photos:
            yield {INPUT: input_of(network, read_image(photo)).contiguous().numpy()}

    def get_next(self) -> dict[str, Any] | None:
        return next(self._inputs, None)
