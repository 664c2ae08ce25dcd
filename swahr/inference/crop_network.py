"""The network of the second stage, run by the backend that runs the first.

Crops are made on the CPU. Where the first stage runs on something that other packages brought, torch runs this one.
"""

import os
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from swahr.config import NetworkSettings
from swahr.decode.single_pose import CropMaps
from swahr.errors import Hint, MissingError
from swahr.inference.backends import Backend
from swahr.inference.backends.cache import cached_name, can_export, is_kept, kept
from swahr.inference.backends.onnx_export import export_module
from swahr.inference.backends.runtimes import OnnxRuntimeBackend, OpenVinoBackend
from swahr.inference.backends.torch_backend import Float32Layer, as_nchw, batches_agree
from swahr.inference.hardware.precision import choose_precision
from swahr.inference.second_stage import INPUT_SIDE
from swahr.models.bundled import CROPS
from swahr.models.folding import fold_padding
from swahr.models.movenet_single import HEADS, KIND, MoveNetSingle, load_single

THUNDER = "thunder"
# What the network reads: 0 to 255 as -1 to 1, by the published graph's own factor.
FACTOR = 0.00784302


class CropNetwork:
    """Runs a network on crops.

    Args:
        backend: Maps [N, 3, side, side] to heatmaps, centre, regression and offsets.
        device: Where its images are.
    """

    def __init__(self, backend: Backend, device: torch.device) -> None:
        self._backend, self._device, self.across_frames = backend, device, backend.across_frames

    def __call__(self, crops: npt.NDArray[np.uint8]) -> CropMaps:
        """Run it.

        Args:
            crops: [N, side, side, 3] uint8 RGB, N at least 1.
        """
        images = torch.from_numpy(crops).to(self._device).permute(0, 3, 1, 2).float() * FACTOR - 1
        return CropMaps(*(output.float().cpu().numpy() for output in self._backend(images)))


def crop_network_file(name: str) -> Path:
    """Return the file of a bundled crop network.

    Raises:
        MissingError: there is none of that name.
    """
    path = CROPS / f"{name}.safetensors"
    if not path.is_file():
        raise MissingError(f"no crop network {name!r} is bundled in {CROPS}", hints=[Hint("refine", "off")])
    return path


def make_crop_network(
    which: str | MoveNetSingle, settings: NetworkSettings, device: torch.device, side: int = INPUT_SIDE
) -> CropNetwork:
    """Make what runs a network.

    Args:
        which: a bundled one by name, or a checkpoint's own, in eval mode, which stays as it is.
        settings: `backend`, `precision` and `threads` are heeded.
        device: where the first stage runs.
        side: of the crops, pixels, a multiple of 32.

    Raises:
        SwahrError: the runtime is not installed, or its weights are damaged or not there.
    """
    network = load_single(crop_network_file(which)) if isinstance(which, str) else deepcopy(which)
    dtype = choose_precision(settings.precision, device)
    exact = dtype == torch.float32
    backend = exported_backend(
        network, KIND, HEADS, settings, device, exact=exact, input_side=side, any_size=True
    )
    return CropNetwork(backend or _TorchCrops(network, device, dtype), device)


def exported_backend(
    network: nn.Module,
    kind: str,
    outputs: Sequence[str],
    settings: NetworkSettings,
    device: torch.device,
    *,
    exact: bool,
    input_side: int,
    any_size: bool = False,
) -> Backend | None:
    """Return what runs a network of crops by the runtime of the first stage; None where torch has to.

    Args:
        network: in eval mode; it is exported once and kept.
        kind: of network, by which its graph is known where one comes with the package.
        outputs: names of what it returns.
        settings: `backend` and `threads` are heeded.
        device: where the first stage runs.
        exact: compute in float32.
        input_side: of the crops, pixels.
        any_size: whether the network takes others too, and is exported so.
    """
    if settings.backend not in ("onnxruntime", "openvino") or device.type != "cpu":
        return None
    threads = min(settings.threads or 0, os.cpu_count() or 1)
    description = {"kind": kind, "outputs": ",".join(outputs)}
    path = cached_name(network, str(description))
    if not (is_kept(path, kind) or can_export()):
        return None
    path = kept(
        path,
        lambda path: export_module(
            network, path, outputs, description, None if any_size else (input_side, input_side)
        ),
        kind,
        network.state_dict,
    )
    if settings.backend == "openvino":
        return OpenVinoBackend(path, exact, threads, outputs, input_side)
    return OnnxRuntimeBackend(path, threads, outputs)


class _TorchCrops(Backend):
    """The network run by torch, in its inference form."""

    def __init__(self, network: MoveNetSingle, device: torch.device, dtype: torch.dtype) -> None:
        fold_padding(network)
        network.requires_grad_(False)
        network.to(device, dtype, memory_format=torch.channels_last)  # type: ignore[call-overload]
        if dtype != torch.float32:  # confidence of 8 bits has plateaus, and offsets have steps
            for head in network.heads.values():
                layers = cast(nn.Sequential, head)
                layers[-1] = Float32Layer(layers[-1])
        self._network, self._dtype = cast(nn.Module, network), dtype
        self.across_frames = batches_agree(device, dtype)

    def __call__(self, images: Tensor) -> list[Tensor]:
        """Map [N, 3, side, side] to the heads' maps."""
        with torch.inference_mode():
            return [as_nchw(output.float()) for output in self._network(images.to(self._dtype))]
