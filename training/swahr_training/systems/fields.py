"""People in whole frames by part affinity fields: OpenPose, Lightweight OpenPose."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import cv2
import numpy as np
import torch

from swahr.decode.paf_rules import layout_of
from swahr.errors import SettingError
from swahr.models.checkpoints import Checkpoint
from swahr.pose.skeleton import Skeleton
from swahr.video.images import Image, read_image
from swahr_training.config import TrainConfig
from swahr_training.data.labels import Labels
from swahr_training.data.sources import TrainingData
from swahr_training.evaluation.evaluate import figures_with_and_without
from swahr_training.samples.batches import BatchLoader, drawn_ahead
from swahr_training.samples.field_batches import FieldBatch, collate_fields
from swahr_training.systems.base import SYSTEMS, Figures, Samples, System, with_loss
from swahr_training.systems.bottom_up import background_note, frames_of
from swahr_training.systems.pictures import drawn_frames, shown_photos

SIGMA = 7 / 8  # cells: 7 input pixels at stride 8, as published


class FieldSamples(Samples):
    """Whole frames, with heatmaps of joints and background and a field of each limb."""

    order: BatchLoader

    def __init__(self, config: TrainConfig, data: TrainingData, rank: int, processes: int) -> None:
        self._config, self._skeleton = config, data.skeleton
        self.order = frames_of(config, data, rank, processes)
        self._layout = layout_of(data.skeleton)
        with torch.device("meta"):
            self._taught_outputs = config.architecture.build().head.taught_outputs

    def batches(self, numbers: Iterable[int], device: torch.device) -> Iterator[FieldBatch]:
        """Yield the batches of these numbers on the device; threads draw them ahead, by cv2 and numpy."""

        def draw(number: int) -> FieldBatch:
            return collate_fields(
                self.order.plans(number), self._config.sigma, self._layout, self._taught_outputs
            )

        for batch in drawn_ahead(draw, numbers, self._config.loader_threads):
            yield batch.to(device)

    def drawn(self) -> list[tuple[Image, str]]:
        """Return the first batch's frames with their people drawn on them."""
        return drawn_frames(self.order, self._skeleton)


class Fields(System):
    """Heatmaps of everybody in a frame, and fields along limbs."""

    default_loss = "fields"

    def notes(self, config: TrainConfig, data: TrainingData) -> Iterable[str]:
        """Say what is learnt where nothing is labelled."""
        yield background_note(config, data)

    def settled(self, config: TrainConfig, skeleton: Skeleton) -> TrainConfig:
        """Return settings whose head has a field for each limb of the skeleton.

        Raises:
            SettingError: The skeleton has no limbs, or settings contradict the kind.
        """
        config = with_loss(config, self.default_loss)
        limbs = len(layout_of(skeleton).limbs)
        if not limbs:
            raise SettingError(
                f"the skeleton {skeleton.name} has no limbs, along which fields are; give a `skeleton` with limbs"
            )
        architecture = config.architecture
        head = architecture.head.changed(num_limbs=limbs)
        changes: dict[str, object] = {"architecture": architecture.model_copy(update={"head": head})}
        if "sigma" not in config.model_fields_set:
            changes["sigma"] = SIGMA
        return config.model_copy(update=changes)

    def samples(
        self, config: TrainConfig, data: TrainingData, rank: int = 0, processes: int = 1
    ) -> FieldSamples:
        """Return the samples of a run, as one of its processes sees them."""
        return FieldSamples(config, data, rank, processes)

    def figures(
        self, checkpoint: Path, labels: Labels, device: str, mirrored: bool = False
    ) -> tuple[Figures, Figures | None]:
        """Score a network by itself, and with its second stage where it has one."""
        return figures_with_and_without(checkpoint, labels, device, mirrored)

    def pictures(self, checkpoint: Checkpoint, device: str, data: TrainingData) -> Iterator[Image]:
        """Yield some photos, and how sure joints and limbs are at each place, side by side."""
        network = checkpoint.model.to(device).eval()
        mean, std = (torch.tensor(each).view(3, 1, 1) for each in (checkpoint.mean, checkpoint.std))
        size = (checkpoint.input_size,) * 2
        for path in shown_photos(data.validation, data.photos):
            photo = cv2.resize(read_image(path), size, interpolation=cv2.INTER_AREA).astype(np.uint8)
            pixels = torch.from_numpy(photo[..., ::-1].transpose(2, 0, 1).copy()) / 255
            with torch.inference_mode():
                answers = network(((pixels - mean) / std)[None].to(device))[-2:]
            maps = dict(
                zip(network.head.answers, (each[0].float().cpu().numpy() for each in answers), strict=True)
            )
            joints = maps["heatmaps"][:-1].max(axis=0)
            limbs = np.hypot(maps["pafs"][::2], maps["pafs"][1::2]).max(axis=0)
            hot = [cv2.resize((255 * each.clip(0, 1)).astype(np.uint8), size) for each in (joints, limbs)]
            yield np.hstack(
                [photo, *(cv2.applyColorMap(each, cv2.COLORMAP_INFERNO).astype(np.uint8) for each in hot)]
            )


SYSTEMS.register("fields", Fields())
