"""Looks at what a document lacks, in another process; what is done stays, and the next one goes on there."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PyQt6.QtCore import QCoreApplication

from swahr.document import Document
from swahr.errors import SwahrError
from swahr_app.threads.apart import DiedError, Task, run_apart
from swahr_app.threads.worker import APART, Failed, Worker


class FillTask(Task, Protocol):
    """A task that fills a document."""

    @property
    def path(self) -> Path:
        """Of the document."""
        ...

    def is_done(self, document: Document) -> bool:
        """Return whether all is in the document."""
        ...


class Analysing(Worker):
    """Does a task that fills a document until all is in it or `stop`.

    ready: is called when the document is there. progress: is given how many frames or photos are done. ended: is called
    when all is in it. All from this thread, which waits: another process does the task.
    """

    apart = True  # False: in this process; for tests that reach into it

    def __init__(
        self,
        name: str,
        task: FillTask,
        ready: Callable[[], None],
        progress: Callable[[int], None],
        ended: Callable[[], None],
        failed: Failed,
    ) -> None:
        super().__init__(name, failed)
        self._task = task
        self._told: dict[str, Callable[..., None]] = {"ready": ready, "progress": progress, "ended": ended}

    def work(self) -> None:
        """Fill the document."""
        if self._is_done():
            self._say("ready")
            self._say("ended")
            return
        if not self.apart:
            self._task(self._say, self._stopping)
            return
        try:
            run_apart(self._task, APART, self._say, self._stopping)
        except DiedError as error:
            raise SwahrError(
                QCoreApplication.translate(
                    "Review",
                    "the analysis has ended by itself (code {}); open the file again, and it goes on",
                ).format(error.code)
            ) from error

    def _is_done(self) -> bool:
        if not self._task.path.exists():
            return False
        with Document.open(self._task.path, writes=False) as document:
            return self._task.is_done(document)

    def _say(self, what: str, *values: object) -> None:
        self._told[what](*values)

    def _stopping(self) -> bool:
        return self.stopping
