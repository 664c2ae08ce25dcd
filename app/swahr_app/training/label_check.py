"""What `swahr train --check` says of a data set: the words, and its contact sheet."""

import tempfile
from pathlib import Path

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QPainter, QPaintEvent, QPixmap
from PyQt6.QtWidgets import (
    QFrame,
    QLabel,
    QPlainTextEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from swahr_app.state.facts import Level
from swahr_app.state.state import AppState
from swahr_app.threads.queued import connect_queued
from swahr_app.threads.worker import Worker, join_all
from swahr_app.training.command import Command
from swahr_app.widgets.pressable import Pressable
from swahr_app.widgets.theme import SPACE

JOIN_S = 10.0


class LabelCheck(QWidget):
    """Runs the check in a process and shows what it says."""

    _line = pyqtSignal(str)
    _ended = pyqtSignal(int)
    _failed = pyqtSignal(str)
    done = pyqtSignal(bool)

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self.state = state
        self._command: Command | None = None
        self._leaving: list[Worker] = []
        self._folders: list[tempfile.TemporaryDirectory[str]] = []
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self.verdict = QLabel(self.tr("Choose a data set on the left and check its labels."))
        self.verdict.setObjectName("title")
        self.verdict.setWordWrap(True)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName(self.tr("What the check of the labels says"))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        font = self.text.font()
        font.setFamilies(["monospace"])
        font.setPixelSize(12)
        self.text.setFont(font)
        self.sheet = Sheet()
        self.sheet.pressed.connect(lambda: self._show_large(not self.sheet.large))
        self._area = QScrollArea()
        self._area.setWidget(self.sheet)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        layout.addWidget(self.verdict)
        layout.addWidget(self.text, 2)
        layout.addWidget(self._area, 3)
        connect_queued(self._line, self._on_line)
        connect_queued(self._ended, self._on_ended)
        connect_queued(self._failed, lambda text: self.state.notify(Level.ERROR, text, about="labels"))

    def look_at(self, labels: str, images: str) -> None:
        """Check labels, a file or a folder. images: folder of the photos, "" where the labels say."""
        self._leave()
        self._folder = tempfile.TemporaryDirectory(prefix="swahr-check-")
        sheet = Path(self._folder.name) / "check.png"
        arguments = ["train", labels, "--check", "--sheet", str(sheet)]
        if images:
            arguments += ["--images", images]
        self.text.clear()
        self._show_sheet(None)
        self._judge("", self.tr("Looking at the labels…"))
        self._command = Command(arguments, self._line.emit, self._ended.emit, self._failed.emit)
        self._command.start()

    def close_worker(self) -> None:
        """End the process."""
        self._leave()
        join_all(self._leaving, JOIN_S)
        for folder in self._folders:
            folder.cleanup()
        self._folders.clear()

    def _leave(self) -> None:
        """Let go of a check that runs, without waiting for it."""
        self._leaving = [command for command in self._leaving if command.is_alive()]
        if self._command is not None:
            self._command.stop()
            self._leaving.append(self._command)
            self._command = None
        if self._folder is not None:
            self._folders.append(self._folder)
            self._folder = None

    def _on_line(self, line: str) -> None:
        if self._folder is None or self._folder.name not in line:  # where the sheet is, which is shown
            self.text.appendPlainText(line.rstrip().replace(str(Path.home()), "~"))

    def _on_ended(self, code: int) -> None:
        if self._folder is not None:
            self._show_sheet(Path(self._folder.name) / "check.png")
        good = code == 0
        if good:
            self._judge("success", self.tr("These labels can be trained on."))
        else:
            self._judge("error", self.tr("Training would refuse these labels; the text says why."))
        self.done.emit(good)

    def _show_sheet(self, path: Path | None) -> None:
        self.sheet.show_file(path)
        self._area.setVisible(not self.sheet.picture.isNull())
        self._show_large(False)

    def _show_large(self, large: bool) -> None:
        """Show the sheet pixel by pixel in place of the words, or as large as it fits under them."""
        self.sheet.show_large(large)
        self._area.setWidgetResizable(not large)
        self.text.setVisible(not large)

    def _judge(self, level: str, text: str) -> None:
        """Say how the check went, in the colour that the style sheet has for it in each theme."""
        self.verdict.setProperty("level", level)
        self.verdict.setText(text)
        style = self.verdict.style()
        if style is not None:
            style.polish(self.verdict)


class Sheet(Pressable):
    """The contact sheet, as large as it fits, or pixel by pixel. large: which of them."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Contact sheet of the labels"))
        self.picture = QPixmap()
        self.large = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setToolTip(self.tr("Click, or Return, for large and small"))

    def show_large(self, large: bool) -> None:
        """Show each pixel, or as much as fits."""
        self.large = large
        self.setMinimumSize(self._whole() if large else QSize(0, 0))
        self.resize(self.sizeHint())

    def _whole(self) -> QSize:
        return self.picture.size() / self.devicePixelRatioF()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a size for the first layout."""
        return self._whole() if self.large else QSize(420, 420)

    def show_file(self, path: Path | None) -> None:
        """Show a picture, or nothing."""
        self.picture = QPixmap() if path is None else QPixmap(str(path))
        self.setVisible(not self.picture.isNull())
        self.update()

    def paintEvent(self, _event: QPaintEvent | None) -> None:  # noqa: N802
        """Paint the sheet."""
        if self.picture.isNull():
            return
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        scaled = self.picture.scaled(
            round(self.width() * ratio),
            round(self.height() * ratio),
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        scaled.setDevicePixelRatio(ratio)
        painter.drawPixmap(round((self.width() - scaled.width() / ratio) / 2), 0, scaled)
        self.paint_focus(painter)
        painter.end()
