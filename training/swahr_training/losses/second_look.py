"""What teaches the second look: where the heat of a joint lies, how far in its cell it is, and how far from a centre.

There is no paper of this network, and its training was not published; each term teaches a head what
`swahr.decode.single_pose` reads there. B crops, K joints, h w cells of a map.
"""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import torch
from torch import Tensor

from swahr.config import setting
from swahr.decode.single_pose import FLOOR, MAX_CENTRES, NEARNESS, REACH
from swahr.models.movenet_single import SinglePoseMaps
from swahr_training.losses.base import LossSettings, LossTerms, register_loss

SMALLEST = 1e-6  # of heat, before its logarithm


class SecondLookTargets(NamedTuple):
    """What the network should say of crops.

    Attributes:
        joints_in_cells: [B, K, 2] x and y from the crop's top left corner, cells.
        weights: [B, K], 1 of joints that are labelled and in the crop, else 0.
        tolerance: [B, K], one standard deviation of how far a joint may be from where it is labelled, cells.
    """

    joints_in_cells: Tensor
    weights: Tensor
    tolerance: Tensor


@dataclass(frozen=True)
class SecondLookTerms(LossTerms):
    """The terms by name, factors included."""

    heatmap: Tensor
    offset: Tensor
    regression: Tensor


@register_loss("second_look")
class SecondLookLossSettings(LossSettings):
    """Where a joint's heat lies, its place in the cell, and the pose that is regressed from the person's centre."""

    system: ClassVar[str] = "second_look"

    sigma: float = setting(1.3, "Standard deviation of where a joint's heat should lie, cells.", gt=0)
    heatmap_factor: float = setting(0.2, "Factor of the heat's error.", ge=0)
    offset_factor: float = setting(1.0, "Factor of the error in the cell.", ge=0)
    regression_factor: float = setting(0.2, "Factor of the regressed pose's error.", ge=0)

    def build(self) -> "SecondLookLoss":
        """Return the loss."""
        return SecondLookLoss(self.sigma, self.heatmap_factor, self.offset_factor, self.regression_factor)


@dataclass(frozen=True)
class SecondLookLoss:
    """Mean over labelled joints.

    How much heat a joint has is not taught: it says how sure the network is, by which people are scored, and a few
    photos know less of that than the start. The map of centres is not taught either.

    Attributes:
        sigma: Of where heat should lie, cells.
        heatmap_factor, offset_factor, regression_factor: Of the terms.
    """

    sigma: float = 1.3
    heatmap_factor: float = 0.2
    offset_factor: float = 1.0
    regression_factor: float = 0.2

    def __call__(self, maps: SinglePoseMaps, targets: SecondLookTargets) -> SecondLookTerms:
        """Return the loss of one batch."""
        maps = SinglePoseMaps(*(each.float() for each in maps))
        counted = targets.weights.sum().clamp(min=1)
        errors = (
            self.heatmap_factor * self._heat(maps.heatmaps, targets),
            self.offset_factor * _offsets(maps.offsets, targets.joints_in_cells),
            self.regression_factor * _regressed(maps, targets),
        )
        heatmap, offset, regression = ((each * targets.weights).sum() / counted for each in errors)
        return SecondLookTerms(heatmap + offset + regression, heatmap, offset, regression)

    def _heat(self, heatmaps: Tensor, targets: SecondLookTargets) -> Tensor:
        """Return [B, K], the divergence of where heat lies from where it should, as parts of the map's whole heat."""
        height, width = heatmaps.shape[2:]
        middles = targets.joints_in_cells - 0.5  # a cell's number is its corner's
        x = torch.arange(width, device=heatmaps.device) - middles[..., :1]  # [B, K, w]
        y = torch.arange(height, device=heatmaps.device) - middles[..., 1:]
        squared = y.square()[..., :, None] + x.square()[..., None, :]
        wanted = (-squared / (2 * self.sigma**2)).flatten(2).log_softmax(dim=2)
        lies = heatmaps.flatten(2).clamp(min=SMALLEST).log()
        lies = lies - lies.logsumexp(dim=2, keepdim=True)
        return (wanted.exp() * (wanted - lies)).sum(dim=2)


def _offsets(offsets: Tensor, joints_in_cells: Tensor) -> Tensor:
    """Return [B, K], the distance in x and y of what the joint's cell and those about it say of its place, cells.

    Neighbours count a quarter: the highest cell is one of them now and then.
    """
    batch, joints, height, width = (offsets.shape[0], offsets.shape[1] // 2, *offsets.shape[2:])
    cells = joints_in_cells.floor().long()
    by_axis = offsets.reshape(batch, joints, 2, height * width)  # y, x
    total, weights = offsets.new_zeros(batch, joints), 0.0
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            column = (cells[..., 0] + right).clamp(0, width - 1)
            row = (cells[..., 1] + down).clamp(0, height - 1)
            at = (row * width + column)[..., None, None].expand(-1, -1, 2, 1)
            read = by_axis.gather(3, at)[..., 0]  # [B, K, 2] y, x
            there = joints_in_cells.flip(2) - torch.stack([row, column], dim=2)
            weight = 1.0 if down == right == 0 else 0.25
            total, weights = total + weight * (read - there).abs().sum(dim=2), weights + weight
    return total / weights


def _regressed(maps: SinglePoseMaps, targets: SecondLookTargets) -> Tensor:
    """Return [B, K], the distance in x and y of the pose that is regressed where the decoder would read it, cells."""
    cells, poses = _likeliest(maps)
    distance = (poses - targets.joints_in_cells.flip(2)[..., None]).square().sum(dim=2)  # [B, K, C]
    near = torch.exp(-distance / (2 * (REACH * targets.tolerance[..., None]).square())) + FLOOR
    agreeing = (near * targets.weights[..., None]).sum(dim=1) * cells
    best = agreeing.detach().argmax(dim=1)[:, None, None, None].expand(-1, poses.shape[1], 2, 1)
    read = poses.gather(3, best)[..., 0]
    return (read - targets.joints_in_cells.flip(2)).abs().sum(dim=2)


def _likeliest(maps: SinglePoseMaps) -> tuple[Tensor, Tensor]:
    """Return the likeliest centres: [B, C] how likely, and [B, K, 2, C] the pose y, x regressed from each, cells."""
    height, width = maps.centre.shape[2:]
    rows = torch.arange(height, device=maps.centre.device)[:, None]
    columns = torch.arange(width, device=maps.centre.device)[None]
    from_middle = ((rows - height / 2).square() + (columns - width / 2).square()).sqrt()
    likely = (maps.centre[:, 0] / (from_middle + NEARNESS)).flatten(1).detach()
    weight, cells = likely.topk(min(MAX_CENTRES, likely.shape[1]), dim=1)
    batch, joints = len(likely), maps.regression.shape[1] // 2
    steps = maps.regression.reshape(batch, joints, 2, -1)
    steps = steps.gather(3, cells[:, None, None].expand(-1, joints, 2, -1))
    place = torch.stack([cells // width, cells % width], dim=1)[:, None]  # [B, 1, 2, C]
    return weight, steps + place
