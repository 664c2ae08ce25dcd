"""People in whole frames by tags: HigherHRNet and SWAHR."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import torch

from swahr.config import NetworkSettings
from swahr.inference.estimator import PoseEstimator
from swahr.models.checkpoints import Checkpoint
from swahr.video.images import Image, read_image
from swahr_training.config import TrainConfig
from swahr_training.data.labelled import LabelledImage
from swahr_training.data.labels import Labels
from swahr_training.data.sources import TrainingData
from swahr_training.evaluation.evaluate import figures_with_and_without
from swahr_training.samples.batches import Batch, BatchLoader, collate, drawn_ahead
from swahr_training.samples.photos import PhotoCache
from swahr_training.samples.render_torch import pack, render_batch
from swahr_training.systems.base import SYSTEMS, Figures, Samples, System
from swahr_training.systems.pictures import drawn_frames, picture_of, shown_photos


class FrameSamples(Samples):
    """Whole frames, with heatmaps of two sizes and the places where tags are read."""

    order: BatchLoader

    def __init__(self, config: TrainConfig, data: TrainingData, rank: int, processes: int) -> None:
        self._config, self._skeleton = config, data.skeleton
        self.order = frames_of(config, data, rank, processes)

    def batches(self, numbers: Iterable[int], device: torch.device) -> Iterator[Batch]:
        """Yield the batches of these numbers on the device; threads draw them ahead."""
        config, order = self._config, self.order
        if config.draw_on == "device" or (config.draw_on == "auto" and device.type != "cpu"):
            pinned = device.type == "cuda"
            for packed in drawn_ahead(lambda n: pack(order.plans(n), pinned), numbers, config.loader_threads):
                yield render_batch(packed, device, config.sigma)
        else:
            for batch in drawn_ahead(
                lambda n: collate(order.plans(n), config.sigma), numbers, config.loader_threads
            ):
                yield batch.to(device)

    def drawn(self) -> list[tuple[Image, str]]:
        """Return the first batch's frames with their people drawn on them."""
        return drawn_frames(self.order, self._skeleton)


class BottomUp(System):
    """Heatmaps and tags of everybody in a frame."""

    default_loss = "swahr"

    def notes(self, config: TrainConfig, data: TrainingData) -> Iterable[str]:
        """Say what is learnt where nothing is labelled."""
        yield background_note(config, data)

    def samples(
        self, config: TrainConfig, data: TrainingData, rank: int = 0, processes: int = 1
    ) -> FrameSamples:
        """Return the samples of a run, as one of its processes sees them."""
        return FrameSamples(config, data, rank, processes)

    def figures(
        self, checkpoint: Path, labels: Labels, device: str, mirrored: bool = False
    ) -> tuple[Figures, Figures | None]:
        """Score a network by itself, and with its second stage where it has one."""
        return figures_with_and_without(checkpoint, labels, device, mirrored)

    def pictures(self, checkpoint: Checkpoint, device: str, data: TrainingData) -> Iterator[Image]:
        """Yield people, heatmaps and tags of some photos side by side."""
        estimator = PoseEstimator(checkpoint, NetworkSettings(device=device))
        for path in shown_photos(data.validation, data.photos):
            yield picture_of(estimator, read_image(path))


def background_note(config: TrainConfig, data: TrainingData) -> str:
    """Return what whole frames teach where nothing is labelled."""
    photos = _photos(config, data)
    joints = sum(photo.joints_of_background for photo in photos)
    if not joints:
        return "people without labels are learnt as background: label everybody on a photo, or mark them with iscrowd"
    return (
        f"what has no label is learnt as background: people, and {joints} joints of those labelled; where nobody "
        "looked for a joint, set unlabelled: unknown"
    )


def frames_of(config: TrainConfig, data: TrainingData, rank: int, processes: int) -> BatchLoader:
    """Return whole frames as samples."""
    return BatchLoader(
        _photos(config, data),
        data.weights,
        data.skeleton,
        config.input_size,
        config.batch_size,
        config.augment,
        config.seed,
        PhotoCache(config.cache_gb * 1e9),
        rank,
        processes,
    )


def _photos(config: TrainConfig, data: TrainingData) -> list[LabelledImage]:
    return [photo.as_run_says(config.unlabelled == "unknown") for photo in data.photos]


SYSTEMS.register("bottom-up", BottomUp())
