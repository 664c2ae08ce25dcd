"""Processes files one after the other, as `swahr video` does, so that a batch that was cut short can go on."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import QCoreApplication

from swahr.errors import SwahrError, first_line, unexpected
from swahr.formats import FORMATS, find_format
from swahr_app.state.names import free_stem, stem_of
from swahr_app.threads.worker import Worker

if TYPE_CHECKING:
    from swahr.config import NetworkSettings
    from swahr.inference.estimator import PoseEstimator
    from swahr.run.job import VideoJob
    from swahr.run.pipeline import Summary
    from swahr.video import FrameSource

log = logging.getLogger(__name__)

OVERLAY = "_overlay.mp4"


class BatchState(Enum):
    """What became of a file."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass
class Entry:
    """A file of a batch, as plain values that are kept from one start to the next.

    source: the file. stem: of its outputs, "" until it was started once: a resumed run writes the same files.
    network, people: options of the run, by name, as they were then.
    """

    source: str
    stem: str = ""
    formats: list[str] = field(default_factory=lambda: ["csv"])
    overlay: bool = True
    network: dict[str, Any] = field(default_factory=dict)
    people: dict[str, Any] = field(default_factory=dict)
    state: BatchState = BatchState.WAITING
    frames: int = 0
    total: int = 0
    rate: float = 0.0
    people_a_frame: float = 0.0
    text: str = ""

    @property
    def outputs(self) -> list[tuple[str, Path]]:
        """Format and path of each keypoint file."""
        return [
            (name, Path(f"{self.stem}{find_format(name).suffix}")) for name in self.formats if name in FORMATS
        ]

    @property
    def overlay_path(self) -> Path | None:
        """The drawn video."""
        return Path(f"{self.stem}{OVERLAY}") if self.overlay else None

    def prepare(
        self, folder: str, formats: list[str], overlay: bool, network: dict[str, Any], people: dict[str, Any]
    ) -> None:
        """Decide what is made of the file, once; names of files that are there are left alone."""
        if self.stem:
            return
        if not formats:
            raise SwahrError(
                QCoreApplication.translate("Batch", "nothing to write: choose a keypoint format")
            )
        self.formats, self.overlay, self.network, self.people = formats, overlay, network, people
        source = Path(self.source)
        suffixes = [find_format(name).suffix for name in formats if name in FORMATS] + (
            [OVERLAY] if overlay else []
        )
        target = Path(folder) if folder else source.parent
        self.stem = str(free_stem(target / stem_of(source.name), suffixes))

    def job(self) -> "VideoJob":
        """Return the library's job; a run that was cut short goes on."""
        from swahr.config import NetworkSettings, TrackSettings
        from swahr.run.job import VideoJob

        return VideoJob(
            source=self.source,
            outputs=tuple(self.outputs),
            overlay=self.overlay_path,
            network=NetworkSettings(**self.network),
            tracking=TrackSettings(**self.people),
            resume=True,
        )


class _CancelledError(Exception):
    """Asked to end in the middle of a file."""


class BatchWorker(Worker):
    """Processes entries until none is left or `stop`.

    changed_entry: is told an entry that has changed, from this thread. ended: that nothing more is done.
    """

    def __init__(
        self, entries: list[Entry], changed_entry: Callable[[Entry], None], ended: Callable[[], None]
    ) -> None:
        super().__init__("batch", lambda _: None)
        self._entries, self._changed_entry, self._ended = entries, changed_entry, ended
        self._estimators: dict[NetworkSettings, PoseEstimator] = {}

    def work(self) -> None:
        """Process what waits."""
        try:
            for entry in self._entries:
                if self.stopping:
                    return
                self._process(entry)
        finally:
            self._estimators.clear()
            self._ended()

    def _process(self, entry: Entry) -> None:
        from swahr.run.process import Watch, process

        entry.state, entry.text = BatchState.RUNNING, ""
        self._changed_entry(entry)
        started, done_before = monotonic(), entry.frames

        def opened(source: "FrameSource") -> None:
            entry.total = source.estimated_frames or 0
            self._changed_entry(entry)

        def progress(summary: "Summary") -> None:
            self._check()
            entry.frames = summary.frames
            entry.people_a_frame = summary.people_a_frame
            entry.rate = (summary.frames - done_before) / max(1e-6, monotonic() - started)
            entry.total = max(entry.total, summary.frames)
            self._changed_entry(entry)

        try:
            job = entry.job()
            result = process(
                job,
                lambda: self._estimator(job.network),
                Watch(opened=opened, progress=progress, waiting=self._check),
            )
            entry.state, entry.text = BatchState.DONE, "; ".join(result.notes)
            entry.total = entry.frames = result.summary.frames or entry.frames
        except _CancelledError:
            entry.state = BatchState.CANCELLED
        except (SwahrError, RuntimeError) as error:
            log.warning("batch: %s: %s", entry.source, error)
            entry.state, entry.text = BatchState.FAILED, first_line(error)
        except Exception as error:
            # A fault of ours in one file must not cost the others.
            log.exception("batch: %s", entry.source)
            entry.state, entry.text = BatchState.FAILED, unexpected(error, entry.source)
        finally:
            self._changed_entry(entry)

    def _check(self) -> None:
        if self.stopping:
            raise _CancelledError

    def _estimator(self, network: "NetworkSettings") -> "PoseEstimator":
        from swahr.inference.estimator import PoseEstimator

        if network not in self._estimators:
            self._estimators.clear()
            self._estimators[network] = PoseEstimator.from_pretrained(settings=network)
        return self._estimators[network]
