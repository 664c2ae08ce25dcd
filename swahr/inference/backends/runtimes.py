"""Exported networks run by onnxruntime or openvino, on the CPU."""

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from swahr._native import nhwc_to_nchw
from swahr.config import NetworkSettings
from swahr.errors import Hint, SettingError, UnreadableError, first_line
from swahr.inference.backends import Backend, register_backend
from swahr.inference.backends.cache import exported_file
from swahr.inference.backends.exported import INPUT, OUTPUTS, ExportedNetwork, missing
from swahr.inference.backends.loading import load_openvino, silence_onnxruntime
from swahr.inference.hardware.precision import choose_precision
from swahr.models.checkpoints import Checkpoint

FloatArray = npt.NDArray[np.float32]


@register_backend("onnxruntime")
def make_onnxruntime(
    network: Checkpoint | ExportedNetwork, settings: NetworkSettings, device: torch.device
) -> Backend:
    """Make the backend `onnxruntime`, which computes in float32."""
    _check("onnxruntime", settings, device)
    choose_precision(settings.precision, device)
    if settings.precision == "bfloat16":
        raise SettingError(
            "onnxruntime computes in float32 on the CPU; use openvino or torch for bfloat16",
            hints=[Hint("backend", "openvino")],
        )
    return OnnxRuntimeBackend(_file(network), _threads(settings), network.answers)


@register_backend("openvino")
def make_openvino(
    network: Checkpoint | ExportedNetwork, settings: NetworkSettings, device: torch.device
) -> Backend:
    """Make the backend `openvino`."""
    _check("openvino", settings, device)
    exact = choose_precision(settings.precision, device) == torch.float32
    return OpenVinoBackend(_file(network), exact, _threads(settings), network.answers)


def _check(name: str, settings: NetworkSettings, device: torch.device) -> None:
    if device.type != "cpu":
        raise SettingError(f"{name} does not run on {device.type} here", hints=[Hint("backend", "torch")])
    if settings.compile:
        raise SettingError(
            f"{name} does not go with torch.compile", hints=[Hint("compile", False), Hint("backend", "torch")]
        )


def _file(network: Checkpoint | ExportedNetwork) -> Path:
    return network.path if isinstance(network, ExportedNetwork) else exported_file(network)


def _threads(settings: NetworkSettings) -> int:
    """Return how many threads, no more than the machine has cores; 0 where the runtime chooses."""
    return min(settings.threads or 0, os.cpu_count() or 1)


class OnnxRuntimeBackend(Backend):
    """An ONNX file run by onnxruntime on the CPU.

    Args:
        path: of the file.
        threads: 0 takes as many as the machine has cores.
        outputs: names of what is wanted of it.
    """

    def __init__(self, path: Path, threads: int = 0, outputs: Sequence[str] = OUTPUTS) -> None:
        self._outputs = list(outputs)
        silence_onnxruntime()
        try:
            import onnxruntime
        except ImportError as error:
            raise missing("onnxruntime") from error
        onnxruntime.disable_telemetry_events()  # where the variable came too late
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        # Threads that spin while they wait take the cores from decoding and parsing.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = onnxruntime.InferenceSession(str(path), options, ["CPUExecutionProvider"])
        except Exception as error:  # its exceptions have no common base of their own
            raise UnreadableError(f"{path}: onnxruntime refuses it ({first_line(error)})") from error

    def __call__(self, images: Tensor) -> list[Tensor]:
        """Map [B, 3, H, W] float32 to the outputs, float32."""
        feed = {INPUT: images.contiguous().numpy()}
        return [torch.from_numpy(output) for output in self._session.run(self._outputs, feed)]


@cache
def openvino_core() -> Any:
    """Return openvino's core, one for the process, which is never let go.

    A core gives the thread that makes it a stack for signals and, at its end, that of the core before it, which may be
    gone by then: the next Ctrl-C would end the process without a word.

    Raises:
        MissingError: openvino is not installed.
    """
    return load_openvino().Core()


class OpenVinoBackend(Backend):
    """An ONNX file run by openvino on the CPU.

    Args:
        path: of the file.
        exact: compute in float32 where the CPU has bfloat16, too.
        threads: 0 leaves it to openvino.
        outputs: names of what is wanted of it.
    """

    def __init__(
        self, path: Path, exact: bool = False, threads: int = 0, outputs: Sequence[str] = OUTPUTS
    ) -> None:
        self._outputs = tuple(outputs)
        core = openvino_core()
        options = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": threads}
        if exact:
            options["INFERENCE_PRECISION_HINT"] = "f32"
        try:
            model = _channels_last(core.read_model(str(path)), self._outputs)
            self._request = core.compile_model(model, "CPU", options).create_infer_request()
        except RuntimeError as error:
            raise UnreadableError(f"{path}: openvino refuses it ({first_line(error)})") from error

    def __call__(self, images: Tensor) -> list[Tensor]:
        """Map [B, 3, H, W] float32 to the outputs, float32."""
        nhwc = images.permute(0, 2, 3, 1).contiguous()  # as frames are made: no copy
        self._request.infer({INPUT: nhwc.numpy()}, share_inputs=True)
        # Copies in any case: what the request holds is overwritten by the next frame, while this one is parsed.
        return [torch.from_numpy(nhwc_to_nchw(self._request.get_tensor(name).data)) for name in self._outputs]


def _channels_last(model: Any, outputs: Sequence[str]) -> Any:
    """Let images go and maps come as convolutions read and leave them: openvino is slow at reordering."""
    from openvino.preprocess import PrePostProcessor

    steps = PrePostProcessor(model)
    steps.input(INPUT).model().set_layout("NCHW")
    steps.input(INPUT).tensor().set_layout("NHWC")
    for name in outputs:
        steps.output(name).model().set_layout("NCHW")
        steps.output(name).tensor().set_layout("NHWC")
    return steps.build()
