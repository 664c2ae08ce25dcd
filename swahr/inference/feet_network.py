"""The network of feet, run by the backend that runs the first stage, always in float32.

In bfloat16 its points move by ten pixels and more: it gives coordinates of 0 to 256 straight from a map of 2 x 2 cells.
"""

from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from swahr.config import NetworkSettings
from swahr.errors import Hint, MissingError, Step
from swahr.inference.backends import Backend
from swahr.inference.crop_network import exported_backend
from swahr.inference.feet import LandmarkMaps
from swahr.models.blazepose import INPUT_SIDE, OUTPUTS, VALUES, BlazePose
from swahr.models.blazepose_files import load_blazepose
from swahr.models.bundled import CROPS
from swahr.models.folding import fold_padding
from swahr.models.library import installed_crop_network


class FeetNetwork:
    """Runs the network on crops. backend: [N, 3, 256, 256] in [0, 1] to landmarks, presence and heatmaps."""

    def __init__(self, backend: Backend, device: torch.device) -> None:
        self._backend, self._device = backend, device

    def __call__(self, crops: npt.NDArray[np.uint8]) -> LandmarkMaps:
        """Run it.

        Args:
            crops: [N, 256, 256, 3] uint8 RGB, N at least 1.
        """
        images = torch.from_numpy(crops).to(self._device).permute(0, 3, 1, 2).float() / 255
        landmarks, presence, heatmaps = (output.float().cpu().numpy() for output in self._backend(images))
        return LandmarkMaps(landmarks.reshape(len(crops), -1, VALUES), presence.reshape(-1), heatmaps)


def feet_network_file(size: str) -> Path:
    """Return the file of a size: bundled, or fetched before.

    Raises:
        MissingError: it is neither.
    """
    name = f"blazepose-{size}"
    for path in (CROPS / f"{name}.safetensors", installed_crop_network(name)):
        if path.is_file():
            return path
    raise MissingError(
        f"{name}, the network of feet, is not installed",
        hints=[Step("weights fetch", name), Hint("feet", "full")],
    )


def make_feet_network(settings: NetworkSettings, device: torch.device) -> FeetNetwork:
    """Make the network of `settings.feet`, as `settings.backend` and `threads` say.

    Raises:
        SwahrError: the runtime is not installed, or its weights are damaged or not there.
    """
    network = load_blazepose(feet_network_file(settings.feet))
    kind = f"blazepose-{network.size}"
    backend = exported_backend(network, kind, OUTPUTS, settings, device, exact=True, input_side=INPUT_SIDE)
    return FeetNetwork(_TorchLandmarks(network, device) if backend is None else backend, device)


class _TorchLandmarks(Backend):
    """The network run by torch, in its inference form."""

    def __init__(self, network: BlazePose, device: torch.device) -> None:
        fold_padding(network)
        network.requires_grad_(False)
        network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._network = cast(nn.Module, network)

    def __call__(self, images: Tensor) -> list[Tensor]:
        """Map [N, 3, 256, 256] to landmarks, presence and heatmaps."""
        with torch.inference_mode():
            return list(self._network(images))
