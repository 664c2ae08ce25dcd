"""Shows the log of this and earlier runs."""

from pathlib import Path

from PyQt6.QtGui import QGuiApplication, QTextCursor
from PyQt6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from swahr_app.widgets.folder import short_path
from swahr_app.widgets.theme import SPACE

MAX_SHOWN = 400_000  # characters, the newest


class LogDialog(QDialog):
    """The text of the log file, the newest lines in view."""

    def __init__(self, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path = path
        self.setWindowTitle(self.tr("Log"))
        self.resize(820, 520)
        where = QLabel(short_path(path))
        where.setObjectName("small")
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(self.tr("Lines of the log"))
        self.text.setReadOnly(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        font = self.text.font()
        font.setFamilies(["monospace"])
        self.text.setFont(font)
        again = QPushButton(self.tr("Refresh"))
        again.clicked.connect(self.read)
        copy = QPushButton(self.tr("Copy"))
        copy.clicked.connect(self._copy)
        done = QPushButton(self.tr("Close"))
        done.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addWidget(again)
        buttons.addWidget(copy)
        buttons.addStretch(1)
        buttons.addWidget(done)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE * 2, SPACE * 2, SPACE * 2, SPACE * 2)
        layout.setSpacing(SPACE * 3 // 2)
        layout.addWidget(where)
        layout.addWidget(self.text, 1)
        layout.addLayout(buttons)
        self.read()

    def read(self) -> None:
        """Show what the file holds now."""
        try:
            text = self.path.read_text(encoding="utf-8", errors="replace")[-MAX_SHOWN:]
        except FileNotFoundError:
            text = ""  # it begins with the first line
        except OSError as error:
            text = self.tr("The log cannot be read: {}").format(error.strerror)
        self.text.setPlainText(text or self.tr("Nothing was logged yet."))
        self.text.moveCursor(QTextCursor.MoveOperation.End)

    def _copy(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(self.text.toPlainText())
