"""A trial of runtimes: whether they find the people of a drawn picture that torch finds, and how long they take."""

import copy
import time
from abc import ABC, abstractmethod
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from swahr.config import NetworkSettings
from swahr.decode import ParseParams
from swahr.decode.duplicates import pairwise_oks
from swahr.errors import first_line
from swahr.inference.aggregate import split_run
from swahr.inference.backends import Backend, make_backend
from swahr.inference.backends.picture import drawn_people
from swahr.inference.geometry import input_geometry
from swahr.inference.output import StageOutput
from swahr.inference.postprocess import Selection
from swahr.inference.preprocess import CpuPreprocessor
from swahr.models.checkpoints import Checkpoint
from swahr.pose.poses import Poses

TORCH = "torch"
ROUNDS = 5
# Of two people who are the same: similarity; and the score from which the other runtime has to see them, too.
SAME, SURE = 0.9, 0.3


class Sight(ABC):
    """What a network of one kind sees of the drawn picture, and whom it finds by what it says.

    Attributes:
        images: [B, 3, h, w], as the network reads them.
    """

    images: Tensor

    @abstractmethod
    def people(self, answers: list[Tensor]) -> Poses:
        """Make people of what the network said of `images`."""


MakeSight = Callable[[Checkpoint], Sight]


class TagSight(Sight):
    """The whole picture, for a network with tags."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        picture = drawn_people()
        self._geometry = input_geometry((picture.shape[1], picture.shape[0]), checkpoint.input_size)
        preprocess = CpuPreprocessor(checkpoint.mean, checkpoint.std, torch.device("cpu"))
        self.images = preprocess([picture], self._geometry)
        self._params = ParseParams(
            detection_threshold=checkpoint.detection_threshold,
            matching_order=checkpoint.skeleton.matching_order,
        )
        self._selection = Selection(checkpoint.skeleton, 30, 0.0, 0.6, checkpoint.scorer)

    def people(self, answers: list[Tensor]) -> Poses:
        """Parse the stages."""
        runs = split_run(answers, self._selection.skeleton.num_joints)
        return StageOutput(self._geometry, runs).poses(self._params, self._selection)[0]


class Trial:
    """Lets torch and runtimes look at the drawn picture, on the CPU.

    Args:
        checkpoint: Which is left as it is.
        settings: Precision and threads count.
        make_sight: Of its kind.

    refused: A line for each runtime that failed or found other people.
    """

    def __init__(
        self, checkpoint: Checkpoint, settings: NetworkSettings, make_sight: MakeSight = TagSight
    ) -> None:
        self._checkpoint, self._settings = checkpoint, settings
        self._sight = make_sight(checkpoint)
        self.refused: list[str] = []

    def times(self, names: list[str]) -> dict[str, float]:
        """Try torch and runtimes by turns.

        Args:
            names: Of the runtimes.

        Returns:
            Seconds of a run, the least of some, of torch and of those that agree with it.
        """
        backends = self._agreeing(names)
        spent: dict[str, list[float]] = {name: [] for name in backends}
        for _ in range(ROUNDS):
            for name, backend in backends.items():
                started = time.perf_counter()
                backend(self._sight.images)
                spent[name].append(time.perf_counter() - started)
        return {name: min(seconds) for name, seconds in spent.items()}

    def _agreeing(self, names: list[str]) -> dict[str, Backend]:
        backends = {TORCH: self._make(TORCH)}
        expected = self._people(backends[TORCH])
        for name in names:
            try:
                backend = self._make(name)
                found = self._people(backend)
            except Exception as error:  # whatever ails a runtime, torch works without it
                self.refused.append(f"{name} failed ({first_line(error)})")
                continue
            if agree(expected, found):
                backends[name] = backend
            else:
                self.refused.append(f"{name} finds other people")
        return backends

    def _make(self, name: str) -> Backend:
        return make_backend(
            copy.deepcopy(self._checkpoint), self._settings.changed(backend=name), torch.device("cpu")
        )

    def _people(self, backend: Backend) -> Poses:
        return self._sight.people(backend(self._sight.images))


def agree(one: Poses, other: Poses) -> bool:
    """Return whether each sure person of one is among the people of the other, and the other way round."""
    return _among(one, other) and _among(other, one)


def _among(some: Poses, others: Poses) -> bool:
    sure = some[np.flatnonzero(some.scores >= SURE)]
    if not len(sure):
        return True
    if not len(others):
        return False
    everyone = np.nan_to_num(np.concatenate([sure.keypoints, others.keypoints]))
    alike = pairwise_oks(everyone, list(some.skeleton.sigmas))[: len(sure), len(sure) :]
    return bool((alike.max(axis=1) >= SAME).all())
