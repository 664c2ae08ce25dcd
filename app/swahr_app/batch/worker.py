"""Processes files one after the other, as `swahr video` does, so that a batch that was cut short can go on."""

import logging
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from swahr.errors import ResumeError, SwahrError, first_line, unexpected
from swahr_app.batch.entry import BatchState, Entry
from swahr_app.state.texts import worded
from swahr_app.threads.worker import Worker

if TYPE_CHECKING:
    from swahr.config import NetworkSettings
    from swahr.inference.estimator import PoseEstimator
    from swahr.run.pipeline import Summary
    from swahr.video import FrameSource

log = logging.getLogger(__name__)


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

        entry.state, entry.text, entry.stuck = BatchState.RUNNING, "", False
        self._changed_entry(entry)
        started, done_before = monotonic(), entry.frames

        def opened(source: "FrameSource") -> None:
            entry.total = source.estimated_frames or 0
            self._changed_entry(entry)

        def progress(summary: "Summary") -> None:
            self._check()
            entry.frames = summary.frames
            entry.people_per_frame = summary.people_a_frame
            entry.rate = (summary.frames - done_before) / max(1e-6, monotonic() - started)
            entry.total = max(entry.total, summary.frames)
            self._changed_entry(entry)

        try:
            job, entry.anew = entry.job(), False  # if it is cut short, the new run is resumed
            result = process(
                job,
                lambda: self._estimator(job.network),
                Watch(opened=opened, progress=progress, waiting=self._check),
            )
            entry.state, entry.text = BatchState.DONE, "; ".join(result.notes)
            entry.total = entry.frames = result.summary.frames or entry.frames
        except _CancelledError:
            entry.state = BatchState.CANCELLED
        except SwahrError as error:
            log.warning("batch: %s: %s", entry.source, error)
            entry.state, entry.text = BatchState.FAILED, worded(error)
            entry.stuck = isinstance(error, ResumeError)
        except RuntimeError as error:  # torch: out of memory, a driver that failed
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
