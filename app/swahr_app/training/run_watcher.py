"""Follows a run folder: its log as it grows, and what its newest checkpoint makes of some photos."""

import logging
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from swahr.config import OverlaySettings
from swahr.errors import SwahrError, first_line
from swahr.overlay import draw_overlay
from swahr.video.images import Image, read_image
from swahr_app.threads.worker import Failed, Worker
from swahr_app.training.run_folder import (
    Curves,
    LogReader,
    check_run,
    checkpoint_of,
    config_of,
    is_run,
    photos_of,
)

log = logging.getLogger(__name__)

EVERY_S = 1.0
SAMPLES = 6
LONGEST_SIDE = 640  # of a sample, pixels


@dataclass(frozen=True)
class RunNews:
    """What is new in a run. steps: of the whole run, 0 where it is not known. checkpoint: its best one."""

    folder: Path
    curves: Curves
    steps: int
    checkpoint: Path | None


@dataclass(frozen=True)
class Sample:
    """A photo with the people that the run's checkpoint finds in it, [h, w, 3] BGR."""

    name: str
    image: Image


class RunWatcher(Worker):
    """Looks at a run folder about once a second, until `stop`.

    news, samples: are given what is new. awaited: a run that was just started has yet to write into its folder.
    """

    def __init__(
        self,
        folder: Path,
        news: Callable[[RunNews], None],
        samples: Callable[[list[Sample]], None],
        failed: Failed,
        awaited: bool = False,
    ) -> None:
        super().__init__("run watcher", failed)
        self.folder, self._awaited = folder, awaited
        self._news, self._samples = news, samples

    def work(self) -> None:
        """Look, notify, wait."""
        while self._awaited and not self.stopping and not is_run(self.folder):
            self._pause()
        if self.stopping:
            return
        check_run(self.folder)
        reader = LogReader(self.folder)
        config = config_of(self.folder)
        seen: tuple[Path, int] | None = None
        first = True
        while not self.stopping:
            if not config:
                config = config_of(self.folder)
            checkpoint = checkpoint_of(self.folder)
            version = None if checkpoint is None else (checkpoint, _changed_ns(checkpoint))
            if reader.update() or first or version != seen:
                steps = config.get("steps", 0)
                self._news(
                    RunNews(
                        self.folder,
                        deepcopy(reader.curves),
                        steps if isinstance(steps, int) else 0,
                        checkpoint,
                    )
                )
                first = False
            if version is not None and version != seen:
                seen = version
                self._try(version[0], photos_of(config, SAMPLES))
            self._pause()

    def _pause(self) -> None:
        with self.changed:
            if not self.stopping:
                self.changed.wait(EVERY_S)

    def _try(self, checkpoint: Path, photos: list[Path]) -> None:
        from swahr.inference.estimator import PoseEstimator

        samples: list[Sample] = []
        try:
            if photos:
                estimator = PoseEstimator.from_pretrained(checkpoint, measure=False)
            for path in photos:
                if self.stopping:
                    return
                image = _reduced(read_image(path))
                drawn = draw_overlay(image, estimator(image), OverlaySettings())
                samples.append(Sample(path.name, drawn))
                self._samples(list(samples))
        except (SwahrError, RuntimeError) as error:  # torch: out of memory, as the training has it
            log.warning("%s", error)
            self._failed(first_line(error))
        if not samples:
            self._samples([])


def _changed_ns(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _reduced(image: Image) -> Image:
    scale = min(1.0, LONGEST_SIDE / max(image.shape[:2]))
    if scale == 1.0:
        return image
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
