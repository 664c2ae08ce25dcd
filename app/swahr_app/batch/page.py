"""The batch page: files that are processed in the background."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PyQt6.QtCore import Qt, QTimer, QUrl, pyqtSignal
from PyQt6.QtGui import QDesktopServices
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QTableWidget,
    QVBoxLayout,
    QWidget,
)

from swahr.errors import SwahrError
from swahr.video.suffixes import VIDEO_SUFFIXES
from swahr_app.batch.entries import UNFINISHED, BatchList
from swahr_app.batch.entry import BatchState, Entry
from swahr_app.batch.row import BatchRow
from swahr_app.batch.worker import BatchWorker
from swahr_app.panels import PanelHost
from swahr_app.state.facts import Level
from swahr_app.state.names import VIDEOS
from swahr_app.state.settings import AppSettings
from swahr_app.state.state import AppState
from swahr_app.state.texts import in_language, info_of, worded
from swahr_app.threads.queued import connect_queued
from swahr_app.threads.worker import join_all
from swahr_app.widgets.bound import bound_check, bound_number
from swahr_app.widgets.folder import FolderButton
from swahr_app.widgets.formats import FormatPicker
from swahr_app.widgets.icons import icon
from swahr_app.widgets.theme import SPACE

UPDATE_MS = 200
ROW_HEIGHT = 56
JOIN_S = 60.0


class BatchPage(QWidget):
    """A list of files, what is made of them, start and cancel."""

    _ended = pyqtSignal()

    def __init__(self, state: AppState, path: Path) -> None:
        super().__init__()
        self.state = state
        self.list = BatchList(path)
        self.worker: BatchWorker | None = None
        self.rows: list[BatchRow] = []
        self._build()
        self._timer = QTimer(self)  # the worker changes entries faster than anyone reads
        self._timer.setInterval(UPDATE_MS)
        self._timer.timeout.connect(self._show_progress)
        connect_queued(self._ended, self._on_ended)
        state.settings_changed.connect(self._follow)
        self._follow(state.settings)
        self.refresh()

    def add(self, paths: Sequence[str]) -> None:
        """Add files, and the videos of folders."""
        added = [path for path in _files(paths) if self.list.add(path)]
        if not added:
            self.state.notify(
                Level.WARNING,
                self.tr("Nothing was added: no videos, or they are in the list."),
                about="batch list",
            )
        else:
            self.state.withdraw("batch list")
        self._fill()

    def start_or_cancel(self) -> None:
        """Process what is not done; or, while that goes on, end it where it is."""
        if self.worker is not None:
            self.worker.stop()
            self.start.setEnabled(False)
            self.start.setText(self.tr("Cancelling…"))
            return
        try:
            entries = self.list.to_do(self.state.settings)
        except SwahrError as error:
            self.state.notify(Level.ERROR, worded(error), about="batch")
            return
        self.state.withdraw("batch")
        if entries:
            self.worker = BatchWorker(entries, lambda _: None, self._ended.emit)
            self.worker.start()
            self._timer.start()
        self._show_progress()

    def close_worker(self) -> None:
        """End the work, so that the next start can resume it."""
        self._timer.stop()
        if self.worker is not None:
            self.worker.stop()
            join_all([self.worker], JOIN_S)
            self.worker = None
        self.list.save()

    def home(self) -> QWidget:
        """Return the widget that has the keyboard unless another one asks for it."""
        return self.table if self.rows else self.add_files

    def refresh(self) -> None:
        """Take up the theme's colours."""
        self.add_files.setIcon(icon("plus"))
        self.add_folder.setIcon(icon("folder"))
        self.below.refresh()
        self._fill()

    def _build(self) -> None:
        heading = QLabel(self.tr("Batch"))
        heading.setObjectName("heading")
        hint = QLabel(
            self.tr(
                "Files are processed one after the other, every frame of them, with the live view's network."
            )
        )
        hint.setObjectName("muted")
        self.add_files = self._button(self.tr("  Add files…"), self._ask_files)
        self.add_folder = self._button(self.tr("  Add folder…"), self._ask_folder)
        self.remove = self._button(self.tr("Remove"), self._remove)
        self.start = self._button(self.tr("Start"), self.start_or_cancel)
        self.start.setObjectName("primary")
        self.overlay = bound_check(self.state, "batch", "overlay")
        self.batch_size = bound_number(self.state, "network", "batch_size")
        self.below = PanelHost(self.state, "batch", "below")
        self.formats = FormatPicker(self.state, "batch")
        self.formats.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.formats.setFixedWidth(170)
        self.folder = FolderButton(in_language(info_of(self.state.settings.batch, "folder").help))
        self.folder.setMinimumWidth(100)
        self.folder.setMaximumWidth(240)
        self.folder.clicked.connect(self._ask_target)
        self.table = QTableWidget(0, 4)
        self.table.setHorizontalHeaderLabels(
            [self.tr("File"), self.tr("Progress"), self.tr("Speed"), self.tr("Result")]
        )
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setShowGrid(False)
        self.table.setAccessibleName(self.tr("Files of the batch"))
        self.table.setTabKeyNavigation(False)
        self.table.setWordWrap(False)
        self.table.itemSelectionChanged.connect(self._enable)
        vertical, horizontal = self.table.verticalHeader(), self.table.horizontalHeader()
        assert vertical is not None
        assert horizontal is not None
        vertical.hide()
        vertical.setDefaultSectionSize(ROW_HEIGHT)
        horizontal.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        horizontal.setHighlightSections(False)
        for column, width in enumerate((0, 0, 170, 240)):
            if width:
                self.table.setColumnWidth(column, width)
        for column in (0, 1):  # in a wide window the progress stays near its file
            horizontal.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        self._empty = QLabel(self.tr("Drop videos here, or add files."))
        self._empty.setObjectName("muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        empty = QWidget()
        empty.setObjectName("panel")
        empty.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        QVBoxLayout(empty).addWidget(self._empty)
        self.stack = QStackedWidget()
        self.stack.addWidget(empty)
        self.stack.addWidget(self.table)
        self.summary = QLabel()
        self.summary.setObjectName("muted")
        self._lay_out(heading, hint)

    def _lay_out(self, heading: QLabel, hint: QLabel) -> None:
        options = QHBoxLayout()
        options.setSpacing(SPACE)
        batch, network = self.state.settings.batch, self.state.settings.network
        for info, widget in (
            (info_of(batch, "formats"), self.formats),
            (info_of(batch, "folder"), self.folder),
            (info_of(network, "batch_size"), self.batch_size),
        ):
            label = QLabel(in_language(info.label))
            label.setObjectName("muted")
            options.addWidget(label)
            options.addWidget(widget, 3 if widget is self.folder else 0)
            options.addSpacing(SPACE)
        options.addWidget(self.overlay)
        options.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE)
        for button in (self.add_files, self.add_folder, self.remove):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.summary)
        buttons.addSpacing(SPACE)
        buttons.addWidget(self.start)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE * 3, SPACE * 3, SPACE * 3, SPACE * 3)
        layout.setSpacing(SPACE * 2)
        titles = QVBoxLayout()
        titles.setSpacing(2)
        titles.addWidget(heading)
        titles.addWidget(hint)
        layout.addLayout(titles)
        layout.addLayout(options)
        layout.addWidget(self.stack, 1)
        layout.addWidget(self.below)
        layout.addLayout(buttons)

    def _button(self, text: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: act())
        return button

    def _ask_files(self) -> None:
        chosen, _ = QFileDialog.getOpenFileNames(
            self, self.tr("Add videos"), "", self.tr("Videos ({});;All files (*)").format(VIDEOS)
        )
        if chosen:
            self.add(chosen)

    def _ask_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Add the videos of a folder"))
        if chosen:
            self.add([chosen])

    def _ask_target(self) -> None:
        start = self.state.settings.batch.folder
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Where the results go"), start)
        # Cancelled: the results go beside each file again.
        self.state.change_in("batch", folder=chosen)

    def _remove(self) -> None:
        selected = {index.row() for index in self.table.selectedIndexes()}
        self.list.remove([self.rows[row].entry for row in sorted(selected)])
        self._fill()

    def _fill(self) -> None:
        self.rows = []
        self.table.setRowCount(0)
        self.table.setRowCount(len(self.list.entries))
        for number, entry in enumerate(self.list.entries):
            row = BatchRow(entry, self._open_result, self._show_folder, self._start_anew)
            for column, widget in enumerate(row.cells):
                self.table.setCellWidget(number, column, widget)
            self.rows.append(row)
        self.stack.setCurrentIndex(1 if self.rows else 0)
        self._show_progress()

    def _show_progress(self) -> None:
        for row in self.rows:
            row.update()
        entries = self.list.entries
        done = sum(entry.state is BatchState.DONE for entry in entries)
        self.summary.setText(self.tr("{} of {} done").format(done, len(entries)) if entries else "")
        self._enable()

    def _enable(self) -> None:
        runs = self.worker is not None
        left = [entry for entry in self.list.entries if entry.state in UNFINISHED]
        begun = any(entry.state in (BatchState.CANCELLED, BatchState.FAILED) for entry in left)
        if not (runs and self.worker is not None and self.worker.stopping):
            self.start.setText(
                self.tr("Cancel") if runs else self.tr("Resume") if begun else self.tr("Start")
            )
            self.start.setEnabled(runs or bool(left))
        self.remove.setEnabled(bool(self.table.selectedIndexes()))

    def _on_ended(self) -> None:
        if self.worker is None:
            return
        self.worker.join(JOIN_S)
        cancelled, self.worker = self.worker.stopping, None
        self._timer.stop()
        for entry in self.list.entries:
            if entry.state is BatchState.WAITING and cancelled and entry.frames:
                entry.state = BatchState.CANCELLED
        self.list.save()
        self._show_progress()
        failed = sum(entry.state is BatchState.FAILED for entry in self.list.entries)
        if failed:
            text = self.tr("Batch: {} files could not be finished.").format(failed)
            self.state.notify(Level.WARNING, text, about="batch")
        elif not cancelled:
            self.state.notify(Level.SUCCESS, self.tr("The batch is done."), about="batch")

    def _follow(self, now: AppSettings, _before: AppSettings | None = None) -> None:
        chosen = Path(now.batch.folder) if now.batch.folder else None
        self.folder.show_folder(chosen, self.tr("Beside each file"))

    def _start_anew(self, entry: Entry) -> None:
        entry.start_anew()
        if self.worker is None:
            self.start_or_cancel()
        else:
            self._show_progress()  # it waits until this batch is done, and is started once more

    def _open_result(self, entry: Entry) -> None:
        """Open what was found on its video; the drawn video is no source, as people are painted over in it."""
        results = [path for _, path in entry.outputs if path.exists()]
        if results:
            self.state.review_requested.emit(str(results[0]), entry.source)
        else:
            self.state.open_requested.emit(entry.source)

    def _show_folder(self, entry: Entry) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(entry.stem).parent)))


def _files(paths: Sequence[str]) -> list[str]:
    found: list[str] = []
    for path in map(Path, paths):
        if path.is_dir():
            found += sorted(str(file) for file in path.iterdir() if file.suffix.lower() in VIDEO_SUFFIXES)
        else:
            found.append(str(path))
    return found
