"""The joints of one person in a crop: Simple Baselines, HRNet, Stacked Hourglass, CPN."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import torch

from swahr.config import NetworkSettings
from swahr.errors import SettingError
from swahr.inference.estimator import PoseEstimator
from swahr.models.backbones.hourglass import HourglassSettings
from swahr.models.checkpoints import Checkpoint, load_checkpoint
from swahr.models.crop_contract import CropContract
from swahr.models.heads.heatmaps import HeatmapHeadSettings
from swahr.overlay.skeletons import draw_poses
from swahr.pose.skeleton import Skeleton
from swahr.video.images import Image
from swahr_training.config import TrainConfig
from swahr_training.data.labels import Labels
from swahr_training.data.sources import TrainingData
from swahr_training.evaluation.evaluate import compare, people_of
from swahr_training.samples.batches import drawn_ahead
from swahr_training.samples.crop_batches import (
    collate_crops,
    crop_order,
    weights_by_joint,
)
from swahr_training.samples.crops import CropPlan, clipped_boxes, render_crop
from swahr_training.samples.order import Plans, SampleOrder
from swahr_training.samples.photos import PhotoCache
from swahr_training.systems.base import SYSTEMS, Figures, Samples, System, with_loss
from swahr_training.systems.pictures import PICTURES, with_joints


class CropSamples(Samples):
    """Crops of one labelled person each."""

    order: SampleOrder[CropPlan]

    def __init__(self, config: TrainConfig, data: TrainingData, rank: int, processes: int) -> None:
        self._config, self._skeleton = config, data.skeleton
        self._joint_weights = weights_by_joint(config.crops, data.skeleton)
        read = PhotoCache(config.cache_gb * 1e9)
        self.order = crop_order(data.photos, data.weights, data.skeleton, config, read, rank, processes)

    def batches(self, numbers: Iterable[int], device: torch.device) -> Iterator[Any]:
        """Yield the batches of these numbers on the device; threads draw them ahead, by cv2: crops are small."""

        def draw(number: int) -> Any:
            return self.collated(self.order.plans(number))

        for batch in drawn_ahead(draw, numbers, self._config.loader_threads):
            yield batch.to(device)

    def collated(self, plans: Plans[CropPlan]) -> Any:
        """Draw the crops of a batch, and what the network should say of them."""
        return collate_crops(plans, self._config.sigma, self._config.crops, self._joint_weights)

    def drawn(self) -> list[tuple[Image, str]]:
        """Return the first batch's crops with their joints drawn on them."""
        plans = self.order.plans(0)
        return [
            (with_joints(render_crop(plan), plan.joints[None], self._skeleton), name)
            for plan, name in zip(plans.samples, plans.names, strict=True)
        ]


class TopDown(System):
    """Heatmaps of one person."""

    default_loss = "crop_mse"

    def settled(self, config: TrainConfig, skeleton: Skeleton) -> TrainConfig:
        """Return settings whose head has the maps that the loss teaches, and whose stacks have as many as joints."""
        config = with_loss(config, self.default_loss)
        backbone, head = config.architecture.backbone, config.architecture.head
        beside = config.loss.beside or "none"
        given = head.beside if isinstance(head, HeatmapHeadSettings) else "none"
        if given != beside:
            if not isinstance(head, HeatmapHeadSettings) or given != "none":
                raise SettingError(
                    f"the loss {config.loss.kind} teaches a head of kind heatmaps with beside: {beside}; this one is "
                    f"{head.kind} with beside: {given}"
                )
            head = head.changed(beside=beside)
        if isinstance(backbone, HourglassSettings):
            backbone = backbone.changed(num_maps=skeleton.num_joints)
        architecture = config.architecture.model_copy(update={"backbone": backbone, "head": head})
        return config.model_copy(update={"architecture": architecture})

    def epoch(self, photos: int, people: int) -> int:
        """Return how many people there are."""
        del photos
        return people

    def samples(
        self, config: TrainConfig, data: TrainingData, rank: int = 0, processes: int = 1
    ) -> CropSamples:
        """Return the samples of a run, as one of its processes sees them."""
        return CropSamples(config, data, rank, processes)

    def described(self, config: TrainConfig) -> dict[str, Any]:
        """Return what a crop is."""
        input_wh = config.crops.input_wh
        return {"input_size": min(input_wh), "crop": CropContract(input_wh=input_wh)}

    def figures(
        self, checkpoint: Path, labels: Labels, device: str, mirrored: bool = False
    ) -> tuple[Figures, Figures | None]:
        """Score a network on the people of labelled boxes, as they are."""
        del mirrored
        estimator = estimator_of(load_checkpoint(checkpoint), device)
        found = [poses for photo in labels.photos for poses in people_of(estimator, [photo])]
        return compare(labels, found, 0.0).figures, None

    def pictures(self, checkpoint: Checkpoint, device: str, data: TrainingData) -> Iterator[Image]:
        """Yield photos with the joints that are found in labelled boxes."""
        estimator = estimator_of(checkpoint, device)
        read = PhotoCache(0)
        for photo in islice((each for each in data.photos if len(each.joints)), PICTURES):
            frame = read(photo)
            yield draw_poses(frame, estimator(frame, boxes=clipped_boxes(photo.boxes, frame.shape[1::-1])))


def estimator_of(checkpoint: Checkpoint, device: str) -> PoseEstimator:
    """Return what runs a checkpoint while it is trained: torch, and everybody counts."""
    return PoseEstimator(
        checkpoint, NetworkSettings(device=device, backend="torch", min_score=0.0), measure=False
    )


SYSTEMS.register("top-down", TopDown())
