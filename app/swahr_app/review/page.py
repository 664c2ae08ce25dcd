"""The review page: a video or photos with everything found in them, corrected by hand and exported."""

from functools import partial
from pathlib import Path

from PyQt6.QtCore import Qt, QTimer, pyqtSignal
from PyQt6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QInputDialog,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from swahr.errors import MissingError, SwahrError
from swahr_app.review.axis import Axis
from swahr_app.review.bar import Bar, button_of
from swahr_app.review.canvas import Canvas
from swahr_app.review.commands import Command, Views, all_commands
from swahr_app.review.comparison import Comparison
from swahr_app.review.events import Events
from swahr_app.review.exports import Exports
from swahr_app.review.files import is_video, opening_of, reviewed
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
from swahr_app.state.facts import Level, SourceInfo
from swahr_app.state.names import VIDEOS, place_of
from swahr_app.state.state import AppState
from swahr_app.state.texts import worded
from swahr_app.widgets.recents import Recents

# From left to right: the list of photos, the picture, the controls.
SPLIT_WIDTHS = (240, 800, 312)


class ReviewPage(QWidget):
    """Opens a video or a result, shows and corrects it. commands: all that can be done, for menu and keys.

    asked: a person has chosen what is opened, from whichever page.
    """

    asked = pyqtSignal()

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
        self.proposals.changed.connect(lambda: self.timeline.show_proposed(self.proposals.frames))
        self.plot = TrackPlot(self.session, self.axis)
        self.values = ValuesWindow(self.session, self)
        self.side = Side(self.session, self.events, self.tools)
        hand = Hand(self.session, self.tools, self.side.other_id, self.side.new_id.value)
        self.canvas.place_asked.connect(hand.place_joint)
        pair = self.canvas, self.comparison.canvas  # which show the same part of the picture
        for canvas, other in (pair, pair[::-1]):
            canvas.view_changed.connect(partial(other.show_like, canvas))
        self.comparison.other.opened.connect(partial(pair[1].show_like, pair[0]))
        views = Views(
            self.canvas.change_zoom, self.canvas.pan, self.axis.change_zoom, self.plot.next_kind,
            self.values.toggle,
        )  # fmt: skip
        self.commands = all_commands(hand, self.events, self.tools, views)
        self.commands += self._own_commands()
        by_name = {command.name: command for command in self.commands}
        self.side.build(by_name)
        self.bar = Bar(self.session, self.proposals, self.exports, by_name)
        self.start_open = button_of(by_name["review_open"], self.tr("Open a video or a result…"))
        self.start_open.setObjectName("primary")
        self.start_live = QPushButton(self.tr("Open the video of the live page"))
        self.start_live.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.start_live.clicked.connect(lambda: self.open(self._live_video))
        state.source_changed.connect(self._offer_live)
        self.recents = Recents(self.open)
        state.settings_changed.connect(
            lambda now, before: self._offer_recent() if now.recent != before.recent else None
        )
        self._offer_live(state.source)
        self._offer_recent()
        self._alone = False
        self._to_remember: list[str] = []
        self._build()
        self.session.opened.connect(self._opened)
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
        if not opening.photos:  # these are remembered by what they were asked for with
            self._to_remember.append(str(opening.document))
            QTimer.singleShot(0, self._remember)  # in a turn of its own: every list of recent files follows
        self.canvas.setFocus()

    def _remember(self) -> None:
        settings = self.state.settings
        while self._to_remember:
            settings = settings.opened(self._to_remember.pop(0))
        self.state.change(recent=settings.recent)

    def ask_file(self) -> None:
        """Let a person choose a video or a result."""
        found, _ = QFileDialog.getOpenFileName(
            self, self.tr("Open a video or a result"), self.state.settings.folders.get("video", "")
        )
        if found:
            folders = {**self.state.settings.folders, "video": str(Path(found).parent)}
            self.state.change(folders=folders)
            self.open(found)
            self.asked.emit()

    def compare(self, checkpoint: str, video: str = "") -> None:
        """Show what a checkpoint finds beside what is there. video: is opened unless it is; "" is what is open."""
        opening = self.session.opening
        if video and (opening is None or opening.video != Path(video)):
            self.open(video)
        self.comparison.compare(checkpoint)

    def possible(self) -> dict[str, bool]:
        """Return which commands can do something now, of those that have a button."""
        buttons = {**self.side.buttons, "undo": self.bar.undo, "redo": self.bar.redo}
        return {f"review_{name}": button.isEnabled() for name, button in buttons.items()}

    def home(self) -> QWidget:
        """Return the widget that has the keyboard unless another one asks for it."""
        return self.canvas if self.session.opening is not None else self.start_open

    def leave(self) -> bool:
        """Leave what is being chosen or drawn on the picture; return whether there was something."""
        return self.isVisible() and self.tools.leave()

    def show_alone(self, on: bool) -> None:
        """Show the picture without what is around it, or with it."""
        self._alone = on
        self._show_parts()

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
        self.bar.refresh()
        self.comparison.refresh()
        self.photos.refresh()
        self.canvas.update()
        self.timeline.update()
        self.plot.refresh()

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
        left.addWidget(self.bar)
        left.addWidget(self.timeline)
        left.addWidget(self.plot)
        middle = QWidget()
        middle.setLayout(left)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setObjectName("review splitter")
        self.splitter.setChildrenCollapsible(False)
        for column in (self.photos, middle, self.side):
            self.splitter.addWidget(column)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes(list(SPLIT_WIDTHS))
        self.stack = QStackedWidget()
        self.stack.addWidget(start_page((self.start_open, self.start_live), self.recents))
        self.stack.addWidget(self.splitter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)

    def _offer_live(self, source: SourceInfo | None) -> None:
        """Offer what plays on the live page: who sees a wrong joint there wants to mend it here."""
        path = None if source is None or source.live else Path(source.address)
        self._live_video = str(path) if path is not None and path.is_file() and is_video(path) else ""
        self.start_live.setVisible(bool(self._live_video))
        self.start_live.setToolTip(self._live_video)

    def _opened(self) -> None:
        opening = self.session.opening
        self.stack.setCurrentIndex(0 if opening is None else 1)
        self._show_parts()
        self.side.show_kind()
        self.bar.show_opened()

    def _show_parts(self) -> None:
        """Show what is around the picture, unless that is to be seen alone."""
        photos = self.session.opening is not None and bool(self.session.opening.photos)
        seen: dict[QWidget, bool] = {
            self.timeline: not photos,  # which are no film
            self.plot: not photos,
            self.photos: photos,
            self.bar: True,
            self.side: True,
        }
        for part, wanted in seen.items():
            part.setVisible(wanted and not self._alone)

    def _offer_recent(self) -> None:
        """Offer what was opened lately, of what is opened here."""
        self.recents.show_addresses(
            [(address, place_of(address)) for address in reviewed(self.state.settings.recent)]
        )

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
