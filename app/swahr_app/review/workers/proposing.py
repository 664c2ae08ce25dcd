"""Picks the frames of a document that are worth a person's time."""

from collections.abc import Callable
from pathlib import Path

from swahr.document import Document
from swahr_app.threads.worker import BEHIND, Failed, Worker

COUNT = 12  # frames: a quarter of an hour of a person


class Proposing(Worker):
    """Looks through a document once. done: is given the frames, in order, from this thread."""

    niceness = BEHIND

    def __init__(self, document: Path, done: Callable[[list[int]], None], failed: Failed) -> None:
        super().__init__("review proposals", failed)
        self._document, self._done = document, done

    def work(self) -> None:
        """Pick them."""
        from swahr.run.picking import least_sure

        with Document.open(self._document, writes=False) as document:
            found = least_sure(document, COUNT)
        if not self.stopping:
            self._done(found)
