"""Which sample comes when: an order that the seed alone decides, whatever threads, processes and resumes there are."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from swahr.errors import SwahrError, UnreadableError
from swahr_training.samples.photos import UnreadablePhotoError

MAX_ATTEMPTS = 20  # photos that may stand in for one that cannot be opened
EPOCH_STREAM = 1 << 40  # keeps the random stream of an epoch's order apart from those of the samples

S = TypeVar("S")


@dataclass(frozen=True)
class Plans(Generic[S]):
    """The samples of a batch before their pixels are drawn; names: their photos, for messages."""

    samples: list[S]
    names: list[str]


class SampleOrder(Generic[S]):
    """Batches by number.

    Sample n of the run is sample `permutation(epoch)[n % len]`; its randomness comes from (seed, n). Batch b of
    process `rank` among `processes` holds samples (b * processes + rank) * batch_size and those that follow, so
    the processes together see what one would with their batches joined.

    Args:
        paths: The photo of each sample of an epoch.
        weights: Probability of each of them; None: each comes once an epoch.
        draw: Makes the plan of a sample, given its number in `paths` and its random generator.
        batch_size: Samples of a batch.
        seed: Of the run.
        rank: Which of the processes this is.
        processes: How many there are.

    Attributes:
        unreadable: What is wrong with each photo that could not be opened so far, by path.

    Raises:
        SwahrError: There are no samples.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        weights: npt.NDArray[np.float64] | None,
        draw: Callable[[int, np.random.Generator], S],
        batch_size: int,
        seed: int,
        rank: int = 0,
        processes: int = 1,
    ) -> None:
        if not paths:
            raise SwahrError("the training data has no photos; check `train` in the settings")
        self._paths, self._weights, self._draw = paths, weights, draw
        self._batch_size, self._seed = batch_size, seed
        self._rank, self._processes = rank, processes
        self._lock = threading.Lock()
        self.unreadable: dict[Path, str] = {}
        self._shuffled: tuple[int, npt.NDArray[np.int64]] = (-1, np.zeros(0, np.int64))

    def plans(self, number: int) -> Plans[S]:
        """Plan the samples of a batch; photos are decoded, nothing is drawn."""
        samples, names = [], []
        first = (number * self._processes + self._rank) * self._batch_size
        for n in range(first, first + self._batch_size):
            plan, index = self._plan(n)
            names.append(self._paths[index].name)
            samples.append(plan)
        return Plans(samples, names)

    def _plan(self, n: int) -> tuple[S, int]:
        """Plan sample n, and say which it is; another takes the place of one whose photo cannot be opened."""
        said = ""
        for attempt in range(MAX_ATTEMPTS):
            # Each attempt has random numbers of its own, so that nothing depends on when a photo was found bad.
            rng = np.random.default_rng((self._seed, n, attempt) if attempt else (self._seed, n))
            index = int(rng.integers(len(self._paths))) if attempt else self._sample(n, rng)
            try:
                return self._draw(index, rng), index
            except UnreadablePhotoError as error:
                said = error.message
                with self._lock:
                    self.unreadable.setdefault(error.path, said)
        raise UnreadableError(
            f"{MAX_ATTEMPTS} photos in a row cannot be opened, the last is {said}; the check of labels lists all"
        )

    def _sample(self, n: int, rng: np.random.Generator) -> int:
        if self._weights is not None:
            return int(rng.choice(len(self._paths), p=self._weights))
        epoch, position = divmod(n, len(self._paths))
        return int(self._order(epoch)[position])

    def _order(self, epoch: int) -> npt.NDArray[np.int64]:
        cached_epoch, order = self._shuffled
        if cached_epoch != epoch:
            order = np.random.default_rng((self._seed, EPOCH_STREAM, epoch)).permutation(len(self._paths))
            self._shuffled = (epoch, order)
        return order
