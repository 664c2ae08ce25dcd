"""A line of text that ends in an ellipsis where there is no room for it."""

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import QLabel, QSizePolicy


class ElidedLabel(QLabel):
    """Shows as much of its text as there is room for; the whole is its tool tip, unless another one is set.

    mode: which end is left out; names of files have their ending, so their middle is. short: is seen in place of the
    text where that does not fit, and elided only where it does not fit either.
    """

    def __init__(self, text: str = "", mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight) -> None:
        super().__init__(text)
        self._mode, self._tip, self.short = mode, "", ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def setToolTip(self, text: str | None) -> None:  # noqa: N802 - Qt's name
        """Have another tip than the text."""
        self._tip = text or ""
        self._follow()

    def setText(self, text: str | None) -> None:  # noqa: N802
        """Show another text."""
        super().setText(text)
        self._follow()

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802
        """Take the room that there is now."""
        super().resizeEvent(event)
        self._follow()

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Return that no width is needed."""
        return QSize(0, super().minimumSizeHint().height())

    def elided(self) -> str:
        """Return what is seen."""
        metrics, room = self.fontMetrics(), self.contentsRect().width()
        fits = not self.short or metrics.horizontalAdvance(self.text()) <= room
        return metrics.elidedText(self.text() if fits else self.short, self._mode, room)

    def paintEvent(self, _event: QPaintEvent | None) -> None:  # noqa: N802
        """Paint what fits."""
        painter = QPainter(self)
        style = self.style()
        if style is not None:
            style.drawItemText(
                painter,
                self.contentsRect(),
                int(self.alignment()),
                self.palette(),
                self.isEnabled(),
                self.elided(),
                self.foregroundRole(),
            )
        painter.end()

    def _follow(self) -> None:
        super().setToolTip(self._tip or (self.text() if self.elided() != self.text() else ""))
