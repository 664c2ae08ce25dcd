"""The live page: picture, transport and plot on the left, controls and read-outs on the right."""

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from swahr_app.live.sources import Sources
from swahr_app.live.start import StartPage
from swahr_app.live.tiles import Tiles
from swahr_app.live.transport import Transport
from swahr_app.live.view import View
from swahr_app.panels import PanelHost
from swahr_app.state.facts import Playback
from swahr_app.state.state import AppState
from swahr_app.widgets.theme import INSPECTOR_WIDTH, MIN_INSPECTOR_WIDTH, SPACE


class LivePage(QWidget):
    """Arranges the panels; each of them does its own work."""

    def __init__(self, state: AppState, sources: Sources) -> None:
        super().__init__()
        self.state = state
        self._plot_wanted = self._inspector_wanted = True
        self._alone = False
        self.tiles = Tiles(state)
        self.start = StartPage(state, sources)
        self.transport = Transport(state)
        self.side = PanelHost(state, "live", "side")
        self.below = PanelHost(state, "live", "below")
        self.stage = QStackedWidget()
        self.stage.addWidget(self.start)
        self.stage.addWidget(self.tiles)
        pictures = QWidget()
        left = QVBoxLayout(pictures)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(0)
        left.addWidget(self.stage, 1)
        left.addWidget(self.transport)
        left.addWidget(self.below)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setObjectName("live splitter")
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(pictures)
        self.splitter.addWidget(self._inspector())
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setSizes([2 * INSPECTOR_WIDTH, INSPECTOR_WIDTH])
        layout.addWidget(self.splitter)
        state.playback_changed.connect(self._playback_changed)
        self._show_parts()
        self.refresh()

    @property
    def view(self) -> View:
        """The picture of the source that is chosen."""
        return self.tiles.view

    def refresh(self) -> None:
        """Take up the theme's colours."""
        for part in (self.start, self.tiles, self.transport, self.side, self.below):
            part.refresh()
        self.update()

    def show_inspector(self, on: bool) -> None:
        """Show or hide the controls."""
        self._inspector_wanted = on
        self._show_parts()

    def show_alone(self, on: bool) -> None:
        """Show the picture without what is around it, or with it."""
        self._alone = on
        self._show_parts()

    def home(self) -> QWidget:
        """Return the widget that has the keyboard unless another one asks for it: the picture."""
        return self.start.file if self.stage.currentWidget() is self.start else self.view

    def show_plot(self, on: bool) -> None:
        """Show or hide the plot."""
        self._plot_wanted = on
        self._show_parts()

    def _inspector(self) -> QScrollArea:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, SPACE)
        column.setSpacing(0)
        column.addWidget(self.side)
        column.addStretch(1)
        self.inspector = QScrollArea()
        self.inspector.setObjectName("inspector")
        self.inspector.setWidget(content)
        self.inspector.setWidgetResizable(True)
        self.inspector.setMinimumWidth(MIN_INSPECTOR_WIDTH)
        self.inspector.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.inspector.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return self.inspector

    def _playback_changed(self, playback: Playback) -> None:
        if playback is Playback.NONE:
            self.start.refresh()
        before = self.stage.currentWidget()
        now = self.start if playback is Playback.NONE else self.tiles
        if now is not before:
            kept = QApplication.focusWidget()
            self.stage.setCurrentWidget(now)
            if self.isVisible() and (
                kept is None or before is None or before.isAncestorOf(kept) or kept is before
            ):
                self.home().setFocus()
        self._show_parts()

    def _show_parts(self) -> None:
        """Show what steers and plots a source where there is one."""
        there = self.state.playback is not Playback.NONE
        self.transport.setVisible(there and not self._alone)
        self.below.setVisible(there and self._plot_wanted and not self._alone)
        self.inspector.setVisible(self._inspector_wanted and not self._alone)
