"""The network of the second stage, run by the backend that runs the first.

Crops are made on the CPU. Where the first stage runs on something that other packages brought, torch runs this one.
"""

import os
from typing import cast

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from swahr.config import NetworkSettings
from swahr.decode.single_pose import CropMaps
from swahr.inference.backends import Backend
from swahr.inference.backends.cache import cached_name, kept
from swahr.inference.backends.onnx_export import export_module
from swahr.inference.backends.runtimes import OnnxRuntimeBackend, OpenVinoBackend
from swahr.inference.hardware.precision import choose_precision
from swahr.models.bundled import CROPS
from swahr.models.folding import fold_padding
from swahr.models.movenet_single import HEADS, MoveNetSingle, load_single

THUNDER = CROPS / "thunder.safetensors"
# What the network reads: 0 to 255 as -1 to 1, by the published graph's own factor.
FACTOR = 0.00784302
# More at once gain nothing, and take memory.
CROPS_AT_ONCE = 8


class CropNetwork:
    """Runs a network on crops. backend: maps [N, 3, side, side] to heatmaps, centre, regression and offsets."""

    def __init__(self, backend: Backend, device: torch.device) -> None:
        self._backend, self._device = backend, device

    def __call__(self, crops: npt.NDArray[np.uint8]) -> CropMaps:
        """Run it.

        Args:
            crops: [N, side, side, 3] uint8 RGB, N at least 1.
        """
        parts = [self._run(crops[at : at + CROPS_AT_ONCE]) for at in range(0, len(crops), CROPS_AT_ONCE)]
        return CropMaps(*(np.concatenate(of_each) for of_each in zip(*parts, strict=True)))

    def _run(self, crops: npt.NDArray[np.uint8]) -> CropMaps:
        images = torch.from_numpy(crops).to(self._device).permute(0, 3, 1, 2).float() * FACTOR - 1
        return CropMaps(*(output.float().cpu().numpy() for output in self._backend(images)))


def make_crop_network(settings: NetworkSettings, device: torch.device) -> CropNetwork:
    """Make the bundled network, as `settings.backend`, `precision` and `threads` say.

    Raises:
        SwahrError: the runtime is not installed, or its weights are damaged.
    """
    network = load_single(THUNDER)
    dtype = choose_precision(settings.precision, device)
    threads = min(settings.threads or 0, os.cpu_count() or 1)
    if settings.backend not in ("onnxruntime", "openvino") or device.type != "cpu":
        return CropNetwork(_TorchCrops(network, device, dtype), device)
    description = {"kind": "movenet-single", "outputs": ",".join(HEADS)}
    path = kept(
        cached_name(network, str(description)), lambda path: export_module(network, path, HEADS, description)
    )
    if settings.backend == "openvino":
        return CropNetwork(OpenVinoBackend(path, dtype == torch.float32, threads, HEADS), device)
    return CropNetwork(OnnxRuntimeBackend(path, threads, HEADS), device)


class _TorchCrops(Backend):
    """The network run by torch, in its inference form."""

    def __init__(self, network: MoveNetSingle, device: torch.device, dtype: torch.dtype) -> None:
        fold_padding(network)
        network.requires_grad_(False)
        network.to(device, dtype, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._network, self._dtype = cast(nn.Module, network), dtype

    def __call__(self, images: Tensor) -> list[Tensor]:
        """Map [N, 3, side, side] to the heads' maps."""
        with torch.inference_mode():
            return list(self._network(images.to(self._dtype)))
