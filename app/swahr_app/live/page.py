"""The live page: picture, transport and plot on the left, controls and read-outs on the right."""

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from swahr_app.live.sources import Sources
from swahr_app.live.start import StartPage
from swahr_app.live.transport import Transport
from swahr_app.live.view import View
from swahr_app.panels import PanelHost
from swahr_app.state.facts import Playback
from swahr_app.state.state import AppState
from swahr_app.widgets.theme import INSPECTOR_WIDTH, SPACE


class LivePage(QWidget):
    """Arranges the panels; each of them does its own work."""

    def __init__(self, state: AppState, sources: Sources) -> None:
        super().__init__()
        self.state = state
        self._plot_wanted = True
        self.view = View(state)
        self.start = StartPage(state, sources)
        self.transport = Transport(state)
        self.side = PanelHost(state, "live", "side")
        self.below = PanelHost(state, "live", "below")
        self.stage = QStackedWidget()
        self.stage.addWidget(self.start)
        self.stage.addWidget(self.view)
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(self.stage, 1)
        left.addWidget(self.transport)
        left.addWidget(self.below)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(left, 1)
        layout.addWidget(self._inspector())
        state.playback_changed.connect(self._playback_changed)
        self._show_parts()
        self.refresh()

    def refresh(self) -> None:
        """Take up the theme's colours."""
        for part in (self.start, self.transport, self.side, self.below):
            part.refresh()
        self.update()

    def show_inspector(self, on: bool) -> None:
        """Show or hide the controls."""
        self.inspector.setVisible(on)

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
        self.inspector.setFixedWidth(INSPECTOR_WIDTH)
        self.inspector.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return self.inspector

    def _playback_changed(self, playback: Playback) -> None:
        if playback is Playback.NONE:
            self.start.refresh()
        self.stage.setCurrentWidget(self.start if playback is Playback.NONE else self.view)
        self._show_parts()

    def _show_parts(self) -> None:
        """Show what steers and plots a source where there is one."""
        there = self.state.playback is not Playback.NONE
        self.transport.setVisible(there)
        self.below.setVisible(there and self._plot_wanted)
