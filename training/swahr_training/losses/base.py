"""The door for losses: what one is given, what it returns, and how it makes itself known."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Annotated, Any, ClassVar, Protocol

from pydantic import BeforeValidator, SerializeAsAny
from torch import Tensor

from swahr._util.kinds import Kinds, KindSettings


@dataclass(frozen=True)
class LossTerms:
    """What a loss says of a batch; a loss with terms of its own adds them as fields of a subclass.

    total: a scalar, whose gradient trains the network.
    """

    total: Tensor

    def named(self) -> dict[str, Tensor]:
        """Return all terms by name for the log, which shows their means; `total` is the last."""
        terms = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "total"}
        return {**terms, "total": self.total}


class Loss(Protocol):
    """Compares a network's outputs with the targets of a batch."""

    def __call__(
        self,
        outputs: Sequence[Tensor],
        heatmaps: Sequence[Tensor],
        masks: Sequence[Tensor],
        tag_indices: Tensor,
    ) -> LossTerms:
        """Return the loss of one batch of B photos.

        Args:
            outputs: as from the network, one for each stage; `swahr.models.stages.split_stages` takes them apart.
            heatmaps: one [B, K, H, W] for each stage, values in [0, 1].
            masks: one [B, H, W], or [B, K, H, W] where joints are masked apart, for each stage; 1 counts, 0 does not.
            tag_indices: [B, P, K, 2] integers: index into the flattened [K, H, W] of the first stage, and 1 if used.
        """
        ...


class LossSettings(KindSettings):
    """Loss.

    The fields of one kind of loss. `system` says which kind of network it teaches, `beside` which maps that network
    has to give beside its answer; "" is none.
    """

    system: ClassVar[str] = "bottom-up"
    beside: ClassVar[str] = ""

    @abstractmethod
    def build(self) -> Any:
        """Return the loss: a `Loss` of bottom-up networks, and what their own modules say of the others."""


LOSSES: Kinds[LossSettings] = Kinds("loss", "swahr", "swahr_training.losses")
LossSettings.kinds = LOSSES
register_loss = LOSSES.registering
AnyLoss = Annotated[SerializeAsAny[LossSettings], BeforeValidator(LOSSES.chosen)]
