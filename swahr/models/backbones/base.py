"""The door for backbones: what one offers, and how it makes itself known."""

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import BeforeValidator, SerializeAsAny
from torch import Tensor, nn

from swahr._util.kinds import Kinds, KindSettings


class Feature(NamedTuple):
    """One map that a backbone gives. stride: input pixels a cell."""

    channels: int
    stride: int


class Backbone(nn.Module, ABC):
    """A network that features come from. features: what it gives, one for each map of `forward`."""

    features: tuple[Feature, ...]

    @abstractmethod
    def forward(self, images: Tensor) -> list[Tensor]:
        """Map [B, 3, H, W], sides multiples of 32, to one [B, channels, H / stride, W / stride] for each feature."""


class BackboneSettings(KindSettings):
    """Backbone.

    The fields of one kind of backbone, which a checkpoint keeps.
    """

    @property
    def known_parts(self) -> tuple[str, ...]:
        """Name prefixes of the weights that know photos and people before a training; "" is all of it."""
        return ("",)

    @property
    def peak_sigma(self) -> float | None:
        """Standard deviation of the peaks that it was trained for, pixels at stride 2; None: the published."""
        return None

    @abstractmethod
    def build(self) -> Backbone:
        """Return the module with weights as torch draws them."""

    def load_start(self, network: nn.Module, path: Path) -> bool:
        """Take over a file that this kind alone can read, such as another framework's, as the start of a training.

        Args:
            network: with this backbone as its `backbone`, and a `head`; changed in place.
            path: the file.

        Returns:
            False where the file is of the common kinds: a checkpoint, or weights by name.

        Raises:
            SwahrError: where it is of this kind, but cannot be read, or does not fit.
        """
        del network, path
        return False


BACKBONES: Kinds[BackboneSettings] = Kinds("backbone", "hrnet", "swahr.models.backbones")
BackboneSettings.kinds = BACKBONES
register_backbone = BACKBONES.registering
AnyBackbone = Annotated[SerializeAsAny[BackboneSettings], BeforeValidator(BACKBONES.chosen)]
