"""The door for kinds of networks: what the training of one needs beside its network and its loss.

The loop knows nothing of a kind but this. A kind is found by `architecture.kind`, and by `learns`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Protocol

import torch
from torch import Tensor, nn
from typing_extensions import Self

from swahr._util.registry import Modules, Registry
from swahr.errors import SettingError
from swahr.models.checkpoints import Checkpoint
from swahr.pose.skeleton import Skeleton
from swahr.video.images import Image
from swahr_training.config import TrainConfig
from swahr_training.data.labels import Labels
from swahr_training.data.sources import TrainingData
from swahr_training.losses import LOSSES, LossTerms
from swahr_training.samples.order import SampleOrder

Figures = dict[str, float]
Scoring = Callable[[Path, Labels], tuple[Figures, Figures | None]]


class TrainingBatch(Protocol):
    """One forward pass's input and targets."""

    @property
    def images(self) -> Tensor:
        """[B, H, W, 3] uint8 BGR."""
        ...

    @property
    def names(self) -> list[str]:
        """The photos, for messages."""
        ...

    def to(self, device: torch.device) -> Self:
        """Return the batch on a device."""
        ...

    def compared(self, loss: Any, outputs: Any) -> LossTerms:
        """Return what a loss says of a network's outputs for this batch."""
        ...


class Samples(ABC):
    """The samples of a run, by number.

    Attributes:
        order: Which sample comes when.
    """

    order: SampleOrder[Any]

    @property
    def unreadable(self) -> dict[Path, str]:
        """What is wrong with each photo that could not be opened so far, by path."""
        return self.order.unreadable

    @abstractmethod
    def batches(self, numbers: Iterable[int], device: torch.device) -> Iterator[TrainingBatch]:
        """Yield the batches of these numbers on the device; threads draw them ahead."""

    @abstractmethod
    def drawn(self) -> list[tuple[Image, str]]:
        """Return the first batch's samples with their labels drawn on them, BGR, and the names of their photos."""


class System(ABC):
    """A kind of network in training; it has no state."""

    default_loss: ClassVar[str]  # of settings without one

    def settled(self, config: TrainConfig, skeleton: Skeleton) -> TrainConfig:
        """Return settings with what follows from the kind and the skeleton where it is left open.

        Raises:
            SettingError: Settings contradict the kind.
        """
        del skeleton
        return with_loss(config, self.default_loss)

    def notes(self, config: TrainConfig, data: TrainingData) -> Iterable[str]:
        """Yield what whoever labelled the photos should know of how they are learnt, a line each."""
        del config, data
        return ()

    def epoch(self, photos: int, people: int) -> int:
        """Return how many samples an epoch has."""
        del people
        return photos

    @abstractmethod
    def samples(self, config: TrainConfig, data: TrainingData, rank: int = 0, processes: int = 1) -> Samples:
        """Return the samples of a run, as one of its processes sees them."""

    def start(self, config: TrainConfig) -> tuple[nn.Module, str] | None:
        """Return a network with its first weights, and a line about it; None: the architecture says what it is."""
        del config
        return None

    def normalised_by(
        self, config: TrainConfig
    ) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
        """Return mean and standard deviation of what the network reads, RGB of values in [0, 1]."""
        return config.mean, config.std

    def learnt(self, config: TrainConfig, weights: Mapping[str, Tensor]) -> dict[str, Any]:
        """Return the fields of `Checkpoint` that weights make: the network, and how it is fed."""
        model = config.architecture.build()
        model.load_state_dict(weights)
        return {
            "model": model.eval(),
            "architecture": config.architecture,
            "mean": config.mean,
            "std": config.std,
            **self.described(config),
        }

    def described(self, config: TrainConfig) -> dict[str, Any]:
        """Return the fields of `Checkpoint` that say what the network's input is."""
        return {"input_size": config.input_size}

    @abstractmethod
    def figures(
        self, checkpoint: Path, labels: Labels, device: str, mirrored: bool = False
    ) -> tuple[Figures, Figures | None]:
        """Score a network by itself and, where its checkpoint names a second stage, with that, too; else None.

        mirrored: Whether whole frames are looked at mirrored, too, and each figure is the mean of both.
        """

    def scoring(self, device: str, mirrored: bool) -> Scoring:
        """Return what scores the checkpoints of a run on its validation photos, one after the other; see `figures`."""
        return partial(self.figures, device=device, mirrored=mirrored)

    @abstractmethod
    def pictures(self, checkpoint: Checkpoint, device: str, data: TrainingData) -> Iterator[Image]:
        """Yield pictures of what a checkpoint makes of some photos, BGR; it is taken over."""


SYSTEMS: Registry[System] = Registry("kind of network", Modules("swahr_training.systems"))


def system_of(config: TrainConfig) -> System:
    """Return the kind of network that a run trains."""
    return SYSTEMS.find(config.system)


def with_loss(config: TrainConfig, default: str) -> TrainConfig:
    """Return settings whose loss teaches their kind of network, the default one where none is given.

    Raises:
        SettingError: The loss is of another kind of network.
    """
    kind = config.system
    if "loss" not in config.model_fields_set and config.loss.system != kind:
        loss = LOSSES.chosen(default)
        config = config.model_copy(update={"loss": loss})
        config.model_fields_set.discard("loss")
    if config.loss.system != kind:
        fitting = [loss.kind for loss in LOSSES if loss.system == kind]
        raise SettingError(
            f"the loss {config.loss.kind} teaches {config.loss.system} networks, and what learns is of kind {kind} "
            f"({config.architecture}); expected one of {', '.join(fitting)}"
        )
    return config
