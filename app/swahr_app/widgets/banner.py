"""A message over the top of the page: what happened, and what to do about it."""

from collections.abc import Mapping, Sequence

from PyQt6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer, QUrl, pyqtSignal
from PyQt6.QtGui import QDesktopServices
from PyQt6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QWidget,
)

from swahr_app.state.facts import Level, Message
from swahr_app.state.state import AppState
from swahr_app.widgets.icons import icon, pixmap
from swahr_app.widgets.theme import SPACE, current_theme

# Errors stay until they are closed, or their cause is gone.
SECONDS = {Level.INFO: 6, Level.SUCCESS: 8, Level.WARNING: 12}
MAX_WIDTH = 760
MAX_WAITING = 5  # errors that wait under a newer message
MOVES = (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide)


class Banner(QFrame):
    """Shows the newest message; an error that it hides comes back after it. shown: whether there is one.

    It lies over the pages, so that nothing under it moves. message: what is shown.
    """

    shown = pyqtSignal(bool)

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self.setObjectName("banner")
        self.setAccessibleName(self.tr("Message"))
        self.message: Message | None = None
        self._waiting: list[Message] = []
        self._pages: QStackedWidget | None = None
        self._pictures: Mapping[QWidget, Sequence[QWidget]] = {}
        self._picture = QLabel()
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.folder = QPushButton(self.tr("Show folder"))
        self.folder.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.folder.clicked.connect(self._show_folder)
        self.dismiss = QToolButton()
        self.dismiss.setToolTip(self.tr("Close this message (Esc)"))
        self.dismiss.setAccessibleName(self.tr("Close this message"))
        self.dismiss.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.dismiss.setIconSize(QSize(16, 16))
        self.dismiss.clicked.connect(self.close_message)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE * 3 // 2, SPACE, SPACE, SPACE)
        layout.setSpacing(SPACE)
        layout.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.folder)
        layout.addWidget(self.dismiss)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.close_message)
        self._settled = QTimer(self)  # several parts move, one after the other
        self._settled.setSingleShot(True)
        self._settled.timeout.connect(self._place)
        self.hide()
        state.notified.connect(self.show_message)
        state.withdrawn.connect(self.withdraw)

    def lie_over(self, pages: QStackedWidget, pictures: Mapping[QWidget, Sequence[QWidget]]) -> None:
        """Take the place at the top of the page that is seen, and keep it there.

        pictures: of a page, what a message lies over, so that no control beside them is hidden by it; over the whole
        page where it has none, or none that is seen.
        """
        self._pages, self._pictures = pages, pictures
        self.setParent(pages.parentWidget())
        for widget in (pages, *(each for those in pictures.values() for each in those)):
            widget.installEventFilter(self)
        pages.currentChanged.connect(lambda _: self._settled.start())
        self.hide()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802 - Qt's name
        """Follow what it lies over."""
        if event is not None and event.type() in MOVES and self.message is not None:
            self._settled.start()
        return super().eventFilter(watched, event)

    def show_message(self, message: Message) -> None:
        """Show a message; it replaces one about the same."""
        now = self.message
        if now is not None and now.level is Level.ERROR and (not now.about or now.about != message.about):
            self._waiting = [*self._waiting, now][-MAX_WAITING:]
        self._waiting = [
            known for known in self._waiting if not message.about or known.about != message.about
        ]
        self._show(message)

    def close_message(self) -> bool:
        """Show the error that was there before, or nothing; return whether there was a message."""
        there = self.message is not None
        self._timer.stop()
        if self._waiting:
            self._show(self._waiting.pop())
            return there
        self.message = None
        self.hide()
        if there:
            self.shown.emit(False)
        return there

    def withdraw(self, about: str) -> None:
        """Take back all messages about something."""
        self._waiting = [known for known in self._waiting if known.about != about]
        if self.message is not None and self.message.about == about:
            self.close_message()

    def stop(self) -> None:
        """Leave the message as it is."""
        self._timer.stop()
        self._settled.stop()

    def refresh(self) -> None:
        """Take up the theme's colours."""
        theme = current_theme()
        self.dismiss.setIcon(icon("close", theme.muted))
        if self.message is not None:
            level = self.message.level.value
            colour = theme.accent if level == "info" else getattr(theme, level)
            self._picture.setPixmap(pixmap(level, colour, 18, self.devicePixelRatioF()))
        style = self.style()
        if style is not None:
            style.unpolish(self)
            style.polish(self)

    def _show(self, message: Message) -> None:
        self.message = message
        self.text.setText(message.text)
        self.folder.setVisible(message.path is not None)
        self.setProperty("level", message.level.value)
        self.refresh()
        self._place()
        self.show()
        self.raise_()
        self.shown.emit(True)
        self._timer.stop()
        seconds = SECONDS.get(message.level)
        if seconds is not None:
            self._timer.start(1000 * seconds)

    def _place(self) -> None:
        layout = self.layout()
        if self._pages is None or layout is None:
            return
        over = self._free_area(self._pages)
        width = max(1, min(MAX_WIDTH, over.width() - 2 * SPACE))
        height = max(layout.heightForWidth(width), layout.minimumSize().height())
        left = over.x() + (over.width() - width) // 2
        self.setGeometry(left, over.y() + SPACE, width, min(height, max(1, over.height() - 2 * SPACE)))

    def _free_area(self, pages: QStackedWidget) -> QRect:
        """Return what may be hidden by a message for a while, in the coordinates of the window's content."""
        page = pages.currentWidget()
        area = QRect()
        for picture in () if page is None else self._pictures.get(page, ()):
            if picture.isVisible():
                area = area.united(QRect(picture.mapTo(pages, QPoint(0, 0)), picture.size()))
        return (area if area.isValid() else pages.rect()).translated(pages.pos())

    def _show_folder(self) -> None:
        if self.message is not None and self.message.path is not None:
            path = self.message.path
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path if path.is_dir() else path.parent)))
