"""Batches of whole frames for networks by part affinity fields. B frames, K joints, L limbs, H W cells."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from swahr.decode.paf_rules import FieldLayout
from swahr_training.losses import LossTerms
from swahr_training.losses.fields import FieldLoss, FieldTargets, Stages
from swahr_training.samples.batches import loss_mask
from swahr_training.samples.field_targets import STRIDE, in_cells, joint_heatmaps, limb_fields
from swahr_training.samples.order import Plans
from swahr_training.samples.plan import Plan
from swahr_training.samples.render import Sample, render_sample


@dataclass(frozen=True)
class FieldBatch:
    """One forward pass's input and targets.

    Attributes:
        images: [B, S, S, 3] uint8 BGR.
        targets: What the network should answer.
        taught_outputs: What each output of the network is, "heatmaps" or "pafs".
        names: The photos, for messages.
    """

    images: Tensor
    targets: FieldTargets
    taught_outputs: tuple[str, ...]
    names: list[str]

    def to(self, device: torch.device) -> "FieldBatch":
        """Return the batch on a device."""
        targets = FieldTargets(*(each.to(device) for each in self.targets))
        return FieldBatch(self.images.to(device), targets, self.taught_outputs, self.names)

    def compared(self, loss: FieldLoss, outputs: Sequence[Tensor]) -> LossTerms:
        """Return what a loss says of a network's outputs, those of all stages."""
        maps: dict[str, list[Tensor]] = {"heatmaps": [], "pafs": []}
        for name, output in zip(self.taught_outputs, outputs, strict=True):
            maps[name].append(output)
        return loss(Stages(**maps), self.targets)


def collate_fields(
    plans: Plans[Plan], sigma: float, layout: FieldLayout, taught_outputs: tuple[str, ...]
) -> FieldBatch:
    """Draw the frames of a batch and their targets.

    Args:
        plans: Of the batch.
        sigma: Of the heatmaps, cells.
        layout: The limbs of the network.
        taught_outputs: See `FieldBatch`.
    """
    samples = [render_sample(plan) for plan in plans.samples]
    drawn = [_targets(sample, sigma, layout) for sample in samples]
    targets = FieldTargets(*(torch.from_numpy(np.stack(each)) for each in zip(*drawn, strict=True)))
    images = torch.from_numpy(np.stack([sample.image for sample in samples]))
    return FieldBatch(images, targets, taught_outputs, plans.names)


def _targets(sample: Sample, sigma: float, layout: FieldLayout) -> tuple[npt.NDArray[np.generic], ...]:
    side = sample.plan.size // STRIDE
    joints = in_cells(sample.plan.joints)
    counted = loss_mask(sample, STRIDE)  # [K, H, W]
    heatmap_mask = np.concatenate([counted, counted.all(axis=0, keepdims=True)])
    paf_mask = np.empty((2 * len(layout.limbs), side, side), bool)
    for (start, end), channels in zip(layout.limbs, layout.channels, strict=True):
        paf_mask[list(channels)] = counted[start] & counted[end]
    heatmaps = joint_heatmaps(joints, (side, side), sigma)
    return heatmaps, limb_fields(joints, (side, side), layout), heatmap_mask, paf_mask
