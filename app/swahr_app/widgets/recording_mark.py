"""The mark of a recording that runs, where nothing but a picture is seen."""

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QPainter
from PyQt6.QtWidgets import QWidget

from swahr_app.widgets.theme import current_theme

MARK = 16  # pixels


def paint_recording_mark(painter: QPainter, widget: QWidget, from_right: int = 0) -> None:
    """Paint a red dot at the top right of a picture that fills the screen. from_right: pixels that are taken there."""
    window = widget.window()
    if window is None or not window.isFullScreen():
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(current_theme().record))
    painter.drawEllipse(widget.width() - 2 * MARK - from_right, MARK, MARK, MARK)
    painter.setBrush(Qt.BrushStyle.NoBrush)
