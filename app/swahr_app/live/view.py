"""The picture: the newest frame with its people, scaled to the window, sharp on every screen."""

from PyQt6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PyQt6.QtWidgets import QSizePolicy, QToolButton, QWidget

from swahr_app.state.facts import Playback, Shown
from swahr_app.state.feeds import Feed
from swahr_app.state.state import AppState
from swahr_app.threads.turns import undisturbed
from swahr_app.widgets.icons import icon, pixmap
from swahr_app.widgets.recording_mark import paint_recording_mark
from swahr_app.widgets.theme import current_theme

VEIL = 150  # of 255: how dark a picture is behind a text
FRAME = 2  # pixels: around the picture where it has the keyboard
CAPTION, BUTTON = 26, 24  # pixels: of a tile's name, and of the button that closes it
ON_PICTURE, QUIET = "#e9ebf0", "#a9afbb"  # texts over pictures, which are dark in both themes


class View(QWidget):
    """Paints what the analyser drew at the size of this widget, and says what the source is doing.

    As one of several tiles it has its source's name, and a button that closes it; to be clicked, or to be given the
    keyboard, is to be chosen. Without a source of its own it follows the one that is chosen.
    """

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self.state = state
        self.feed: Feed | None = None
        self._several = False
        self.image: QImage | None = None
        self._pixels: object = None  # keeps the memory of the image
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 180)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing is painted under it in vain
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Picture"))
        self.leave = QToolButton(self)
        self.leave.setObjectName("onPicture")
        self.leave.setIconSize(QSize(BUTTON - 8, BUTTON - 8))
        self.leave.setFixedSize(BUTTON, BUTTON)
        self.leave.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.leave.setToolTip(self.tr("Close this source"))
        self.leave.setAccessibleName(self.tr("Close this source"))
        self.leave.clicked.connect(self._leave)
        self.leave.hide()
        self.refresh()
        state.shown_changed.connect(self._follow_chosen)
        # Methods, not lambdas: Qt lets go of them with a tile that is closed.
        state.playback_changed.connect(self._state_changed)
        state.loading_changed.connect(self._state_changed)
        state.recording_changed.connect(self._state_changed)
        state.source_changed.connect(self._source_changed)

    def follow(self, feed: Feed | None, several: bool) -> None:
        """Show a source; several: beside others."""
        if feed is not self.feed:
            if self.feed is not None:
                self.feed.changed.disconnect(self._changed)
                self.feed.shown_changed.disconnect(self._show)
            self.feed = feed
            self.image = self._pixels = None
            if feed is not None:
                feed.changed.connect(self._changed)
                feed.shown_changed.connect(self._show)
                if feed.shown is not None:
                    self._show(feed.shown)
        self._several = several
        self.leave.setVisible(several)
        self.setMinimumSize(*((160, 90) if several else (320, 180)))
        self._changed()

    def refresh(self) -> None:
        """Take up the theme's colours."""
        self.leave.setIcon(icon("close", ON_PICTURE))

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a size for the first layout."""
        return QSize(960, 540)

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802
        """Ask for pictures of the new size."""
        super().resizeEvent(event)
        self.leave.move(self.width() - BUTTON - 6, 6)
        self._ask_for_size()

    def event(self, event: QEvent | None) -> bool:
        """Ask for pictures for the pixels of another screen, too."""
        if event is not None and event.type() == QEvent.Type.DevicePixelRatioChange:
            self._ask_for_size()
        return super().event(event)

    def _ask_for_size(self) -> None:
        ratio = self.devicePixelRatioF()
        self.state.view_resized.emit(
            max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio))
        )

    @undisturbed
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
        if self._several:
            self._paint_caption(painter)
        window = self.window()
        if self.state.recording is not None:
            paint_recording_mark(painter, self, BUTTON if self._several else 0)
        if self._several and self.feed is self.state.chosen:
            painter.setPen(QPen(QColor(ON_PICTURE), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        if self.hasFocus() and window is not None and not window.isFullScreen():
            painter.setPen(QPen(QColor(theme.accent), FRAME))
            painter.drawRect(self.rect().adjusted(FRAME // 2, FRAME // 2, -FRAME // 2, -FRAME // 2))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        """Choose the source."""
        super().mousePressEvent(event)
        self._choose()

    def focusInEvent(self, event: QFocusEvent | None) -> None:  # noqa: N802
        """Choose the source: who comes to a picture by the keyboard steers it."""
        super().focusInEvent(event)
        self._choose()

    def _choose(self) -> None:
        if self.feed is not None and self.feed is not self.state.chosen:
            self.state.feed_requested.emit(self.feed.session)

    def _leave(self) -> None:
        if self.feed is not None:
            self.state.feed_close_requested.emit(self.feed.session)

    def _changed(self) -> None:
        title = self.tr("Picture") if self.feed is None or not self._several else self.feed.title
        self.setAccessibleName(title)
        self.update()

    def _paint_caption(self, painter: QPainter) -> None:
        """Paint the name of the source, and what it does."""
        assert self.feed is not None
        words = {
            Playback.PAUSED: self.tr("paused"),
            Playback.ENDED: self.tr("ended"),
            Playback.LOST: self.tr("no signal"),
        }
        shown = self.feed.shown
        said = words.get(self.feed.playback, "")
        if not said and shown is not None and shown.poses is not None:
            said = self.tr("{} people · {:.1f} per second").format(len(shown.poses), shown.frame_rate)
        font = QFont(self.font())
        font.setPixelSize(12)
        painter.setFont(font)
        metrics = painter.fontMetrics()
        room = max(0, self.width() - 24)
        name = metrics.elidedText(self.feed.title, Qt.TextElideMode.ElideMiddle, room)
        wide = metrics.horizontalAdvance(name)
        said = metrics.elidedText(said, Qt.TextElideMode.ElideRight, max(0, room - wide - 10))
        box = QRectF(0, self.height() - CAPTION, self.width(), CAPTION)
        painter.fillRect(box, QColor(0, 0, 0, VEIL + 40))
        painter.setPen(QColor(ON_PICTURE))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box.adjusted(10, 0, -10, 0), middle, name)
        painter.setPen(QColor(QUIET))
        painter.drawText(box.adjusted(20 + wide, 0, -10, 0), middle, said)

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
        playback = self.state.playback if self.feed is None else self.feed.playback
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
        drawn = pixmap(name, ON_PICTURE, 40, self.devicePixelRatioF())
        painter.drawPixmap(middle.x() - 20, middle.y() - 62, drawn)
        font = QFont(self.font())
        font.setPixelSize(18)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(ON_PICTURE))
        painter.drawText(
            self.rect().adjusted(0, 6, 0, 6),
            Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter,
            title,
        )
        font.setPixelSize(13)
        font.setWeight(QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(QColor(QUIET))
        painter.drawText(
            self.rect().adjusted(0, 62, 0, 62),
            Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter,
            text,
        )

    def _follow_chosen(self, shown: Shown) -> None:
        if self.feed is None:
            self._show(shown)

    def _show(self, shown: Shown) -> None:
        if shown.image is None:
            return
        height, width = shown.image.shape[:2]
        self._pixels = shown.image
        self.image = QImage(shown.image.data, width, height, 3 * width, QImage.Format.Format_BGR888)  # type: ignore[call-overload]
        self.update()

    def _state_changed(self, _now: object) -> None:
        self.update()

    def _source_changed(self, source: object) -> None:
        if source is None and self.feed is None:
            self.image = self._pixels = None
        self.update()
