"""Processes files one after the other, as `swahr video` does, so that a batch that was cut short can go on."""

import logging
from collections.abc import Callable, Sequence
from time import monotonic

from PyQt6.QtCore import QCoreApplication

from swahr.errors import Note, ResumeError, SwahrError
from swahr_app.batch.entry import BatchState, Entry
from swahr_app.batch.processing import Processing
from swahr_app.state.texts import word, worded
from swahr_app.threads.apart import DiedError, run_apart
from swahr_app.threads.worker import APART, BEHIND, Worker

log = logging.getLogger(__name__)


class BatchWorker(Worker):
    """Processes entries until none is left or `stop`, in another process: its crash costs the file that it is at.

    changed_entry: is given an entry that has changed, from this thread. ended: is called when nothing more is done.
    """

    niceness = BEHIND
    apart = True  # False: in this process; for tests that reach into it

    def __init__(
        self, entries: list[Entry], changed_entry: Callable[[Entry], None], ended: Callable[[], None]
    ) -> None:
        super().__init__("batch", lambda _: None)
        self._entries, self._changed_entry, self._ended = entries, changed_entry, ended
        self._place = 0
        self._began_s, self._frames_before = 0.0, 0

    def work(self) -> None:
        """Process what waits."""
        try:
            while self._entries and not self.stopping:
                self._entries = self._process()
        finally:
            self._ended()

    def _process(self) -> list[Entry]:
        """Process the entries; return those that are left where the process has died."""
        self._place = 0
        self._began_s = -1.0  # it has begun none
        task = Processing(tuple(self._entries), own_process=self.apart)
        try:
            if self.apart:
                run_apart(task, APART, self._hear, lambda: self.stopping)
            else:
                task(self._hear, lambda: self.stopping)
        except DiedError as error:
            entry = self._entries[self._place]
            log.warning("batch: %s: %s", entry.source, error)
            if entry.state is BatchState.RUNNING or self._began_s < 0:
                text = QCoreApplication.translate(
                    "Batch", "the work on it has ended by itself (code {}); start again, and it goes on"
                )
                self._on_failed(entry, SwahrError(text.format(error.code)))
                self._changed_entry(entry)
            return self._entries[self._place + 1 :]
        except SwahrError as error:  # there can be no other process
            self._on_failed(self._entries[0], error)
            self._changed_entry(self._entries[0])
        return []

    def _hear(self, what: str, place: int, *values: object) -> None:
        """Take what the task says."""
        self._place = place
        entry = self._entries[place]
        getattr(self, f"_on_{what}")(entry, *values)
        self._changed_entry(entry)

    def _on_begun(self, entry: Entry, anew: bool) -> None:
        entry.state, entry.text, entry.stuck = BatchState.RUNNING, "", False
        if anew:  # if it is cut short, the new run is resumed; who has wished it since still does
            entry.anew = False
        self._began_s, self._frames_before = monotonic(), entry.frames

    def _on_opened(self, entry: Entry, frames: int) -> None:
        entry.total = frames

    def _on_progress(self, entry: Entry, frames: int, people_per_frame: float) -> None:
        entry.frames, entry.people_per_frame = frames, people_per_frame
        entry.rate = (frames - self._frames_before) / max(1e-6, monotonic() - self._began_s)
        entry.total = max(entry.total, frames)

    def _on_stopped(self, entry: Entry) -> None:
        entry.state = BatchState.CANCELLED

    def _on_done(self, entry: Entry, notes: Sequence[Note], frames: int) -> None:
        entry.state = BatchState.DONE
        entry.text = "; ".join(note.worded(word) for note in notes)
        entry.total = entry.frames = frames or entry.frames

    def _on_failed(self, entry: Entry, error: SwahrError, reason: str = "") -> None:
        entry.state, entry.text = BatchState.FAILED, reason or worded(error)
        entry.stuck = isinstance(error, ResumeError)
