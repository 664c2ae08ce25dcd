"""What every model of the comparison offers: a frame in, people out, in three steps that can be timed apart."""

from typing import Any, NamedTuple, Protocol

import cv2
import numpy as np
import numpy.typing as npt

from swahr.inference.backends.runtimes import openvino_core
from swahr.pose.poses import Poses
from swahr.video.images import Image

Array = npt.NDArray[Any]


class Runner(Protocol):
    """A model. prepare: resize and lay out. network: the runtime's work. people: decoding."""

    def prepare(self, frame: Image) -> Any: ...
    def network(self, prepared: Any) -> Any: ...
    def people(self, prepared: Any, outputs: Any) -> Poses: ...


class Fitted(NamedTuple):
    """A frame that was resized and padded. factor: input pixels a frame pixel."""

    image: Image
    factor: float


def fit(frame: Image, longer_side: int, multiple: int) -> Fitted:
    """Resize so that the longer side is `longer_side`; pad right and below with 0 to multiples of `multiple`."""
    height, width = frame.shape[:2]
    factor = longer_side / max(height, width)
    w, h = round(width * factor), round(height * factor)
    padded = np.zeros((-(-h // multiple) * multiple, -(-w // multiple) * multiple, 3), np.uint8)
    padded[:h, :w] = cv2.resize(
        frame, (w, h), interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    )
    return Fitted(padded, factor)


def onnx_session(path: str | bytes, threads: int) -> Any:
    """Open a network with onnxruntime on the CPU."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def openvino_model(model: Any, threads: int) -> Any:
    """Compile a network that openvino has read, for the CPU, one request at a time."""
    return openvino_core().compile_model(
        model, "CPU", {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": threads}
    )


def infer_openvino(compiled: Any, image: Array) -> list[Array]:
    """Run a compiled network on one input; outputs in its order."""
    found = compiled(image)
    return [found[i] for i in range(len(compiled.outputs))]
