"""What runs the network: torch, or another runtime on an exported one."""

import os
from collections.abc import Callable
from typing import TypeAlias

import torch
from torch import Tensor

from swahr.errors import SwahrError
from swahr.inference.backends.exported import ExportedNetwork
from swahr.inference.precision import choose_precision
from swahr.models.checkpoints import Checkpoint

# Maps [B, 3, H, W] float32, normalised, to the outputs of both stages, float32.
Backend: TypeAlias = Callable[[Tensor], list[Tensor]]
BACKENDS = ("torch", "onnxruntime", "openvino")


def make_backend(
    name: str,
    network: Checkpoint | ExportedNetwork,
    device: torch.device,
    precision: str = "auto",
    compiled: bool = False,
    threads: int = 0,
) -> Backend:
    """Make what runs the network.

    precision: see `swahr.inference.precision`. compiled: by torch.compile. threads: of onnxruntime and openvino,
    no more than the machine has cores; 0: the runtime's choice. torch's belong to the whole process, and are left as
    they are: `swahr.inference.threads.use_threads`.
    Raises SwahrError for a name that is none, a runtime that is not installed, and what it cannot do.
    """
    if name not in BACKENDS:
        raise SwahrError(f"backend is {name!r}; expected one of {', '.join(BACKENDS)}")
    if name != "torch" and (device.type != "cpu" or compiled):
        what = f"on {device.type}" if device.type != "cpu" else "with torch.compile"
        raise SwahrError(f"{name} does not run {what} here; use the backend torch for that")
    threads = min(threads, os.cpu_count() or 1)
    dtype = choose_precision(precision, device)
    if name == "torch":
        if isinstance(network, ExportedNetwork):
            raise SwahrError(
                f"{network.path} is an exported network; run it with onnxruntime or openvino as the backend"
            )
        from swahr.inference.backends.torch_backend import TorchBackend

        return TorchBackend(network.model, device, dtype, compiled)
    from swahr.inference.backends import runtimes
    from swahr.inference.backends.cache import exported_file

    path = network.path if isinstance(network, ExportedNetwork) else exported_file(network)
    if name == "openvino":
        return runtimes.OpenVinoBackend(path, exact=dtype == torch.float32, threads=threads)
    if precision == "bfloat16":
        raise SwahrError("onnxruntime computes in float32 on the CPU; use openvino or torch for bfloat16")
    return runtimes.OnnxRuntimeBackend(path, threads)
