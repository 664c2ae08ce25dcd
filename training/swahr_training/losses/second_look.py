"""What teaches the second look: where the heat of a joint lies, how far in its cell it is, and how far from a centre.

There is no paper of this network, and its training was not published; each term teaches a head what
`swahr.decode.single_pose` reads there. B crops, K joints, h w cells of a map.
"""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from swahr.config import setting
from swahr.decode.single_pose import FLOOR, MAX_CENTRES, NEARNESS, REACH
from swahr.models.movenet_single import SinglePoseMaps
from swahr_training.losses.base import LossSettings, LossTerms, register_loss

SMALLEST = 1e-4  # of heat, before its logarithm
# Cells from which a joint is elsewhere than it is labelled, at least: labels are not more exact than that.
LEAST_WRONG = 1.5
MOST_WRONG = 8.0  # cells of a regressed joint that count: a person taken for another is not pulled across
# Of a joint whose label has next to no heat, as logarithm: that is no question of more or less, and is not taught.
MOST_SURPRISED = 8.0
LABEL_SIGMA = 1.0  # cells, of where a labelled joint may be
LEAST_HEIGHT = 1e-3  # of a peak; below, heights do not differ
HEIGHT_WEIGHT = 0.5


class SecondLookTargets(NamedTuple):
    """What labels say of crops.

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
    """The terms by name, factors included. wrong: part of the labelled joints that the start finds elsewhere."""

    heatmap: Tensor
    offset: Tensor
    regression: Tensor
    wrong: Tensor


@register_loss("second_look")
class SecondLookLossSettings(LossSettings):
    """Where a joint's heat lies, its place in the cell, and the pose that is regressed from the person's centre."""

    system: ClassVar[str] = "second_look"

    heatmap_factor: float = setting(1.0, "Factor of what is wrong with where the highest heat lies.", ge=0)
    offset_factor: float = setting(1.0, "Factor of the error in the cell.", ge=0)
    regression_factor: float = setting(0.2, "Factor of the regressed pose's error.", ge=0)

    def build(self) -> "SecondLookLoss":
        """Return the loss."""
        return SecondLookLoss(self.heatmap_factor, self.offset_factor, self.regression_factor)


@dataclass(frozen=True)
class SecondLookLoss:
    """Mean over joints of how far a network is from what its start said, with the joints that this got wrong moved.

    A joint is wrong that is further from its label than people who label differ. Its highest heat is to lie where the
    label is, and be as high as it was: by that people are scored, and a few photos know less of it than the start.
    Everything else is to stay, and the map of centres is not taught. Where the highest heat lies is asked as it is
    read, of all cells against each other: a loss of each cell's value by itself is nearly all of cells that matter to
    nobody, and grows in the first steps more than it falls later.

    Attributes:
        heatmap_factor, offset_factor, regression_factor: Of the terms.
    """

    heatmap_factor: float = 1.0
    offset_factor: float = 1.0
    regression_factor: float = 0.2

    def __call__(
        self, maps: SinglePoseMaps, targets: SecondLookTargets, start: SinglePoseMaps
    ) -> SecondLookTerms:
        """Return the loss of one batch.

        Args:
            maps: Of the network.
            targets: What labels say.
            start: Maps of the start's network, of the same crops.
        """
        maps, start = (SinglePoseMaps(*(each.float() for each in of)) for of in (maps, start))
        found = _found(start, targets)
        missed = targets.joints_in_cells - found.joints
        far = missed.norm(dim=2) > targets.tolerance.clamp(min=LEAST_WRONG)
        wrong = far & (targets.weights > 0)
        terms = (
            self.heatmap_factor * _highest(maps.heatmaps, start.heatmaps, targets, found, wrong),
            self.offset_factor * _offsets(maps.offsets, start.offsets, targets, found, wrong),
            self.regression_factor * _regressed(maps, targets, found, wrong),
        )
        # Of joints that are right the labels' weights say nothing; of wrong ones they may say more than 1.
        counted = torch.where(wrong, targets.weights, 1.0)
        heatmap, offset, regression = ((each * counted).mean() for each in terms)
        part = wrong.float().sum() / (targets.weights > 0).sum().clamp(min=1)
        return SecondLookTerms(heatmap + offset + regression, heatmap, offset, regression, part)


class _Found(NamedTuple):
    """What the start's maps are decoded to: [B, K, 2] x, y, cells; [B] the centre's cell; [B, K, 2] y, x regressed."""

    joints: Tensor
    centre: Tensor
    prior: Tensor


@torch.no_grad()
def _found(start: SinglePoseMaps, targets: SecondLookTargets) -> _Found:
    """Decode the start's maps as `swahr.decode.single_pose` does, by the centre that agrees best with the labels."""
    width = start.heatmaps.shape[3]
    likely, cells, poses = _likeliest(start)
    distance = (poses - targets.joints_in_cells.flip(2)[..., None]).square().sum(dim=2)  # [B, K, C]
    near = torch.exp(-distance / (2 * (REACH * targets.tolerance[..., None]).square())) + FLOOR
    best = ((near * targets.weights[..., None]).sum(dim=1) * likely).argmax(dim=1, keepdim=True)
    prior = poses.gather(3, best[:, None, None].expand(-1, *poses.shape[1:3], 1))[..., 0]
    rows, columns = _grid(start.heatmaps)
    highest = (start.heatmaps / (_away(rows, columns, prior) + NEARNESS)).flatten(2).argmax(dim=2)
    row, column = highest // width, highest % width
    in_cell = _read(start.offsets, highest)  # y, x
    joints = torch.stack([column + in_cell[..., 1], row + in_cell[..., 0]], dim=2)
    return _Found(joints, cells.gather(1, best)[:, 0], prior)


