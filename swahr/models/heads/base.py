"""What a head offers: from the features of any backbone to the outputs of a network."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, SerializeAsAny
from torch import Tensor, nn
from typing_extensions import Self

from swahr._util.kinds import Kinds, KindSettings
from swahr.errors import SettingError
from swahr.models.backbones.base import Feature


class Head(nn.Module, ABC):
    """A head.

    Attributes:
        num_joints: K.
        tag_dims: D, numbers in a joint's tag; 0 from heads without tags.
        answers: names of the outputs that people are made of, the last that `forward` returns.
        taught_outputs: names of the outputs that `forward` returns in training, in their order.
        exact: layers that give confidence, which half precision would leave with plateaus: they compute in float32.
    """

    num_joints: int
    tag_dims: int = 0
    answers: tuple[str, ...] = ("stage0", "stage1")
    exact: tuple[str, ...] = ()

    @property
    def taught_outputs(self) -> tuple[str, ...]:  # noqa: D102 - see above
        return self.answers

    @abstractmethod
    def forward(self, features: list[Tensor]) -> list[Tensor]:
        """Map a backbone's features to the outputs of all stages."""

    @abstractmethod
    def initialise(self) -> None:
        """Draw all weights anew for training from scratch."""

    def drop_training_parts(self) -> None:
        """Take away what training alone needs, in place; the outputs named in `answers` stay."""

    def joint_axis(self, name: str) -> tuple[int, int] | None:
        """Return along which axis of a weight the joints lie and how often they come there; None for other weights."""
        del name
        return None


class HeadSettings(KindSettings):
    """Head.

    The fields of one kind of head, which a checkpoint keeps.

    Attributes:
        finder: what finds people by its maps, a name of `swahr.inference.finders`.
    """

    finder: ClassVar[str] = "tags"

    @property
    def title(self) -> str:
        """What people call a network with it."""
        return self.kind

    @property
    def tags(self) -> int:
        """Numbers in a joint's tag; 0 without tags."""
        return 0

    @abstractmethod
    def build(self, features: Sequence[Feature], num_joints: int) -> Head:
        """Return the module for K joints. Raises SettingError where it cannot use the features."""

    def for_training(self) -> Self:
        """Return these settings with what training alone needs."""
        return self

    def for_inference(self) -> Self:
        """Return these settings without what training alone needs."""
        return self


def feature_at(features: Sequence[Feature], stride: int, head: str) -> int:
    """Return the number of the feature of a stride.

    Raises:
        SettingError: where there is none, naming the features that there are.
    """
    for number, feature in enumerate(features):
        if feature.stride == stride:
            return number
    given = ", ".join(f"{feature.channels} channels at stride {feature.stride}" for feature in features)
    raise SettingError(
        f"the head {head} reads a feature at stride {stride}; the backbone gives {given or 'none'}"
    )


HEADS: Kinds[HeadSettings] = Kinds("head", "higher", "swahr.models.heads")
HeadSettings.kinds = HEADS
register_head = HEADS.registering
AnyHead = Annotated[SerializeAsAny[HeadSettings], BeforeValidator(HEADS.chosen)]
