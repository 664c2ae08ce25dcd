"""Batches of samples and their targets, drawn by background threads while the network computes."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from swahr.errors import SwahrError
from swahr.skeleton import Skeleton
from swahr_training.augment import AugmentConfig, Image, Sample, draw_sample
from swahr_training.dataset import LabelledImage
from swahr_training.targets import MAX_PEOPLE, render_heatmaps, tag_indices

STRIDES = (4, 2)  # of stage 0 and stage 1
EPOCH_STREAM = 1 << 40  # keeps the random stream of an epoch's order apart from those of the samples


@dataclass(frozen=True)
class Batch:
    """One step's input and targets.

    images: [B, S, S, 3] uint8 BGR. heatmaps: [B, K, S/4, S/4] and [B, K, S/2, S/2] float32.
    masks: like the heatmaps, bool. tags: [B, 30, K, 2] int64. names: the photos, for error messages.
    """

    images: Tensor
    heatmaps: list[Tensor]
    masks: list[Tensor]
    tags: Tensor
    names: list[str]


class PhotoCache:
    """Decoded photos by path; the first read decodes, the others share."""

    def __init__(self) -> None:
        self._photos: dict[str, Image] = {}

    def __call__(self, labelled: LabelledImage) -> Image:
        """Return the photo, [H, W, 3] uint8 BGR."""
        key = str(labelled.path)
        photo = self._photos.get(key)
        if photo is None:
            read = cv2.imread(key, cv2.IMREAD_COLOR)
            if read is None:
                raise SwahrError(f"{key}: not a readable image")
            photo = self._photos[key] = read.astype(np.uint8, copy=False)
        return photo


class BatchLoader:
    """Endless batches from a given step on, in an order that the seed alone decides.

    Photo n of the run is photo `permutation(epoch)[n % len]`; its randomness comes from (seed, n). Threads
    draw whole batches ahead, as cv2 and numpy release the interpreter lock for most of the work.
    """

    def __init__(
        self,
        dataset: list[LabelledImage],
        weights: npt.NDArray[np.float64] | None,
        skeleton: Skeleton,
        size: int,
        batch_size: int,
        augment: AugmentConfig,
        sigma: float,
        seed: int,
    ) -> None:
        if not dataset:
            raise SwahrError("the training data has no photos")
        self._dataset, self._weights, self._skeleton = dataset, weights, skeleton
        self._size, self._batch_size, self._augment = size, batch_size, augment
        self._sigma, self._seed = sigma, seed
        self._read = PhotoCache()
        self._shuffled: tuple[int, npt.NDArray[np.int64]] = (-1, np.zeros(0, np.int64))

    def batch(self, step: int) -> Batch:
        """Draw the batch of a step."""
        samples, names = [], []
        for n in range(step * self._batch_size, (step + 1) * self._batch_size):
            rng = np.random.default_rng((self._seed, n))
            index = self._photo(n, rng)
            names.append(self._dataset[index].path.name)
            samples.append(
                draw_sample(self._dataset, index, self._size, self._augment, self._skeleton, self._read, rng)
            )
        return collate(samples, names, self._size, self._sigma)

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

    def from_step(self, first: int, last: int, threads: int = 1, ahead: int = 4) -> Iterator[Batch]:
        """Yield the batches of steps first..last-1, drawn up to `ahead` before their use."""
        upcoming = iter(range(first, last))
        pending: deque[Future[Batch]] = deque()
        with ThreadPoolExecutor(threads, thread_name_prefix="batches") as pool:
            try:
                for step in islice(upcoming, ahead):
                    pending.append(pool.submit(self.batch, step))
                while pending:
                    yield pending.popleft().result()
                    pending.extend(pool.submit(self.batch, step) for step in islice(upcoming, 1))
            finally:
                for future in pending:
                    future.cancel()


def collate(samples: list[Sample], names: list[str], size: int, sigma: float) -> Batch:
    """Render the targets of all samples and stack everything."""
    heatmaps: list[list[npt.NDArray[np.float32]]] = [[], []]
    masks: list[list[npt.NDArray[np.bool_]]] = [[], []]
    for sample in samples:
        for stage, stride in enumerate(STRIDES):
            side = size // stride
            heatmaps[stage].append(render_heatmaps(_scaled(sample.joints, stride), (side, side), sigma))
            masks[stage].append(loss_mask(sample, side, stride))
    side = size // STRIDES[0]
    tags = [tag_indices(_scaled(s.joints, STRIDES[0]), (side, side), MAX_PEOPLE) for s in samples]
    return Batch(
        torch.from_numpy(np.stack([s.image for s in samples])),
        [torch.from_numpy(np.stack(stage)) for stage in heatmaps],
        [torch.from_numpy(np.stack(stage)) for stage in masks],
        torch.from_numpy(np.stack(tags)),
        names,
    )


def loss_mask(sample: Sample, side: int, stride: int) -> npt.NDArray[np.bool_]:
    """Return [K, side, side], False where nothing may be learnt.

    That is: on ignore regions for all joints, and for a joint that nobody looked at, in its person's box.
    """
    num_joints = sample.joints.shape[1]
    counted = cv2.resize(sample.ignored, (side, side), interpolation=cv2.INTER_NEAREST) == 0
    mask = np.repeat(counted[None], num_joints, axis=0)
    for person in np.flatnonzero(sample.unknown):
        x0, y0, x1, y1 = np.clip(np.rint(sample.boxes[person] / stride), 0, side).astype(int)
        for joint in np.flatnonzero(sample.joints[person, :, 2] == 0):
            mask[joint, y0:y1, x0:x1] = False
    return mask


def _scaled(joints: npt.NDArray[np.float32], stride: int) -> npt.NDArray[np.float32]:
    scaled: npt.NDArray[np.float32] = joints.copy()
    scaled[..., :2] /= stride
    return scaled
