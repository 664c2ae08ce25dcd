"""Follows a run folder: its log as it grows, and what its newest checkpoint makes of some photos."""

import logging
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

from swahr.errors import SwahrError, first_line
from swahr_app.threads.worker import BEHIND, Failed, Worker
from swahr_app.training.run_folder import (
    Curves,
    LogReader,
    check_run,
    checkpoint_of,
    config_of,
    is_run,
    photos_of,
)
from swahr_app.training.samples import Sample, SampleMaker

log = logging.getLogger(__name__)

EVERY_S = 1.0
SAMPLES = 6


@dataclass(frozen=True)
class RunNews:
    """What is new in a run. steps: of the whole run, 0 where it is not known. checkpoint: its best one."""

    folder: Path
    curves: Curves
    steps: int
    checkpoint: Path | None


class RunWatcher(Worker):
    """Looks at a run folder about once a second, until `stop`.

    news, samples: are given what is new. awaited: a run that was just started has yet to write into its folder.
    """

    niceness = BEHIND

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
        maker: SampleMaker | None = None
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
                maker = maker or SampleMaker(str(config.get("start_from") or ""))
                self._try(version[0], photos_of(config, SAMPLES), maker)
            self._pause()

    def _pause(self) -> None:
        with self.changed:
            if not self.stopping:
                self.changed.wait(EVERY_S)

    def _try(self, checkpoint: Path, photos: list[Path], maker: SampleMaker) -> None:
        samples: list[Sample] = []
        try:
            for sample in maker.make(checkpoint, photos, lambda: self.stopping):
                samples.append(sample)
                self._samples(list(samples))
        except (SwahrError, RuntimeError) as error:  # torch: out of memory, as the training has it
            log.warning("%s", error)
            self._failed(first_line(error))
        if not samples and not self.stopping:
            self._samples([])


def _changed_ns(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
