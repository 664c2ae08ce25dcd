"""Batches of samples and their targets, drawn by background threads while the network computes."""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from swahr.errors import SwahrError, UnreadableError
from swahr.pose.skeleton import Skeleton
from swahr_training.config import AugmentConfig
from swahr_training.data.labelled import LabelledImage
from swahr_training.samples.augment import draw_plan
from swahr_training.samples.photos import UnreadablePhotoError
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

MAX_ATTEMPTS = 20  # photos that may stand in for one that cannot be opened
EPOCH_STREAM = 1 << 40  # keeps the random stream of an epoch's order apart from those of the samples


@dataclass(frozen=True)
class Plans:
    """The samples of a batch before their pixels are drawn; names: their photos, for messages."""

    samples: list[Plan]
    names: list[str]


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


class BatchLoader:
    """Batches by number, in an order that the seed alone decides.

    Photo n of the run is photo `permutation(epoch)[n % len]`; its randomness comes from (seed, n). Batch b of
    process `rank` among `processes` holds photos (b * processes + rank) * batch_size and those that follow, so
    the processes together see what one would with their batches joined.

    Attributes:
        unreadable: What is wrong with each photo that could not be opened so far, by path.
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
        if not dataset:
            raise SwahrError("the training data has no photos; check `train` in the settings")
        self._dataset, self._weights, self._skeleton = dataset, weights, skeleton
        self._size, self._batch_size, self._augment = size, batch_size, augment
        self._seed, self._read = seed, read
        self._rank, self._processes = rank, processes
        self._lock = threading.Lock()
        self.unreadable: dict[Path, str] = {}
        self._shuffled: tuple[int, npt.NDArray[np.int64]] = (-1, np.zeros(0, np.int64))

    def plans(self, number: int) -> Plans:
        """Plan the samples of a batch; photos are decoded, nothing is drawn."""
        samples, names = [], []
        first = (number * self._processes + self._rank) * self._batch_size
        for n in range(first, first + self._batch_size):
            plan, index = self._plan(n)
            names.append(self._dataset[index].path.name)
            samples.append(plan)
        return Plans(samples, names)

    def _plan(self, n: int) -> tuple[Plan, int]:
        """Plan sample n, and say of which photo; another photo takes the place of one that cannot be opened."""
        said = ""
        for attempt in range(MAX_ATTEMPTS):
            # Each attempt has random numbers of its own, so that nothing depends on when a photo was found bad.
            rng = np.random.default_rng((self._seed, n, attempt) if attempt else (self._seed, n))
            index = int(rng.integers(len(self._dataset))) if attempt else self._photo(n, rng)
            try:
                return draw_plan(
                    self._dataset, index, self._size, self._augment, self._skeleton, self._read, rng
                ), index
            except UnreadablePhotoError as error:
                said = error.message
                with self._lock:
                    self.unreadable.setdefault(error.path, said)
        raise UnreadableError(
            f"{MAX_ATTEMPTS} photos in a row cannot be opened, the last is {said}; the check of labels lists all"
        )

    def _photo(self, n: int, rng: np.random.Generator) -> int:
        if self._weights is not None:
            return int(rng.choice(len(self._dataset), p=self._weights))
        epoch, position = divmod(n, len(self._dataset))
        return int(self._order(epoch)[position])

    def _order(self, epoch: int) -> npt.NDArray[np.int64]:
        cached_epoch, order = self._shuffled
        if cached_epoch != epoch:
            order = np.random.default_rng((self._seed, EPOCH_STREAM, epoch)).permutation(len(self._dataset))
            self._shuffled = (epoch, order)
        return order


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


def collate(plans: Plans, sigma: float) -> Batch:
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


def tags_of(plans: Plans) -> Tensor:
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
