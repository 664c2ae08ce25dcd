"""What another network finds in the same frames, beside what is there: one scrubber moves both."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
from PyQt6.QtCore import QSize
from PyQt6.QtWidgets import QFileDialog, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from swahr.document import CORRECTED
from swahr.errors import SwahrError
from swahr_app.review.album import free_for
from swahr_app.review.canvas import Canvas
from swahr_app.review.opening import Opening
from swahr_app.review.session import Session
from swahr_app.review.tools import Tools
from swahr_app.state.facts import Level
from swahr_app.state.models import label_of
from swahr_app.state.names import stem_of
from swahr_app.state.texts import worded
from swahr_app.widgets.elided import ElidedLabel
from swahr_app.widgets.icons import icon
from swahr_app.widgets.theme import SPACE


class Comparison(QWidget):
    """A second picture of what is open, with the people that a checkpoint finds; nothing in it is corrected.

    They are looked for once, and kept in a document of their own beside the first. before: stands above the first
    picture while there is a second.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session, self.other = session, Session(session.state, measures=False)
        self.canvas = Canvas(self.other, Tools(self.other, lambda _: None))
        self.canvas.setAccessibleName(self.tr("Picture with the people of the checkpoint"))
        self.before, self._after = ElidedLabel(), ElidedLabel()
        self.leave = QToolButton()
        self.leave.setIconSize(QSize(16, 16))
        self.leave.setToolTip(self.tr("End the comparison"))
        self.leave.setAccessibleName(self.tr("End the comparison"))
        self.leave.clicked.connect(self.close_other)
        self._name = ""
        self._opening: Opening | None = None
        self._build()
        session.opened.connect(self._opened)
        session.frame_changed.connect(self._follow)
        self.other.opened.connect(self._follow)  # how many frames there are is known only now
        for signal in (self.other.frame_changed, self.other.filling_changed):
            signal.connect(self._say)
        self.close_other()

    @property
    def compares(self) -> bool:
        """Whether there is a second picture."""
        return self._opening is not None

    def compare(self, checkpoint: str) -> None:
        """Look for people with a checkpoint in what is open, and show them beside those that are there."""
        opening, state = self.session.opening, self.session.state
        if opening is None:
            text = self.tr("Open a video here first; then the checkpoint can be compared on it.")
            state.notify(Level.WARNING, text, about="comparison")
            return
        state.withdraw("comparison")
        name = label_of(checkpoint)
        stem = f"{opening.document.stem}_{stem_of(name)}_{_version(Path(checkpoint))}"
        document = opening.document.with_name(f"{stem}{opening.document.suffix}")
        if opening.photos:
            try:
                document = free_for(document, opening.photos)
            except SwahrError as error:
                state.notify(Level.ERROR, worded(error), about="comparison")
                return
        self._name, self._opening = name, opening
        network = state.settings.network.changed(model=checkpoint)
        self.other.open(replace(opening, document=document, first=self.session.index), network)
        self.setVisible(True)
        self.before.setVisible(True)
        self._say()

    def ask(self) -> None:
        """Let a person choose a checkpoint; or end the comparison."""
        if self.compares:
            self.close_other()
            return
        found, _ = QFileDialog.getOpenFileName(
            self,
            self.tr("A checkpoint to compare with"),
            self.session.state.settings.run_folder,
            self.tr("Checkpoints (*.pt *.pth *.safetensors);;All files (*)"),
        )
        if found:
            self.compare(found)

    def close_other(self) -> None:
        """Show the first picture alone again."""
        self._opening = None
        self.other.close()
        self.setVisible(False)
        self.before.setVisible(False)

    def end(self) -> None:
        """End all threads."""
        self._opening = None
        self.other.end()

    def refresh(self) -> None:
        """Take up the theme's colours."""
        self.leave.setIcon(icon("close"))
        self.canvas.update()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(SPACE, 0, SPACE // 2, 0)
        head.addWidget(self._after, 1)
        head.addWidget(self.leave)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.canvas, 1)
        self.before.setContentsMargins(SPACE, 0, 0, 0)
        self.before.setFixedHeight(self.leave.sizeHint().height())
        self.refresh()

    def _opened(self) -> None:
        if self._opening is not None and self.session.opening is not self._opening:
            self.close_other()

    def _follow(self) -> None:
        if self._opening is not None:
            if self.other.index != self.session.index:
                self.other.show_frame(self.session.index)
            self._say()

    def _say(self) -> None:
        """Say whose people are seen, and how sure they are in this frame."""
        if self._opening is None:
            return
        people = self.session.people
        corrected = people is not None and bool((people.marks & CORRECTED).any())
        before = self.tr("Before, with what was corrected: {}") if corrected else self.tr("Before: {}")
        self.before.setText(before.format(self._people(self.session)))
        after = self._people(self.other)
        if self.other.filling and self.other.people is None:
            after = self.tr("{} frames looked at").format(self.other.filled)
        self._after.setText(self.tr("After, {}: {}").format(self._name, after))

    def _people(self, session: Session) -> str:
        poses = session.poses
        if poses is None:
            return self.tr("not looked at yet")
        if not len(poses):
            return self.tr("nobody")
        score = float(np.nan_to_num(poses.keypoints[..., 2]).mean())
        return self.tr("people: {}, joints: {:.2f} on average").format(len(poses), score)


def _version(checkpoint: Path) -> str:
    """Return what tells a checkpoint from what it was before more training; "bundled" for one that is no file."""
    try:
        known = checkpoint.stat()
    except OSError:
        return "bundled"
    return sha256(f"{known.st_mtime_ns} {known.st_size}".encode()).hexdigest()[:6]