def _grid(maps: Tensor) -> tuple[Tensor, Tensor]:
    """Return the numbers of rows [h, 1] and of columns [1, w] of maps."""
    height, width = maps.shape[2:]
    return (
        torch.arange(height, device=maps.device)[:, None],
        torch.arange(width, device=maps.device)[None],
    )


def _read(maps: Tensor, cells: Tensor) -> Tensor:
    """Return [B, K, 2] y, x of maps [B, 2 K, h, w] at a cell of each joint, [B, K]."""
    by_axis = maps.reshape(maps.shape[0], -1, 2, maps.shape[2] * maps.shape[3])
    return by_axis.gather(3, cells[..., None, None].expand(-1, -1, 2, 1))[..., 0]


def _likeliest(maps: SinglePoseMaps) -> tuple[Tensor, Tensor, Tensor]:
    """Return the likeliest centres: [B, C] how likely, [B, C] cells, [B, K, 2, C] y, x regressed from each, cells."""
    height, width = maps.centre.shape[2:]
    rows, columns = _grid(maps.centre)
    from_middle = ((rows - height / 2).square() + (columns - width / 2).square()).sqrt()
    likely = (maps.centre[:, 0] / (from_middle + NEARNESS)).flatten(1)
    weight, cells = likely.topk(min(MAX_CENTRES, likely.shape[1]), dim=1)
    batch, joints = len(likely), maps.regression.shape[1] // 2
    steps = maps.regression.reshape(batch, joints, 2, -1)
    steps = steps.gather(3, cells[:, None, None].expand(-1, joints, 2, -1))
    place = torch.stack([cells // width, cells % width], dim=1)[:, None]  # [B, 1, 2, C]
    return weight, cells, steps + place


def _highest(
    heatmaps: Tensor, start: Tensor, targets: SecondLookTargets, found: _Found, wrong: Tensor
) -> Tensor:
    """Return [B, K], how far the cell that is read is from being the right one, and its height from the start's.

    Heat, by its distance from the regressed place as it is read, is taken for how likely each cell is: the cross
    entropy with where a label may be, or of joints that are right with what the start says, beyond its least.
    """
    rows, columns = _grid(heatmaps)
    away = _away(rows, columns, found.prior) + NEARNESS
    weighed = (heatmaps.clamp(min=SMALLEST) / away).flatten(2).log().log_softmax(2)
    with torch.no_grad():
        as_before = (start.clamp(min=SMALLEST) / away).flatten(2)
        at_label = torch.exp(
            -_away(rows + 0.5, columns + 0.5, targets.joints_in_cells.flip(2)).square() / (2 * LABEL_SIGMA**2)
        ).flatten(2)
        wanted = torch.where(wrong[..., None], at_label, as_before)
        wanted = wanted / wanted.sum(dim=2, keepdim=True).clamp(min=torch.finfo(wanted.dtype).tiny)
    place = F.kl_div(weighed, wanted, reduction="none").sum(dim=2).clamp(max=MOST_SURPRISED)
    height = (_height(heatmaps) - _height(start)).abs()
    return place + HEIGHT_WEIGHT * height


def _away(rows: Tensor, columns: Tensor, places: Tensor) -> Tensor:
    """Return [B, K, h, w], the distance of each cell from places [B, K, 2] y, x, cells."""
    down, right = rows - places[..., :1, None], columns - places[..., 1:, None]
    return (down.square() + right.square()).sqrt()


def _height(heatmaps: Tensor) -> Tensor:
    """Return [B, K], the logarithm of the highest heat."""
    return heatmaps.flatten(2).amax(dim=2).clamp(min=LEAST_HEIGHT).log()


def _offsets(
    offsets: Tensor, start: Tensor, targets: SecondLookTargets, found: _Found, wrong: Tensor
) -> Tensor:
    """Return [B, K], the distance in x and y of what the joint's cell and those about it say of its place, cells.

    Neighbours count a quarter: the highest cell is one of them now and then.
    """
    height, width = offsets.shape[2:]
    joints = torch.where(wrong[..., None], targets.joints_in_cells, found.joints)
    cells = joints.floor().long()
    total, weights = offsets.new_zeros(joints.shape[:2]), 0.0
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            column = (cells[..., 0] + right).clamp(0, width - 1)
            row = (cells[..., 1] + down).clamp(0, height - 1)
            at = row * width + column
            there = joints.flip(2) - torch.stack([row, column], dim=2)
            wanted = torch.where(wrong[..., None], there, _read(start, at))
            weight = 1.0 if down == right == 0 else 0.25
            total = total + weight * _distance(_read(offsets, at), wanted)
            weights += weight
    return total / weights


def _regressed(maps: SinglePoseMaps, targets: SecondLookTargets, found: _Found, wrong: Tensor) -> Tensor:
    """Return [B, K], the distance in x and y of the pose that is regressed from the centre, cells."""
    width = maps.centre.shape[3]
    cells = found.centre[:, None].expand(-1, wrong.shape[1])
    place = torch.stack([cells // width, cells % width], dim=2)
    wanted = torch.where(wrong[..., None], targets.joints_in_cells.flip(2), found.prior)
    return _distance(_read(maps.regression, cells) + place, wanted).clamp(max=MOST_WRONG)


def _distance(places: Tensor, wanted: Tensor) -> Tensor:
    """Return [B, K], how far places are from others in y and x, [B, K, 2], cells."""
    return (places - wanted).abs().sum(dim=2)
