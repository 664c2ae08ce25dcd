"""What losses of crop networks are given, and what they share. B crops, K joints, h w cells of a map."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Protocol

from torch import Tensor

from swahr.errors import SwahrError
from swahr_training.losses.base import LossSettings, LossTerms


class CropTargets(NamedTuple):
    """What a crop network should answer.

    Attributes:
        heatmaps: One [B, K, h, w] for all outputs, or one for each of them; values in [0, 1].
        weights: [B, K], of each joint's error; 0 where it is not labelled.
        visible: [B, K] bool; labelled joints that are hidden are not.
        joints_in_heatmap: [B, K, 2] x and y in cells, where a weight is above 0.
    """

    heatmaps: Sequence[Tensor]
    weights: Tensor
    visible: Tensor
    joints_in_heatmap: Tensor


@dataclass(frozen=True)
class CropTerms(LossTerms):
    """The terms by name. heatmap: of the answer. between: of all outputs before it, for supervision in between."""

    heatmap: Tensor
    between: Tensor


class CropLoss(Protocol):
    """Compares a crop network's outputs with the targets of a batch."""

    def __call__(self, outputs: Sequence[Tensor], targets: CropTargets) -> LossTerms:
        """Return the loss of one batch.

        Args:
            outputs: Maps [B, K, h, w], the last of which is the answer; a head whose `beside` says so has maps of
                another kind just before the answer.
            targets: Of the batch.
        """
        ...


class CropLossSettings(LossSettings):
    """Loss of a crop network."""

    system: ClassVar[str] = "top-down"


def joint_errors(predicted: Tensor, target: Tensor, weights: Tensor) -> Tensor:
    """Return [B, K], half the mean over cells of the squared error of what is weighted.

    Args:
        predicted: [B, K, h, w].
        target: The same.
        weights: [B, K]; both maps are multiplied by it, as published, so that the error has its square.

    Raises:
        SwahrError: Shapes differ.
    """
    if predicted.shape != target.shape:
        raise SwahrError(
            f"the network gives maps {list(predicted.shape)}; the targets are {list(target.shape)}: check the "
            "skeleton, and that the head's maps have a quarter of the input's sides"
        )
    return 0.5 * (weights[..., None, None] * (predicted.float() - target)).square().mean(dim=(2, 3))


def for_each(outputs: Sequence[Tensor], targets: CropTargets) -> list[Tensor]:
    """Return the target heatmaps of each output.

    Raises:
        SwahrError: There are neither one nor as many as outputs.
    """
    given = list(targets.heatmaps)
    if len(given) == 1:
        return given * len(outputs)
    if len(given) != len(outputs):
        raise SwahrError(
            f"the network gives {len(outputs)} heatmaps a joint; crops.sigmas_between has {len(given) - 1} standard "
            f"deviations, expected {len(outputs) - 1}, or none"
        )
    return given


def between_errors(outputs: Sequence[Tensor], targets: CropTargets, visible_alone: bool = False) -> Tensor:
    """Return the summed mean squared error of the outputs before the answer; 0 where there are none.

    Args:
        outputs: All heatmaps of a network, the answer last.
        targets: Of the batch.
        visible_alone: Joints that are hidden or not labelled are background there.
    """
    total = outputs[-1].new_zeros((), dtype=targets.weights.dtype)
    for output, target in zip(outputs[:-1], for_each(outputs, targets)[:-1], strict=True):
        if visible_alone:
            shown = target * targets.visible[..., None, None]
            total = total + joint_errors(output, shown, targets.weights.clamp(min=1)).mean()
        else:
            total = total + joint_errors(output, target, targets.weights).mean()
    return total
