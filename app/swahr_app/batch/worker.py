"""Processes files one after the other, as `swahr video` does, so that a batch that was cut short can go on."""

import logging
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from swahr.errors import ResumeError, SwahrError, first_line
from swahr_app.batch.entry import BatchState, Entry
from swahr_app.state.texts import word, worded
from swahr_app.threads.worker import BEHIND, Worker

if TYPE_CHECKING:
    from swahr.run.batch.runner import Runner
    from swahr.run.pipeline import Summary
    from swahr.video import FrameSource

log = logging.getLogger(__name__)


class BatchWorker(Worker):
    """Processes entries until none is left or `stop`.

    changed_entry: is given an entry that has changed, from this thread. ended: is called when nothing more is done.
    """

    niceness, large = BEHIND, True

    def __init__(
        self, entries: list[Entry], changed_entry: Callable[[Entry], None], ended: Callable[[], None]
    ) -> None:
        super().__init__("batch", lambda _: None)
        self._entries, self._changed_entry, self._ended = entries, changed_entry, ended

    def work(self) -> None:
        """Process what waits."""
        from swahr.run.batch.runner import Runner

        runner = Runner()
        try:
            for entry in self._entries:
                if self.stopping:
                    return
                self._process(entry, runner)
        finally:
            self._ended()

    def _process(self, entry: Entry, runner: "Runner") -> None:
        from swahr.run.watcher import StoppedError, Watcher

        entry.state, entry.text, entry.stuck = BatchState.RUNNING, "", False
        self._changed_entry(entry)
        started, done_before = monotonic(), entry.frames

        def check() -> None:
            if self.stopping:
                raise StoppedError

        def opened(source: "FrameSource") -> None:
            entry.total = source.estimated_frames or 0
            self._changed_entry(entry)

        def progress(summary: "Summary") -> None:
            check()
            entry.frames = summary.frames
            entry.people_per_frame = summary.people_per_frame
            entry.rate = (summary.frames - done_before) / max(1e-6, monotonic() - started)
            entry.total = max(entry.total, summary.frames)
            self._changed_entry(entry)

        try:
            job, entry.anew = entry.job(), False  # if it is cut short, the new run is resumed
            outcome = runner.do(job, Watcher(opened=opened, progress=progress, waiting=check))
            if outcome.error is not None:
                raise outcome.error
            if outcome.result is not None:
                entry.state = BatchState.DONE
                entry.text = "; ".join(note.worded(word) for note in outcome.result.notes)
                entry.total = entry.frames = outcome.result.summary.frames or entry.frames
        except StoppedError:
            entry.state = BatchState.CANCELLED
        except SwahrError as error:
            cause = error.__cause__
            log.warning("batch: %s: %s", entry.source, error, exc_info=cause)
            entry.state, entry.text = BatchState.FAILED, worded(error)
            if isinstance(cause, RuntimeError):  # torch: out of memory, a driver that failed
                entry.text = first_line(cause)
            entry.stuck = isinstance(error, ResumeError)
        finally:
            self._changed_entry(entry)
