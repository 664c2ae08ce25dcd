"""What this is, which versions run, and the report for a bug report."""

from collections.abc import Callable

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from swahr import __version__
from swahr_app.shell.doctor import Doctor
from swahr_app.threads.queued import connect_queued
from swahr_app.widgets.icons import app_icon
from swahr_app.widgets.theme import SPACE


class AboutDialog(QDialog):
    """Shows what `swahr doctor` says, as soon as it has looked."""

    _reported = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Swahr"))
        self.setMinimumSize(620, 480)
        picture = QLabel()
        picture.setPixmap(app_icon().pixmap(64, 64))
        name = QLabel(self.tr("Swahr {}").format(__version__))
        name.setObjectName("heading")
        what = QLabel(self.tr("People in videos, as keypoints and overlays."))
        what.setObjectName("muted")
        self.report = QPlainTextEdit(self.tr("Looking at what is installed…"))
        self.report.setAccessibleName(self.tr("What is installed"))
        self.report.setReadOnly(True)
        self.report.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        font = self.report.font()
        font.setFamilies(["monospace"])
        self.report.setFont(font)
        self.copy = QPushButton(self.tr("Copy for a bug report"))
        self.copy.setEnabled(False)
        self.copy.clicked.connect(self._copy)
        done = QPushButton(self.tr("Close"))
        done.clicked.connect(self.accept)
        self._lay_out(picture, name, what, done)
        connect_queued(self._reported, self._show)
        self._doctor = Doctor(self._tell, self._tell)
        self._doctor.start()
        self.finished.connect(self._end)

    def _lay_out(self, picture: QLabel, name: QLabel, what: QLabel, done: QPushButton) -> None:
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addStretch(1)
        texts.addWidget(name)
        texts.addWidget(what)
        texts.addStretch(1)
        head = QHBoxLayout()
        head.setSpacing(SPACE * 2)
        head.addWidget(picture)
        head.addLayout(texts, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.copy)
        buttons.addStretch(1)
        buttons.addWidget(done)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE * 3, SPACE * 3, SPACE * 3, SPACE * 2)
        layout.setSpacing(SPACE * 2)
        layout.addLayout(head)
        layout.addWidget(self.report, 1)
        layout.addLayout(buttons)

    def _show(self, text: str) -> None:
        self.report.setPlainText(text)
        self.copy.setEnabled(True)

    def _copy(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(self.report.toPlainText())
        self.copy.setText(self.tr("Copied"))

    @property
    def _tell(self) -> Callable[[str], None]:
        return self._reported.emit

    def _end(self) -> None:
        self._doctor.stop()
        self._doctor.join()
