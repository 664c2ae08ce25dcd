"""The second look: the crop network that gives people their joints, whom the first look finds as it did before."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from swahr.config import NetworkSettings
from swahr.errors import SettingError
from swahr.inference.crop_network import THUNDER, crop_network_file
from swahr.inference.estimator import PoseEstimator
from swahr.inference.second_stage import INPUT_SIDE
from swahr.models.checkpoints import Checkpoint, load_checkpoint
from swahr.models.movenet_single import MoveNetSingle, load_single
from swahr.overlay.skeletons import draw_poses
from swahr.pose.skeleton import COCO_17, Skeleton
from swahr.video.images import Image, read_image
from swahr_training.config import SECOND_LOOK, TrainConfig
from swahr_training.data.labelled import LabelledImage
from swahr_training.data.labels import Labels
from swahr_training.data.sources import TrainingData
from swahr_training.evaluation.evaluate import FirstLook, figures_with_and_without
from swahr_training.losses import LossTerms
from swahr_training.losses.second_look import SecondLookLoss, SecondLookTargets
from swahr_training.samples.crop_batches import STRIDE
from swahr_training.samples.crops import CropPlan, render_crop
from swahr_training.samples.order import Plans
from swahr_training.systems.base import SYSTEMS, Figures, Scoring, System, with_loss
from swahr_training.systems.pictures import shown_photos
from swahr_training.systems.top_down import CropSamples

HALF = (0.5, 0.5, 0.5)  # mean and standard deviation of what the network reads


@dataclass(frozen=True)
class SecondLookBatch:
    """One forward pass's input and targets.

    Attributes:
        images: [B, side, side, 3] uint8 BGR.
        targets: What the network should say.
        names: The photos, for messages.
        start: The network as it was before the run.
    """

    images: Tensor
    targets: SecondLookTargets
    names: list[str]
    start: MoveNetSingle

    def to(self, device: torch.device) -> "SecondLookBatch":
        """Return the batch on a device."""
        moved = SecondLookTargets(*(each.to(device) for each in self.targets))
        return SecondLookBatch(self.images.to(device), moved, self.names, self.start.to(device))

    def compared(self, loss: SecondLookLoss, outputs: Any) -> LossTerms:
        """Return what a loss says of a network's outputs for this batch."""
        with torch.no_grad():
            images = self.images.permute(0, 3, 1, 2).flip(1) / (255 * HALF[0]) - 1  # as `normalised_by` says
            start = self.start(images)
        return loss(outputs, self.targets, start)


class SecondLookSamples(CropSamples):
    """Crops about the labelled joints of one person each."""

    def __init__(self, config: TrainConfig, data: TrainingData, rank: int, processes: int) -> None:
        photos = [_boxed_by_joints(photo) for photo in data.photos]
        super().__init__(config, replace(data, photos=photos), rank, processes)
        self._start = look_of(_start(config)).to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def collated(self, plans: Plans[CropPlan]) -> SecondLookBatch:
        """Draw the crops of a batch, and what labels say of them."""
        joints = np.stack([plan.joints for plan in plans.samples])
        counted = np.stack([plan.counted for plan in plans.samples])
        cells = (joints[..., :2] + 0.5) / STRIDE  # of the corner, and not of the first pixel's middle
        side = plans.samples[0].input_wh[0] // STRIDE
        inside = ((cells >= 0) & (cells < side)).all(axis=2)
        weights = (counted & inside & (joints[..., 2] > 0)) * self._joint_weights
        tolerance = np.broadcast_to(np.asarray(self._skeleton.sigmas, np.float32) * side, weights.shape)
        targets = (cells, weights, tolerance)
        images = np.stack([render_crop(plan) for plan in plans.samples])
        return SecondLookBatch(
            torch.from_numpy(images),
            SecondLookTargets(*(torch.from_numpy(each.astype(np.float32)) for each in targets)),
            plans.names,
            self._start,
        )


