"""The bar under the picture of the review page: playing, where it is, how far the analysis is, undo and export."""

from collections.abc import Mapping

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QMenu, QProgressBar, QPushButton, QToolButton, QWidget

from swahr_app.review.commands import Command
from swahr_app.review.exports import Exports
from swahr_app.review.proposals import Proposals
from swahr_app.review.session import Session
from swahr_app.widgets.elided import ElidedLabel
from swahr_app.widgets.icons import icon
from swahr_app.widgets.theme import SPACE

ICON = QSize(20, 20)
PROGRESS_WIDTH = (40, 120)  # pixels, least and most


class Bar(QWidget):
    """Shows and does what is needed at every frame. open, undo, redo, play, export: its buttons."""

    def __init__(
        self, session: Session, proposals: Proposals, exports: Exports, commands: Mapping[str, Command]
    ) -> None:
        super().__init__()
        self.session, self._proposals, self._exports = session, proposals, exports
        self.setObjectName("bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.play = _icon_button(commands["review_play"])
        self.undo = _icon_button(commands["review_undo"])
        self.redo = _icon_button(commands["review_redo"])
        self.open = button_of(commands["review_open"], self.tr("Open…"))
        self.export = QPushButton(self.tr("Export"))
        self.export.setToolTip(
            self.tr("Keypoints, values or a clip of the range between the marks; a data set")
        )
        self.export.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.export.setProperty("menu", True)
        self.export.setMenu(self._export_menu())
        self.title = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self.title.setObjectName("title")
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setMinimumWidth(PROGRESS_WIDTH[0])
        self.progress.setMaximumWidth(PROGRESS_WIDTH[1])
        self.progress.setAccessibleName(self.tr("Frames that were looked at"))
        self.place = QLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE * 3 // 2, SPACE // 2, SPACE * 3 // 2, SPACE // 2)
        row.setSpacing(SPACE)
        row.addWidget(self.play)
        row.addWidget(self.place)
        row.addWidget(self.title, 1)
        row.addWidget(self.progress, 1)
        for button in (self.undo, self.redo, self.open, self.export):
            row.addWidget(button)
        session.frame_changed.connect(self.show_place)
        session.filling_changed.connect(self.show_filling)
        session.tracks_changed.connect(self.show_place)
        proposals.changed.connect(self.show_place)
        exports.changed.connect(self._enable)
        self.refresh()

    def refresh(self) -> None:
        """Take up the theme's colours."""
        self._show_play()
        self.undo.setIcon(icon("undo"))
        self.redo.setIcon(icon("redo"))

    def show_opened(self) -> None:
        """Show what is open now."""
        opening = self.session.opening
        self.play.setVisible(opening is None or not opening.photos)  # photos are no film
        self.title.setText("" if opening is None else opening.video.name)
        self.title.setToolTip("" if opening is None else str(opening.document))
        self.show_place()
        self.show_filling()

    def show_place(self) -> None:
        """Show which frame is seen."""
        session = self.session
        proposed = self._proposals.place()  # in place of the time, for which a small window has no room then
        if session.opening is not None and session.opening.photos:
            self.title.setText(session.opening.photos[session.index].name)
            place = self.tr("{} of {}").format(session.index + 1, session.frame_count)
            if proposed is not None:
                place = self.tr("Photo {} · proposed, {} of {}").format(session.index + 1, *proposed)
        elif proposed is not None:
            place = self.tr("Frame {} · proposed, {} of {}").format(session.index, *proposed)
        else:
            said = self.tr("Frame {} of {} · {:.3f} s")
            place = said.format(session.index, session.frame_count - 1, session.time_s())
        self.place.setText(place)
        if session.playing != self._pauses:  # an icon is drawn twelve times: six sizes, also greyed
            self._show_play()
        self._enable()

    def show_filling(self) -> None:
        """Show how far the analysis is."""
        session = self.session
        filling = session.filling and session.filled > 0
        self.progress.setVisible(filling)
        if filling:
            self.progress.setMaximum(session.frame_count)
            self.progress.setValue(session.filled)
            said = self.tr("People were looked for in {} of {} frames")
            self.progress.setToolTip(said.format(session.filled, session.frame_count))
        self._enable()

    def _show_play(self) -> None:
        self._pauses = self.session.playing
        self.play.setIcon(icon("pause" if self._pauses else "play"))

    def _enable(self) -> None:
        document = self.session.document
        self.undo.setEnabled(document is not None and document.applied > 0)
        self.redo.setEnabled(document is not None and document.applied < len(document.edits))
        self.export.setEnabled(document is not None and not self._exports.busy)

    def _export_menu(self) -> QMenu:
        menu = QMenu(self)
        for command in self._exports.commands():
            action = menu.addAction(f"{command.text}\t{command.key}")
            assert action is not None
            action.triggered.connect(lambda _=False, act=command.act: act())
        return menu


def button_of(command: Command, text: str) -> QPushButton:
    """Return a button of a command with another text."""
    button = QPushButton(text)
    button.setToolTip(command.tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.clicked.connect(lambda: command.act())
    return button


def _icon_button(command: Command) -> QToolButton:
    button = QToolButton()
    button.setIconSize(ICON)
    button.setToolTip(command.tip)
    button.setAccessibleName(command.text)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.clicked.connect(lambda: command.act())
    return button
