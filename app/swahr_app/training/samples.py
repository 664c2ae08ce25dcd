"""Photos of a run with the people that are found in them: before the training, and by its newest checkpoint."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from swahr.config import OverlaySettings
from swahr.errors import SwahrError, first_line
from swahr.overlay import draw_overlay
from swahr.video.images import Image, read_image

log = logging.getLogger(__name__)

LONGEST_SIDE = 640  # of a sample, pixels


@dataclass(frozen=True)
class Sample:
    """A photo with the people that the run's checkpoint finds in it, [h, w, 3] BGR.

    before: with those that the weights found which the run started from; None where it started from none.
    """

    name: str
    image: Image
    before: Image | None = None


class SampleMaker:
    """Draws samples. start: what the run started from, "" for nothing; it looks at each photo once."""

    def __init__(self, start: str = "") -> None:
        self._start = start
        self._before: dict[Path, Image] = {}

    def make(self, checkpoint: Path, photos: list[Path], enough: Callable[[], bool]) -> Iterator[Sample]:
        """Yield the sample of each photo, until `enough` says so.

        Raises:
            SwahrError: A photo or the checkpoint cannot be read.
            RuntimeError: Of torch, such as out of memory.
        """
        if self._start and any(photo not in self._before for photo in photos):
            try:
                for path, image in _drawn(self._start, photos):
                    self._before[path] = image
                    if enough():
                        return
            except SwahrError as error:  # weights that are gone since, say: the run is shown without them
                log.warning("%s", first_line(error))
                self._start = ""
        for path, image in _drawn(checkpoint, photos):
            if enough():
                return
            yield Sample(path.name, image, self._before.get(path))


def _drawn(model: str | Path, photos: list[Path]) -> Iterator[tuple[Path, Image]]:
    from swahr.inference.estimator import PoseEstimator

    if not photos:
        return
    estimator = PoseEstimator.from_pretrained(model, measure=False)
    for path in photos:
        image = _reduced(read_image(path))
        yield path, draw_overlay(image, estimator(image), OverlaySettings())


def _reduced(image: Image) -> Image:
    scale = min(1.0, LONGEST_SIDE / max(image.shape[:2]))
    if scale == 1.0:
        return image
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
