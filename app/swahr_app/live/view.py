"""The picture: the newest frame with its people, scaled to the window, sharp on every screen."""

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFont, QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from swahr_app.state.facts import Playback, Shown
from swahr_app.state.state import AppState
from swahr_app.widgets.icons import pixmap
from swahr_app.widgets.theme import current_theme

VEIL = 150  # of 255: how dark a picture is behind a text
MARK = 16  # pixels: of a recording, where nothing but the picture is seen
FRAME = 2  # pixels: around the picture where it has the keyboard


class View(QWidget):
    """Paints what the analyser drew at the size of this widget, and says what the source is doing."""

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self.state = state
        self.image: QImage | None = None
        self._pixels: object = None  # keeps the memory of the image
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 180)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Picture"))
        state.shown_changed.connect(self._show)
        state.playback_changed.connect(lambda _: self.update())
        state.loading_changed.connect(lambda _: self.update())
        state.recording_changed.connect(lambda _: self.update())
        state.source_changed.connect(self._source_changed)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a size for the first layout."""
        return QSize(960, 540)

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802
        """Ask for pictures of the new size."""
        super().resizeEvent(event)
        ratio = self.devicePixelRatioF()
        self.state.view_resized.emit(
            max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio))
        )

    def paintEvent(self, _event: QPaintEvent | None) -> None:  # noqa: N802
        """Paint the picture, and a text over it where there is none to trust."""
        theme = current_theme()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.stage))
        if self.image is not None:
            self._paint_image(painter, self.image)
        title, text, name = self._words()
        if title:
            if self.image is not None:
                painter.fillRect(self.rect(), QColor(0, 0, 0, VEIL))
            self._paint_words(painter, title, text, name)
        window = self.window()
        if self.state.recording is not None and window is not None and window.isFullScreen():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.record))
            painter.drawEllipse(self.width() - 2 * MARK, MARK, MARK, MARK)
            painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.hasFocus() and window is not None and not window.isFullScreen():
            painter.setPen(QPen(QColor(theme.accent), FRAME))
            painter.drawRect(self.rect().adjusted(FRAME // 2, FRAME // 2, -FRAME // 2, -FRAME // 2))
        painter.end()

    def _paint_image(self, painter: QPainter, image: QImage) -> None:
        ratio = self.devicePixelRatioF()
        wide, high = self.width() * ratio, self.height() * ratio
        scale = min(wide / image.width(), wide and high / image.height())
        # While the window is resized the last picture still has the old size.
        fits = abs(scale - 1) < 0.01 or (scale > 1 and min(wide - image.width(), high - image.height()) < 2)
        size = (image.width() / ratio, image.height() / ratio)
        if not fits:
            size = (size[0] * scale, size[1] * scale)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        corner = QPointF(
            round((self.width() - size[0]) / 2 * ratio) / ratio,
            round((self.height() - size[1]) / 2 * ratio) / ratio,
        )
        painter.drawImage(QRectF(corner.x(), corner.y(), *size), image)

    def _words(self) -> tuple[str, str, str]:
        playback = self.state.playback
        if playback is Playback.OPENING:
            return self.tr("Opening…"), self.tr("A camera or stream may take some seconds."), "recent"
        if playback is Playback.LOST:
            return (
                self.tr("No signal"),
                self.tr("Trying to open it again. Check the cable or the network."),
                "warning",
            )
        if self.image is None and self.state.loading and playback is not Playback.FAILED:
            return self.tr("Loading the network…"), self.tr("Every frame waits for it."), "recent"
        if playback is Playback.FAILED:
            return self.tr("This source cannot be shown"), self.tr("The message above says why."), "error"
        return "", "", ""

    def _paint_words(self, painter: QPainter, title: str, text: str, name: str) -> None:
        middle = self.rect().center()
        drawn = pixmap(name, "#e9ebf0", 40, self.devicePixelRatioF())
        painter.drawPixmap(middle.x() - 20, middle.y() - 62, drawn)
        font = QFont(self.font())
        font.setPixelSize(18)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor("#e9ebf0"))
        painter.drawText(
            self.rect().adjusted(0, 6, 0, 6),
            Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter,
            title,
        )
        font.setPixelSize(13)
        font.setWeight(QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(QColor("#a9afbb"))
        painter.drawText(
            self.rect().adjusted(0, 62, 0, 62),
            Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter,
            text,
        )

    def _show(self, shown: Shown) -> None:
        if shown.image is None:
            return
        height, width = shown.image.shape[:2]
        self._pixels = shown.image
        self.image = QImage(shown.image.data, width, height, 3 * width, QImage.Format.Format_BGR888)  # type: ignore[call-overload]
        self.update()

    def _source_changed(self, source: object) -> None:
        if source is None:
            self.image = self._pixels = None
        self.update()
