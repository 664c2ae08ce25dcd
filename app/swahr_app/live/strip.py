"""A strip along the length of a file that shows where people are."""

import numpy as np
from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from swahr_app.state.presence import BINS, UNKNOWN
from swahr_app.state.state import AppState
from swahr_app.widgets.theme import current_theme

HEIGHT = 18


class Strip(QWidget):
    """The more people, the stronger the colour; where nobody looked yet it is empty. A click goes there."""

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self.state = state
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(self.tr("Where people are, as far as the file was looked at. Click to go there."))
        self.setAccessibleName(self.tr("Where people are"))
        state.shown_changed.connect(lambda _: self.update())
        state.source_changed.connect(lambda _: self.update())
        state.settings_changed.connect(lambda *_: self.update())

    def paintEvent(self, _event: QPaintEvent | None) -> None:  # noqa: N802
        """Paint the bins as runs of one count, and where the file is now."""
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        place = QRectF(0, 4, self.width(), HEIGHT - 8)
        painter.setBrush(QColor(theme.raised))
        painter.drawRoundedRect(place, 3, 3)
        counts = self.state.presence.counts()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        step = self.width() / BINS
        edges = np.flatnonzero(np.diff(counts)) + 1
        for run in np.split(np.arange(BINS), edges):
            people = int(counts[run[0]])
            if people == UNKNOWN:
                continue
            colour = QColor(theme.accent)
            colour.setAlpha(min(255, 70 + 60 * people) if people else 0)
            if not people:
                colour = QColor(theme.border)
            painter.setBrush(colour)
            painter.drawRect(QRectF(run[0] * step, 4, len(run) * step + 0.5, HEIGHT - 8))
        shown, source = self.state.shown, self.state.source
        if shown is not None and source is not None and source.duration_s:
            part = (shown.time_s - source.start_s) / source.duration_s
            painter.setBrush(QColor(theme.text))
            painter.drawRect(QRectF(min(max(part, 0.0), 1.0) * (self.width() - 2), 0, 2, HEIGHT))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        """Go to the place of a click."""
        source = self.state.source
        if event is not None and source is not None and source.duration_s:
            part = min(max(event.position().x() / max(1, self.width()), 0.0), 1.0)
            self.state.seek_requested.emit(source.start_s + part * source.duration_s)
