"""A file of the batch, as a row of widgets."""

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QCoreApplication, Qt
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from swahr_app.batch.entry import BatchState, Entry
from swahr_app.widgets.elided import ElidedLabel
from swahr_app.widgets.folder import short_path
from swahr_app.widgets.theme import SPACE, current_theme


class BatchRow:
    """cells: a widget a column: file, progress, speed, result."""

    def __init__(
        self,
        entry: Entry,
        open_result: Callable[[Entry], None],
        show_folder: Callable[[Entry], None],
        start_anew: Callable[[Entry], None],
    ) -> None:
        self.entry = entry
        path = Path(entry.source)
        self._name = ElidedLabel(path.name, Qt.TextElideMode.ElideMiddle)
        self._where = ElidedLabel(short_path(path.parent), Qt.TextElideMode.ElideMiddle)
        self._where.setObjectName("small")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.progress = QLabel()
        self.progress.setObjectName("small")
        self.speed = QLabel()
        self.speed.setObjectName("small")
        self.text = ElidedLabel()
        self.open = self._link(self.tr("Open"), lambda: open_result(entry))
        self.folder = self._link(self.tr("Show folder"), lambda: show_folder(entry))
        self.anew = self._link(self.tr("Start anew"), lambda: start_anew(entry))
        self.anew.setToolTip(self.tr("Replace what the interrupted run left"))
        links = QHBoxLayout()
        links.setSpacing(SPACE * 2)
        links.addWidget(self.open)
        links.addWidget(self.folder)
        links.addWidget(self.anew)
        links.addStretch(1)
        self._links = QWidget()
        links.setContentsMargins(0, 0, 0, 0)
        self._links.setLayout(links)
        self.cells = [
            self._cell(self._name, self._where),
            self._cell(self.bar, self.progress),
            self._cell(self.speed),
            self._cell(self.text, self._links),
        ]
        self.update()

    def tr(self, text: str) -> str:
        """Return a text in the language of the window."""
        return QCoreApplication.translate("BatchRow", text)

    def update(self) -> None:
        """Show how far the file is."""
        entry, theme = self.entry, current_theme()
        done = entry.state is BatchState.DONE
        total = max(entry.total, entry.frames, 1)
        self.bar.setMaximum(total)
        self.bar.setValue(total if done else entry.frames)
        percent = 100 if done else 100 * entry.frames // total
        known = entry.frames or entry.total
        self.progress.setVisible(bool(known))
        self.progress.setText(
            self.tr("{} of {} frames · {} %").format(entry.frames, total, percent) if known else ""
        )
        self.speed.setText(
            self.tr("{:.1f} frames/s\n{:.1f} people per frame").format(entry.rate, entry.people_per_frame)
            if entry.rate
            else ""
        )
        words = {
            BatchState.WAITING: (self.tr("Waiting"), theme.muted),
            BatchState.RUNNING: (self.tr("Running"), theme.accent),
            BatchState.DONE: (self.tr("Done"), theme.success),
            BatchState.CANCELLED: (self.tr("Cancelled; Resume goes on"), theme.warning),
            BatchState.FAILED: (entry.text or self.tr("Failed"), theme.error),
        }
        text, colour = words[entry.state]
        self.text.setText(text)
        self.text.setToolTip(entry.text)
        for link in (self.open, self.folder, self.anew):
            link.setAccessibleName(f"{link.text()}: {Path(entry.source).name}")
        self.text.setStyleSheet(f"color: {colour};")
        self._links.setVisible(done or entry.stuck)
        for link in (self.open, self.folder):
            link.setVisible(done)
        self.anew.setVisible(entry.stuck)

    def _link(self, text: str, act: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName("link")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.clicked.connect(act)
        return button

    def _cell(self, *widgets: QWidget) -> QWidget:
        cell = QWidget()
        layout = QVBoxLayout(cell)
        layout.setContentsMargins(SPACE * 3 // 2, SPACE // 2, SPACE * 3 // 2, SPACE // 2)
        layout.setSpacing(SPACE // 2 if self.bar in widgets else 1)
        layout.addStretch(1)
        for widget in widgets:
            layout.addWidget(widget)
        layout.addStretch(1)
        return cell
