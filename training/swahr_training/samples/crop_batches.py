"""Batches of crops and their targets. B crops, K joints, h w cells of a map."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from swahr.errors import SwahrError
from swahr.pose.skeleton import Skeleton
from swahr_training.config import TrainConfig
from swahr_training.data.labelled import LabelledImage
from swahr_training.losses import LossTerms
from swahr_training.losses.crop_base import CropLoss, CropTargets
from swahr_training.sample_settings import CropConfig
from swahr_training.samples.crop_targets import crop_heatmaps, in_cells
from swahr_training.samples.crops import CropPlan, draw_crop_plan, render_crop
from swahr_training.samples.order import Plans, SampleOrder
from swahr_training.samples.plan import Reader

STRIDE = 4  # input pixels a cell of the maps that all crop networks give
VISIBLE = 2  # COCO's visibility of a joint that is not hidden


@dataclass(frozen=True)
class CropBatch:
    """One forward pass's input and targets.

    Attributes:
        images: [B, H, W, 3] uint8 BGR.
        targets: What the network should answer.
        names: The photos, for messages.
    """

    images: Tensor
    targets: CropTargets
    names: list[str]

    def to(self, device: torch.device) -> "CropBatch":
        """Return the batch on a device."""
        heatmaps, *others = self.targets
        moved = CropTargets([each.to(device) for each in heatmaps], *(each.to(device) for each in others))
        return CropBatch(self.images.to(device), moved, self.names)

    def compared(self, loss: CropLoss, outputs: Any) -> LossTerms:
        """Return what a loss says of a network's outputs for this batch."""
        return loss(outputs, self.targets)


class PersonInPhoto(NamedTuple):
    """Somebody to train on: the photo's number in the data set, and the person's on the photo."""

    photo: int
    person: int


def people_to_crop(dataset: list[LabelledImage]) -> list[PersonInPhoto]:
    """Return everybody with joints and a box."""
    return [
        PersonInPhoto(number, person)
        for number, labelled in enumerate(dataset)
        for person in range(len(labelled.joints))
        if (labelled.joints[person, :, 2] > 0).any() and min(labelled.boxes[person, 2:]) > 0
    ]


def crop_order(
    dataset: list[LabelledImage],
    weights: npt.NDArray[np.float64] | None,
    skeleton: Skeleton,
    config: TrainConfig,
    read: Reader,
    rank: int = 0,
    processes: int = 1,
) -> SampleOrder[CropPlan]:
    """Return the crops of a run by number: a sample is a person.

    Raises:
        SwahrError: Nobody has joints and a box.
    """
    people = people_to_crop(dataset)
    if not people:
        raise SwahrError(
            "the training data has nobody with joints and a box; a network for crops needs people"
        )

    def draw(index: int, rng: np.random.Generator) -> CropPlan:
        photo, person = people[index]
        return draw_crop_plan(dataset[photo], person, config.crops, config.augment, skeleton, read, rng)

    if weights is not None:
        weights = np.asarray([weights[person.photo] for person in people])
        weights /= weights.sum()
    paths = [dataset[person.photo].path for person in people]
    return SampleOrder(paths, weights, draw, config.batch_size, config.seed, rank, processes)


def collate_crops(
    plans: Plans[CropPlan], sigma: float, crops: CropConfig, joint_weights: npt.NDArray[np.float32]
) -> CropBatch:
    """Draw the crops of a batch and their targets.

    Args:
        plans: Of the batch.
        sigma: Of the answer's targets, cells.
        crops: How targets are drawn, and with which standard deviations for outputs before the answer.
        joint_weights: [K], of each joint's error.
    """
    map_wh = tuple(side // STRIDE for side in crops.input_wh)
    sigmas = [*crops.sigmas_between, sigma]
    joints = np.stack([in_cells(plan.joints, crops.input_wh, map_wh) for plan in plans.samples])
    counted = np.stack([plan.counted for plan in plans.samples])
    drawn = [[crop_heatmaps(person, map_wh, each, crops.centres) for person in joints] for each in sigmas]
    touching = np.stack([weights for _, weights in drawn[-1]])
    targets = CropTargets(
        [torch.from_numpy(np.stack([heatmaps for heatmaps, _ in stage])) for stage in drawn],
        torch.from_numpy(touching * counted * joint_weights),
        torch.from_numpy(joints[..., 2] >= VISIBLE),
        torch.from_numpy(joints[..., :2].copy()),
    )
    images = torch.from_numpy(np.stack([render_crop(plan) for plan in plans.samples]))
    return CropBatch(images, targets, plans.names)


def weights_by_joint(crops: CropConfig, skeleton: Skeleton) -> npt.NDArray[np.float32]:
    """Return [K], the weights that the settings give joints by name, 1 for others.

    Raises:
        SwahrError: A name is of no joint.
    """
    unknown = sorted(set(crops.joint_weights) - set(skeleton.joints))
    if unknown:
        raise SwahrError(
            f"crops.joint_weights: no joint {', '.join(unknown)}; the joints are {', '.join(skeleton.joints)}"
        )
    return np.asarray([crops.joint_weights.get(joint, 1.0) for joint in skeleton.joints], np.float32)
