"""A line above the view: what happened, and what to do about it."""

from PyQt6.QtCore import QSize, Qt, QTimer, QUrl, pyqtSignal
from PyQt6.QtGui import QDesktopServices
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton

from swahr_app.state.facts import Level, Message
from swahr_app.state.state import AppState
from swahr_app.widgets.icons import icon, pixmap
from swahr_app.widgets.theme import SPACE, current_theme

# Errors stay until they are closed.
SECONDS = {Level.INFO: 6, Level.SUCCESS: 8, Level.WARNING: 12}


class Banner(QFrame):
    """Shows the newest message. shown: whether there is one."""

    shown = pyqtSignal(bool)

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self.setObjectName("banner")
        self.message: Message | None = None
        self._picture = QLabel()
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.folder = QPushButton(self.tr("Show folder"))
        self.folder.clicked.connect(self._show_folder)
        self.dismiss = QToolButton()
        self.dismiss.setToolTip(self.tr("Close this message"))
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
        self.hide()
        state.notified.connect(self.show_message)

    def show_message(self, message: Message) -> None:
        """Show a message."""
        self.message = message
        self.text.setText(message.text)
        self.folder.setVisible(message.path is not None)
        self.setProperty("level", message.level.value)
        self.refresh()
        self.show()
        self.shown.emit(True)
        self._timer.stop()
        seconds = SECONDS.get(message.level)
        if seconds is not None:
            self._timer.start(1000 * seconds)

    def close_message(self) -> None:
        """Show nothing."""
        self._timer.stop()
        self.hide()
        self.shown.emit(False)

    def stop(self) -> None:
        """Leave the message as it is."""
        self._timer.stop()

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

    def _show_folder(self) -> None:
        if self.message is not None and self.message.path is not None:
            path = self.message.path
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path if path.is_dir() else path.parent)))
