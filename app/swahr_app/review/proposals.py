"""Frames that are proposed for correction: those whose people are least sure."""

from PyQt6.QtCore import QObject, pyqtSignal

from swahr_app.review.opening import Opening
from swahr_app.review.session import Session
from swahr_app.review.workers.proposing import Proposing
from swahr_app.state.facts import Level
from swahr_app.threads.queued import connect_queued
from swahr_app.threads.worker import Worker, join_all

JOIN_S = 60.0


class Proposals(QObject):
    """frames: those that are proposed of what is open, in order; a data set has them beside the corrected ones."""

    changed = pyqtSignal()
    _found = pyqtSignal(object, list)
    _failed = pyqtSignal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.frames: list[int] = []
        self._of: Opening | None = None
        self._worker: Worker | None = None
        session.opened.connect(self._opened)
        connect_queued(self._found, self._take)
        connect_queued(self._failed, lambda text: session.state.notify(Level.ERROR, text))

    def next(self, forward: bool = True) -> None:
        """Go to the next proposed frame, or to the one before; propose some where there are none."""
        session = self.session
        if not self.frames:
            self.propose()
            return
        ahead = [
            frame for frame in self.frames if (frame > session.index if forward else frame < session.index)
        ]
        session.play(False)
        if forward:
            session.show_frame(ahead[0] if ahead else self.frames[0])
        else:
            session.show_frame(ahead[-1] if ahead else self.frames[-1])

    def propose(self) -> None:
        """Look for frames, and go to the first of them."""
        document = self.session.document
        if document is None or self._worker is not None:
            return
        opening = self.session.opening
        self._worker = Proposing(
            document.path, lambda frames: self._found.emit(opening, frames), self._failed.emit
        )
        self._worker.start()

    def place(self) -> tuple[int, int] | None:
        """Return which of the proposed frames is seen, from 1, and how many there are; None where none is."""
        if self.session.index not in self.frames:
            return None
        return 1 + self.frames.index(self.session.index), len(self.frames)

    def end(self) -> None:
        """Wait for the thread."""
        if self._worker is not None:
            self._worker.stop()
            join_all([self._worker], JOIN_S)
            self._worker = None

    def _opened(self) -> None:
        if self.session.opening is not self._of:
            self._of, self.frames = self.session.opening, []
            self.changed.emit()

    def _take(self, opening: Opening, frames: list[int]) -> None:
        self.end()
        if opening is not self.session.opening:
            return
        self.frames = frames
        self.changed.emit()
        if not frames:
            text = self.tr("Nobody was found in frames that are not corrected: there is nothing to propose.")
            self.session.state.notify(Level.INFO, text, about="proposals")
            return
        self.session.play(False)
        self.session.show_frame(frames[0])
        text = self.tr(
            "{} frames are proposed, whose people are least sure. U goes from one to the next; Export data set writes "
            "them with those that you correct."
        )
        self.session.state.notify(Level.INFO, text.format(len(frames)), about="proposals")
