"""Exported networks run by onnxruntime or openvino, on the CPU."""

import os
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache, cached_property
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
    """An ONNX file run by openvino on the CPU: one image by all cores, of several each by cores of its own.

    All cores at one image wait for the slowest of them, at every layer; beside the other work of a video (decoding,
    drawing, an encoder) that is much.

    Args:
        path: of the file.
        exact: compute in float32 where the CPU has bfloat16, too.
        threads: 0 leaves it to openvino.
        outputs: names of what is wanted of it.
        side: of all images, where it is always the same: openvino is a tenth quicker with a network of one shape.
    """

    def __init__(
        self,
        path: Path,
        exact: bool = False,
        threads: int = 0,
        outputs: Sequence[str] = OUTPUTS,
        side: int | None = None,
    ) -> None:
        self._path, self._outputs = path, tuple(outputs)
        self._options: dict[str, Any] = {"INFERENCE_NUM_THREADS": threads}
        if exact:
            self._options["INFERENCE_PRECISION_HINT"] = "f32"
        with self._refusals():
            self._model = _channels_last(openvino_core().read_model(str(path)), self._outputs)
            if side is not None:
                self._model.reshape([1, side, side, 3])

    def __call__(self, images: Tensor) -> list[Tensor]:
        """Map [B, 3, H, W] float32 to the outputs, float32."""
        nhwc = images.permute(0, 2, 3, 1).contiguous().numpy()  # as frames are made: no copy
        requests = self._several if len(nhwc) > 1 else self._one
        outputs: list[FloatArray] = []
        running: deque[tuple[int, Any]] = deque()
        try:
            for i in range(len(nhwc)):
                if len(running) == len(requests):
                    self._take(*running.popleft(), len(nhwc), outputs)
                request = requests[i % len(requests)]
                running.append((i, request))
                request.start_async({INPUT: nhwc[i : i + 1]}, share_inputs=True)
            while running:
                self._take(*running.popleft(), len(nhwc), outputs)
        finally:
            for _, request in running:  # they read the images, which may be gone after this
                with suppress(RuntimeError):  # the first error is on its way
                    request.wait()
        return [torch.from_numpy(output) for output in outputs]

    def _take(self, i: int, request: Any, count: int, outputs: list[FloatArray]) -> None:
        """Wait for image `i` and copy what is said of it: the request's next image overwrites that."""
        request.wait()
        maps = [request.get_tensor(name).data for name in self._outputs]
        if not outputs:
            outputs += [np.empty((count, nhwc.shape[3], *nhwc.shape[1:3]), np.float32) for nhwc in maps]
        for nhwc, output in zip(maps, outputs, strict=True):
            nhwc_to_nchw(nhwc, output[i : i + 1])

    @cached_property
    def _one(self) -> list[Any]:
        return self._compile("LATENCY")

    @cached_property
    def _several(self) -> list[Any]:
        return self._compile("THROUGHPUT", spare=1)  # which computes while another is copied

    def _compile(self, hint: str, spare: int = 0) -> list[Any]:
        """Return requests of the network, as many as run side by side."""
        with self._refusals():
            compiled = openvino_core().compile_model(
                self._model, "CPU", {"PERFORMANCE_HINT": hint, **self._options}
            )
            together = compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS")
            return [compiled.create_infer_request() for _ in range(together + spare)]

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        try:
            yield
        except RuntimeError as error:
            raise UnreadableError(f"{self._path}: openvino refuses it ({first_line(error)})") from error


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
