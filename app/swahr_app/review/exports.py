"""What is exported from a review: by which name and where, one thing after the other."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal

from swahr_app.review.commands import Command
from swahr_app.review.proposals import Proposals
from swahr_app.review.session import Session
from swahr_app.review.workers.exporting import CLIP, DATA_SET, DRAWN_CLIP, KEYPOINTS, VALUES, Exporting, Order
from swahr_app.state.facts import Level
from swahr_app.state.names import free_stem
from swahr_app.threads.queued import connect_queued
from swahr_app.threads.worker import join_all

JOIN_S = 60.0


@dataclass(frozen=True)
class Export:
    """Something that can be exported. word: in the names of its files."""

    name: str
    text: str
    key: str
    kind: str
    word: str
    ending: str


class Exports(QObject):
    """Writes beside the document what a person asks for; of the range between the marks, if there are some.

    busy: something is being written. changed: it began or ended.
    """

    changed = pyqtSignal()

    _done = pyqtSignal(Path)
    _failed = pyqtSignal(str)

    def __init__(self, session: Session, proposals: Proposals) -> None:
        super().__init__()
        self.session, self.proposals = session, proposals
        self._worker: Exporting | None = None
        self._range = ""  # what is said of the part that is written
        tr = self.tr
        self.all = (
            Export("csv", tr("Export keypoints as CSV"), "Ctrl+E", KEYPOINTS, "corrected", ".csv"),
            Export("values_csv", tr("Export values as CSV"), "Ctrl+Shift+E", VALUES, "values", ".csv"),
            Export("values_xlsx", tr("Export values as Excel"), "Ctrl+Shift+X", VALUES, "values", ".xlsx"),
            Export("clip", tr("Export the clip"), "Ctrl+J", CLIP, "clip", ".mp4"),
            Export("drawn", tr("Export the clip with people"), "Ctrl+Shift+J", DRAWN_CLIP, "drawn", ".mp4"),
            Export("data_set", tr("Export a data set"), "Ctrl+D", DATA_SET, "labels", ""),
        )
        connect_queued(self._done, self._on_done)
        connect_queued(self._failed, self._on_failed)

    @property
    def busy(self) -> bool:
        """Whether something is being written."""
        return self._worker is not None

    def commands(self) -> list[Command]:
        """Return the commands of all exports."""
        return [
            Command(f"review_{each.name}", each.text, each.key, partial(self.start, each), "file")
            for each in self.all
        ]

    def start(self, export: Export) -> None:
        """Write something; while another thing is written, nothing."""
        session = self.session
        opening, document = session.opening, session.document
        if opening is None or document is None or self.busy:
            return
        if opening.photos and export.kind not in (KEYPOINTS, DATA_SET):
            text = self.tr("Photos are no film: keypoints and a data set can be exported of them.")
            session.state.notify(Level.WARNING, text)
            return
        if export.kind == DATA_SET:
            if not document.corrected_frames() and not self.proposals.frames:
                text = self.tr(
                    "No frame was corrected by hand yet. U proposes those whose people are least sure."
                )
                session.state.notify(Level.WARNING, text, about="proposals")
                return
            session.state.withdraw("proposals")
        first, last = session.range()
        stem = opening.document.with_name(f"{opening.document.stem}_{export.word}")
        endings = [export.ending]
        if export.kind == VALUES:  # tables beside a CSV count, too
            from swahr.movement.files import paths_of  # what writes Excel's files comes with it

            endings = [path.name.removeprefix(stem.name) for path in paths_of(Path(f"{stem}{export.ending}"))]
        target = Path(f"{free_stem(stem, endings)}{export.ending}")
        whole = session.marks == (None, None)
        self._range = (
            "" if whole else self.tr("frames {} to {} alone, as they are marked").format(first, last)
        )
        self._worker = Exporting(
            opening.document,
            str(opening.video),
            Order(export.kind, target, first, last, whole, tuple(self.proposals.frames)),
            session.state.settings.overlay,
            self._done.emit,
            self._failed.emit,
        )
        self._worker.start()
        self.changed.emit()

    def end(self) -> None:
        """Stop, and wait for what is being written; a second call does nothing."""
        if self._worker is not None:
            self._worker.stop()
            join_all([self._worker], JOIN_S)
            self._worker = None

    def _on_done(self, path: Path) -> None:
        notes = [] if self._worker is None else self._worker.notes
        frames = (0, 0) if self._worker is None else self._worker.frames
        self._ended()
        state = self.session.state
        text = self.tr("Written: {}").format(path.name)
        if self._range:
            text += self.tr(": {}; Shift+O removes the marks").format(self._range)
        if path.is_dir():
            by_hand, found = frames
            text = self.tr("Written: {}. Frames put right by hand: {}").format(path.name, by_hand)
            if found:
                text += self.tr("; proposed ones, as they were found: {}, to be looked at first").format(
                    found
                )
            text += self.tr(". The Training page starts from it.")
            state.labels_written.emit(path)
        state.notify(Level.WARNING if notes else Level.SUCCESS, "; ".join([text, *notes]), path)

    def _on_failed(self, text: str) -> None:
        self._ended()
        self.session.state.notify(Level.ERROR, text)

    def _ended(self) -> None:
        if self._worker is not None:
            join_all([self._worker], JOIN_S)
        self._worker = None
        self.changed.emit()
