"""Batches of samples and their targets, drawn by background threads while the network computes."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from swahr.pose.skeleton import Skeleton
from swahr_training.data.labelled import LabelledImage
from swahr_training.losses import Loss, LossTerms
from swahr_training.sample_settings import AugmentConfig
from swahr_training.samples.augment import draw_plan
from swahr_training.samples.order import Plans, SampleOrder
from swahr_training.samples.plan import Plan, Reader
from swahr_training.samples.render import Sample, render_sample
from swahr_training.samples.targets import (
    MAX_PEOPLE,
    STRIDES,
    in_heatmap,
    render_heatmaps,
    tag_indices,
    unseen_boxes,
)

Drawn = TypeVar("Drawn")


@dataclass(frozen=True)
class Batch:
    """One forward pass's input and targets.

    images: [B, S, S, 3] uint8 BGR. heatmaps: [B, K, S/4, S/4] and [B, K, S/2, S/2] float32.
    masks: like the heatmaps, bool. tags: [B, 30, K, 2] int64. names: the photos, for messages.
    """

    images: Tensor
    heatmaps: list[Tensor]
    masks: list[Tensor]
    tags: Tensor
    names: list[str]

    def to(self, device: torch.device) -> "Batch":
        """Return the batch on a device."""
        return Batch(
            self.images.to(device),
            [heatmaps.to(device) for heatmaps in self.heatmaps],
            [mask.to(device) for mask in self.masks],
            self.tags.to(device),
            self.names,
        )

    def compared(self, loss: Loss, outputs: Any) -> LossTerms:
        """Return what a loss says of a network's outputs for this batch."""
        return loss(outputs, self.heatmaps, self.masks, self.tags)


class BatchLoader(SampleOrder[Plan]):
    """Batches of whole frames.

    Args:
        dataset: Photos.
        weights: Of the photos, how often each is drawn; None: all alike.
        skeleton: Of the run.
        size: Side of the input, pixels.
        batch_size: Photos of a batch.
        augment: How they are varied.
        seed: Of the run.
        read: Reads photos.
        rank: Which of the processes this is.
        processes: How many there are.
    """

    def __init__(
        self,
        dataset: list[LabelledImage],
        weights: npt.NDArray[np.float64] | None,
        skeleton: Skeleton,
        size: int,
        batch_size: int,
        augment: AugmentConfig,
        seed: int,
        read: Reader,
        rank: int = 0,
        processes: int = 1,
    ) -> None:
        def draw(index: int, rng: np.random.Generator) -> Plan:
            return draw_plan(dataset, index, size, augment, skeleton, read, rng)

        paths = [labelled.path for labelled in dataset]
        super().__init__(paths, weights, draw, batch_size, seed, rank, processes)


def drawn_ahead(
    make: Callable[[int], Drawn], numbers: Iterable[int], threads: int = 1, ahead: int = 4
) -> Iterator[Drawn]:
    """Yield make(n) for all numbers in their order, drawn by threads up to `ahead` before their use.

    Threads suffice: cv2 and numpy release the interpreter lock for most of the work.
    """
    upcoming = iter(numbers)
    pending: deque[Future[Drawn]] = deque()
    with ThreadPoolExecutor(threads, thread_name_prefix="batches") as pool:
        try:
            for number in islice(upcoming, max(ahead, 2 * threads)):
                pending.append(pool.submit(make, number))
            while pending:
                yield pending.popleft().result()
                pending.extend(pool.submit(make, number) for number in islice(upcoming, 1))
        finally:
            for future in pending:
                future.cancel()


def collate(plans: Plans[Plan], sigma: float) -> Batch:
    """Draw all samples and their targets by cv2 and numpy; `render_torch` does so on a GPU."""
    samples = [render_sample(plan) for plan in plans.samples]
    heatmaps: list[list[npt.NDArray[np.float32]]] = [[], []]
    masks: list[list[npt.NDArray[np.bool_]]] = [[], []]
    for sample in samples:
        for stage, stride in enumerate(STRIDES):
            side = sample.plan.size // stride
            joints = in_heatmap(sample.plan.joints, stride)
            heatmaps[stage].append(render_heatmaps(joints, (side, side), sigma))
            masks[stage].append(loss_mask(sample, stride))
    return Batch(
        torch.from_numpy(np.stack([sample.image for sample in samples])),
        [torch.from_numpy(np.stack(stage)) for stage in heatmaps],
        [torch.from_numpy(np.stack(stage)) for stage in masks],
        tags_of(plans),
        plans.names,
    )


def tags_of(plans: Plans[Plan]) -> Tensor:
    """Say where the tags of all people are read, [B, 30, K, 2] int64."""
    stride = STRIDES[0]
    indices = []
    for plan in plans.samples:
        side = plan.size // stride
        indices.append(tag_indices(in_heatmap(plan.joints, stride), (side, side), MAX_PEOPLE))
    return torch.from_numpy(np.stack(indices))


def loss_mask(sample: Sample, stride: int) -> npt.NDArray[np.bool_]:
    """Return [K, S / stride, S / stride], False where nothing may be learnt.

    That is: on ignore regions for all joints, and for a joint that nobody looked at, in its person's box.
    """
    counted = sample.ignored[::stride, ::stride] == 0
    mask = np.repeat(counted[None], sample.plan.joints.shape[1], axis=0)
    for joint, x0, y0, x1, y1 in unseen_boxes(sample.plan, stride):
        mask[joint, y0:y1, x0:x1] = False
    return mask
