"""What runs the network: torch, another runtime on an exported one, or what a package of others brings.

A backend is known by its name, the value of the setting `backend`; `docs/doors/backend.md` shows how to add one.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar, Protocol, TypeVar

import torch
from torch import Tensor

from swahr._util.registry import Modules, Registry
from swahr.config import NetworkSettings
from swahr.inference.backends.exported import ExportedNetwork
from swahr.models.checkpoints import Checkpoint


class Backend(ABC):
    """A network that is ready to run.

    in_cuda_graph: whether all that a call does on a GPU may be captured in a CUDA graph.
    across_frames: whether crops of several frames may be shown at once: what is said of one is the same to the last bit
        whatever it is shown with, or the device gains so much that it does not matter.
    """

    in_cuda_graph: ClassVar[bool] = False
    across_frames: bool = True

    @abstractmethod
    def __call__(self, images: Tensor) -> list[Tensor]:
        """Run the network.

        Args:
            images: [B, 3, H, W] float32 RGB, normalised, on the device that the backend was made for. In memory they
                may lie as NCHW or as NHWC. They are valid until the call returns.

        Returns:
            The `answers` of the network, float32 and contiguous. With tags those of both stages: [B, (1 + D) K, H/4,
            W/4], heatmaps and tags of D numbers, and [B, K, H/2, W/2], heatmaps. The next call leaves them as they are.
        """


class MakeBackend(Protocol):
    """Makes a backend; the class of one will do."""

    def __call__(
        self, network: Checkpoint | ExportedNetwork, settings: NetworkSettings, device: torch.device
    ) -> Backend:
        """Make it.

        Args:
            network: a checkpoint, whose model may be taken over, or an exported file.
            settings: `precision`, `compile` and `threads` are for the backend to heed.
            device: where its images will be.

        Raises:
            SwahrError: it cannot do what is asked, or its runtime is not installed.
        """


M = TypeVar("M", bound=MakeBackend)


BACKENDS: Registry[MakeBackend] = Registry("backend", Modules(__name__))


def register_backend(name: str) -> Callable[[M], M]:
    """Add what is decorated, under a name that the setting `backend` then takes.

    Args:
        name: in lower case, without spaces.

    Raises:
        SettingError: the name is taken.
    """
    return BACKENDS.adding(name)


def make_backend(
    network: Checkpoint | ExportedNetwork, settings: NetworkSettings, device: torch.device
) -> Backend:
    """Make what runs the network, as `settings.backend` says; see `MakeBackend`.

    Raises:
        SettingError: there is no backend of that name, or it cannot do what is asked.
        MissingError: its runtime is not installed.
    """
    return BACKENDS.find(settings.backend)(network, settings, device)