class SecondLook(System):
    """Joints of people whom somebody else finds."""

    default_loss = "second_look"

    def settled(self, config: TrainConfig, skeleton: Skeleton) -> TrainConfig:
        """Return settings with crops of the size that the network is used with.

        Raises:
            SettingError: There is no start, its joints are others, or settings contradict the kind.
        """
        if config.start_from is None or skeleton.joints != COCO_17.joints:
            has = "there is no start_from" if config.start_from is None else f"these are {skeleton.name}'s"
            raise SettingError(
                f"learns is {SECOND_LOOK}, which is for weights with a second look of COCO's 17 joints, such as "
                f"default; {has}: leave the setting out"
            )
        config = with_loss(config, self.default_loss)
        if "input_wh" in config.crops.model_fields_set:
            width, height = config.crops.input_wh
            if width != height:
                raise SettingError(
                    f"crops.input_wh is {[width, height]}; the second look's crops are squares"
                )
            return config
        crops = config.crops.model_copy(update={"input_wh": (INPUT_SIDE, INPUT_SIDE)})
        crops.model_fields_set.discard("input_wh")
        settled = config.model_copy(update={"crops": crops})
        if "crops" not in config.model_fields_set:
            settled.model_fields_set.discard("crops")
        return settled

    def epoch(self, photos: int, people: int) -> int:
        """Return how many people there are."""
        del photos
        return people

    def start(self, config: TrainConfig) -> tuple[nn.Module, str]:
        """Return the start's crop network, and a line about it."""
        network = look_of(_start(config))
        count = sum(parameter.numel() for parameter in network.parameters())
        said = f"{config.start_from}: the second look learns ({count / 1e6:.1f} M weights); the first stays as it is"
        return network.requires_grad_(True), said

    def samples(
        self, config: TrainConfig, data: TrainingData, rank: int = 0, processes: int = 1
    ) -> SecondLookSamples:
        """Return the samples of a run, as one of its processes sees them."""
        return SecondLookSamples(config, data, rank, processes)

    def normalised_by(
        self, config: TrainConfig
    ) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
        """Return mean and standard deviation of what the crop network reads."""
        del config
        return HALF, HALF

    def learnt(self, config: TrainConfig, weights: Mapping[str, Tensor]) -> dict[str, Any]:
        """Return the start with another second look."""
        start = _start(config)
        network = MoveNetSingle(look_of(start).width)
        network.load_state_dict(weights)
        return {
            "model": start.model,
            "architecture": start.architecture,
            "input_size": start.input_size,
            "mean": start.mean,
            "std": start.std,
            "second_look": network.eval(),
        }

    def figures(
        self, checkpoint: Path, labels: Labels, device: str, mirrored: bool = False
    ) -> tuple[Figures, Figures | None]:
        """Score people as they are used."""
        return self.scoring(device, mirrored)(checkpoint, labels)

    def scoring(self, device: str, mirrored: bool) -> Scoring:
        """Return what scores people as they are used; whom the first look finds, it remembers: it stays as it is."""
        first_look: FirstLook = {}

        def score(checkpoint: Path, labels: Labels) -> tuple[Figures, Figures | None]:
            alone, both = figures_with_and_without(
                checkpoint, labels, device, mirrored, first_look, refine="best"
            )
            assert both is not None
            return {**both, "AP_alone": alone["AP"]}, None

        return score

    def pictures(self, checkpoint: Checkpoint, device: str, data: TrainingData) -> Iterator[Image]:
        """Yield photos with the people that are found."""
        estimator = PoseEstimator(
            checkpoint, NetworkSettings(device=device, backend="torch", refine="best"), measure=False
        )
        for path in shown_photos(data.validation, data.photos):
            photo = read_image(path)
            yield draw_poses(photo, estimator(photo))


def look_of(checkpoint: Checkpoint) -> MoveNetSingle:
    """Return a copy of the crop network that gives a checkpoint's people their joints."""
    if checkpoint.second_look is not None:
        return deepcopy(checkpoint.second_look)
    return load_single(crop_network_file(checkpoint.second_stage or THUNDER))


def _start(config: TrainConfig) -> Checkpoint:
    assert config.start_from is not None
    return load_checkpoint(config.start_from)


def _boxed_by_joints(photo: LabelledImage) -> LabelledImage:
    """Return a photo whose people's boxes are those of their joints, as the second look cuts its crops."""
    boxes = photo.boxes.copy()
    for box, joints in zip(boxes, photo.joints, strict=True):
        xy = joints[joints[:, 2] > 0, :2]
        if len(xy) > 2:  # of fewer joints the box says more
            box[:] = [*xy.min(axis=0), *np.ptp(xy, axis=0).clip(min=1)]
    return replace(photo, boxes=boxes)


SYSTEMS.register(SECOND_LOOK, SecondLook())
