"""The review page: a video or photos with everything found in them, corrected by hand and exported."""

from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from swahr.errors import MissingError, SwahrError
from swahr_app.review.axis import Axis
from swahr_app.review.canvas import Canvas
from swahr_app.review.commands import Command, Views, all_commands
from swahr_app.review.comparison import Comparison
from swahr_app.review.events import Events
from swahr_app.review.exports import Exports
from swahr_app.review.files import opening_of
from swahr_app.review.hand import Hand
from swahr_app.review.photo_list import PhotoList
from swahr_app.review.plot import TrackPlot
from swahr_app.review.proposals import Proposals
from swahr_app.review.session import Session
from swahr_app.review.side import Side
from swahr_app.review.start_page import start_page
from swahr_app.review.timeline import Timeline
from swahr_app.review.tools import Tools
from swahr_app.review.values import ValuesWindow
from swahr_app.state.facts import Level
from swahr_app.state.names import VIDEOS
from swahr_app.state.state import AppState
from swahr_app.state.texts import worded
from swahr_app.widgets.elided import ElidedLabel
from swahr_app.widgets.theme import SPACE


class ReviewPage(QWidget):
    """Opens a video or a result, shows and corrects it. commands: all that can be done, for menu and keys."""

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self.state = state
        self.session = Session(state)
        self.events = Events(self.session, self._ask_name)
        self.tools = Tools(self.session, self._ask_length)
        self.photos, self.proposals = PhotoList(self.session), Proposals(self.session)
        self.comparison = Comparison(self.session)
        self.axis, self.exports = Axis(self.session), Exports(self.session, self.proposals)
        self.canvas = Canvas(self.session, self.tools)
        self.timeline = Timeline(self.session, self.axis, self.events)
        self.plot = TrackPlot(self.session, self.axis)
        self.values = ValuesWindow(self.session, self)
        self.side = Side(self.session, self.events, self.tools)
        hand = Hand(self.session, self.tools, self.side.other_id, self.side.new_id.value)
        self.canvas.place_asked.connect(hand.place_joint)
        views = Views(
            self._zoom, self.canvas.pan, self.axis.change_zoom, self.plot.next_kind,
            self.values.toggle,
        )  # fmt: skip
        self.commands = all_commands(hand, self.events, self.tools, views)
        self.commands += self._own_commands()
        self.side.build({command.name: command for command in self.commands})
        self._build()
        self.session.opened.connect(self._opened)
        self.session.frame_changed.connect(self._show_place)
        self.session.filling_changed.connect(self._show_filling)
        self.session.tracks_changed.connect(self._show_place)
        self.proposals.changed.connect(self._show_place)
        self.exports.changed.connect(self._enable)
        self._opened()

    def open(self, path: str, video: str = "") -> None:
        """Open a video, a document, or a result of any format; video: of a result, where it is not beside it."""
        try:
            opening = opening_of(Path(path), Path(video) if video else None)
        except MissingError:
            found, _ = QFileDialog.getOpenFileName(
                self,
                self.tr("The video of {}").format(Path(path).name),
                str(Path(path).parent),
                self.tr("Videos ({});;All files (*)").format(VIDEOS),
            )
            if found:
                self.open(path, found)
            return
        except SwahrError as error:
            self.state.notify(Level.ERROR, worded(error))
            return
        self.session.open(opening)
        self.canvas.setFocus()

    def ask_file(self) -> None:
        """Let a person choose a video or a result."""
        found, _ = QFileDialog.getOpenFileName(
            self, self.tr("Open a video or a result"), self.state.settings.folders.get("video", "")
        )
        if found:
            folders = {**self.state.settings.folders, "video": str(Path(found).parent)}
            self.state.change(folders=folders)
            self.open(found)

    def compare(self, checkpoint: str, video: str = "") -> None:
        """Show what a checkpoint finds beside what is there. video: is opened unless it is; "" is what is open."""
        opening = self.session.opening
        if video and (opening is None or opening.video != Path(video)):
            self.open(video)
        self.comparison.compare(checkpoint)

    def home(self) -> QWidget:
        """Return the widget that has the keyboard unless another one asks for it."""
        return self.canvas if self.session.opening is not None else self.start_open

    def leave(self) -> bool:
        """Leave what is being chosen or drawn on the picture; return whether there was something."""
        return self.isVisible() and self.tools.leave()

    def end(self) -> None:
        """End all threads; a second call does nothing."""
        self.photos.end()
        self.proposals.end()
        self.comparison.end()
        self.session.end()
        self.exports.end()
        self.values.hide()

    def refresh(self) -> None:
        """Take up the theme's colours."""
        self.side.refresh()
        self.comparison.refresh()
        self.photos.refresh()
        self.canvas.update()
        self.timeline.update()
        self.plot.refresh()

    def _zoom(self, factor: float) -> None:
        for canvas in (self.canvas, self.comparison.canvas):
            canvas.change_zoom(factor)

    def _own_commands(self) -> list[Command]:
        return [
            Command("review_open", self.tr("Open a video or a result…"), "Ctrl+R", self.ask_file, "file"),
            *self.exports.commands(),
            Command("review_proposed", self.tr("Next unsure frame"), "U", self.proposals.next, "file"),
            Command(
                "review_proposed_back",
                self.tr("Unsure frame before"),
                "Shift+U",
                lambda: self.proposals.next(False),
                "file",
            ),
            Command(
                "review_compare", self.tr("Compare a checkpoint…"), "Ctrl+K", self.comparison.ask, "file"
            ),
            Command("review_close", self.tr("Close the review"), "Ctrl+Shift+W", self.session.close, "file"),
        ]

    def _build(self) -> None:
        self.open_button = self._button(self.tr("Open…"), "review_open")
        self.start_open = self._button(self.tr("Open a video or a result…"), "review_open")
        self.start_open.setObjectName("primary")
        self.undo = self._button(self.tr("Undo"), "review_undo")
        self.redo = self._button(self.tr("Redo"), "review_redo")
        self.export = QPushButton(self.tr("Export"))
        self.export.setToolTip(
            self.tr("Keypoints, values or a clip of the range between the marks; a data set")
        )
        self.export.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.export.setMenu(self._export_menu())
        self.play = self._button(self.tr("Play"), "review_play")
        self.play.setMinimumWidth(76)
        self.title = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self.title.setObjectName("title")
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(120)
        self.progress_text = QLabel()
        self.progress_text.setObjectName("muted")
        self.place = QLabel()
        bar = QWidget()
        bar.setObjectName("bar")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(bar)
        row.setContentsMargins(SPACE * 3 // 2, SPACE // 2, SPACE * 3 // 2, SPACE // 2)
        row.setSpacing(SPACE)
        row.addWidget(self.play)
        row.addWidget(self.place)
        row.addSpacing(SPACE)
        row.addWidget(self.title, 1)
        row.addWidget(self.progress)
        row.addWidget(self.progress_text)
        for button in (self.undo, self.redo, self.open_button, self.export):
            row.addWidget(button)
        first = QVBoxLayout()
        first.setSpacing(0)
        first.addWidget(self.comparison.before)
        first.addWidget(self.canvas, 1)
        pictures = QHBoxLayout()
        pictures.setSpacing(2)
        pictures.addLayout(first, 1)
        pictures.addWidget(self.comparison, 1)
        left = QVBoxLayout()
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(0)
        left.addLayout(pictures, 1)
        left.addWidget(bar)
        left.addWidget(self.timeline)
        left.addWidget(self.plot)
        open_page = QWidget()
        columns = QHBoxLayout(open_page)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(0)
        columns.addWidget(self.photos)
        columns.addLayout(left, 1)
        columns.addWidget(self.side)
        self.stack = QStackedWidget()
        self.stack.addWidget(start_page(self.start_open))
        self.stack.addWidget(open_page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)

    def _button(self, text: str, name: str) -> QPushButton:
        command = next(command for command in self.commands if command.name == name)
        button = QPushButton(text)
        button.setToolTip(command.tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: command.act())
        return button

    def _opened(self) -> None:
        opening = self.session.opening
        self.stack.setCurrentIndex(0 if opening is None else 1)
        for part in (self.timeline, self.play, self.plot):
            part.setVisible(opening is None or not opening.photos)  # photos are no film
        self.title.setText("" if opening is None else opening.video.name)
        self.title.setToolTip("" if opening is None else str(opening.document))
        self._show_place()
        self._show_filling()

    def _show_place(self) -> None:
        session = self.session
        if session.opening is not None and session.opening.photos:
            self.title.setText(session.opening.photos[session.index].name)
            self.place.setText(self.tr("Photo {} of {}").format(session.index + 1, session.frame_count))
        else:
            self.place.setText(
                self.tr("Frame {} of {} · {:.3f} s").format(
                    session.index, session.frame_count - 1, session.time_s()
                )
            )
        proposed = self.proposals.place()
        if proposed is not None:
            said = self.tr("{} · proposed, {} of {}")
            self.place.setText(said.format(self.place.text(), *proposed))
        self.play.setText(self.tr("Pause") if session.playing else self.tr("Play"))
        self._enable()

    def _show_filling(self) -> None:
        filling = self.session.filling and self.session.filled > 0
        for widget in (self.progress, self.progress_text):
            widget.setVisible(filling)
        if filling:
            self.progress.setMaximum(self.session.frame_count)
            self.progress.setValue(self.session.filled)
            self.progress_text.setText(self.tr("{} looked at").format(self.session.filled))
        self._enable()

    def _enable(self) -> None:
        document = self.session.document
        self.undo.setEnabled(document is not None and document.applied > 0)
        self.redo.setEnabled(document is not None and document.applied < len(document.edits))
        self.export.setEnabled(document is not None and not self.exports.busy)

    def _export_menu(self) -> QMenu:
        menu = QMenu(self)
        for command in self.exports.commands():
            action = menu.addAction(f"{command.text}\t{command.key}")
            assert action is not None
            action.triggered.connect(lambda _=False, act=command.act: act())
        return menu

    def _ask_name(self, name: str, others: list[str]) -> str | None:
        """Let a person type the name of an event, or choose one that was given before."""
        offered = list(dict.fromkeys([*([name] if name else []), *others])) or [self.tr("event")]
        found, agreed = QInputDialog.getItem(self, self.tr("Event"), self.tr("Name"), offered, 0, True)
        return found if agreed else None

    def _ask_length(self, known: float | None) -> float | None:
        """Let a person type how long the line is, metres."""
        label, start = self.tr("Length of the line, metres"), known or 1.0
        found, agreed = QInputDialog.getDouble(self, self.tr("Scale"), label, start, 0.001, 10_000, 3)
        return found if agreed else None
