"""A window with all that is measured of the chosen person: in the frame that is seen, and in a range of frames."""

from typing import Any

import numpy as np
from PyQt6.QtCore import QAbstractTableModel, QModelIndex, Qt
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QHeaderView,
    QLabel,
    QTableView,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from swahr_app.review.session import Session
from swahr_app.widgets.theme import SPACE

SIZE = (620, 560)
NAME_WIDTH, COLUMN_WIDTH = 236, 82
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class Table(QAbstractTableModel):
    """Numbers with names: texts of rows and columns, values [R, C] and decimals of each."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[str] = []
        self.columns: list[str] = []
        self.values = np.zeros((0, 0))
        self.digits = np.zeros((0, 0), np.int64)

    def fill(self, rows: list[str], columns: list[str], values: np.ndarray, digits: np.ndarray) -> None:
        """Show other numbers; digits: of each, or of what is broadcast to that."""
        self.beginResetModel()
        self.rows, self.columns, self.values = rows, columns, values
        self.digits = np.broadcast_to(digits, values.shape)
        self.endResetModel()

    def rowCount(self, _parent: QModelIndex | None = None) -> int:  # noqa: N802 - Qt's name
        """Return how many rows there are."""
        return len(self.rows)

    def columnCount(self, _parent: QModelIndex | None = None) -> int:  # noqa: N802
        """Return how many columns there are."""
        return len(self.columns)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a number as text; nothing where it is not known."""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT
        return self.text(index.row(), index.column()) if role == Qt.ItemDataRole.DisplayRole else None

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the name of a row or column."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return (self.columns if orientation == Qt.Orientation.Horizontal else self.rows)[section]

    def text(self, row: int, column: int) -> str:
        """Return a cell."""
        value = float(self.values[row, column])
        return f"{value:.{self.digits[row, column]}f}" if np.isfinite(value) else ""

    def as_text(self) -> str:
        """Return all of it with tabs between, as spreadsheets take it."""
        lines = ["\t".join(["", *self.columns])]
        for row, name in enumerate(self.rows):
            lines.append("\t".join([name, *(self.text(row, column) for column in range(len(self.columns)))]))
        return "\n".join(lines)


class ValuesWindow(QDialog):
    """Two tables: every value of the frame with its least, mean and largest in the range; and each frame of the range.

    The range is between the in and out marks, or all. A click on a frame goes there; Ctrl+C copies the table.
    """

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.session = session
        self.setWindowTitle(self.tr("Values"))
        self.resize(*SIZE)
        self.about = QLabel()
        self.about.setWordWrap(True)
        self.here, self.range = Table(), Table()
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(self.tr("Tables"))
        for button in self.tabs.findChildren(
            QAbstractButton
        ):  # of its bar; Qt names them in the desktop's language
            button.setAccessibleName(self.tr("Other tables"))
        self.views = [self._view(self.here), self._view(self.range)]
        for view, text in zip(self.views, (self.tr("This frame"), self.tr("Each frame")), strict=True):
            view.setAccessibleName(text)
            self.tabs.addTab(view, text)
        header = self.views[0].verticalHeader()
        assert header is not None
        header.setFixedWidth(NAME_WIDTH)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        layout.addWidget(self.about)
        layout.addWidget(self.tabs)
        self.copy = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self)
        self.copy.activated.connect(self._copy)
        self.views[1].clicked.connect(lambda index: self._go(index.row()))
        self._frames: list[int] = []
        for signal in (session.measured, session.selection_changed, session.tracks_changed, session.opened):
            signal.connect(self.draw)
        self.tabs.currentChanged.connect(lambda _: self.draw())

    def toggle(self) -> None:
        """Show it, or hide it."""
        self.setVisible(not self.isVisible())
        self.draw()

    def draw(self) -> None:
        """Show what is measured now."""
        if not self.isVisible():
            return
        from swahr.movement.table import columns

        movement, known = self.session.movement, self.session.person_id
        person = None
        if movement is not None:
            person = next((person for person in movement.people if person.id == known), None)
        if movement is None or person is None:
            waits = self.session.unmeasured or self.tr("Being measured…")
            self.about.setText(waits if movement is None else self.tr("Choose a person."))
            self._fill([], [], np.zeros((0, 0)), np.zeros(0, np.int64), None)
            return
        first, last = self.session.range()
        rows = np.flatnonzero((person.track.frames >= first) & (person.track.frames <= last))
        listed = list(columns(movement, person))
        values = np.stack([column.values for column in listed], axis=1)
        here = np.flatnonzero(person.track.frames == self.session.index)
        now = values[here[0]] if len(here) else np.full(len(listed), np.nan)
        some = np.isfinite(now) | np.isfinite(values[rows]).any(axis=0)
        said = self.tr(
            "Id {}, frame {}; range {} to {}, {} frames with the person. Filtered as {} does."
        ).format(person.id, self.session.index, first, last, len(rows), "swahr move --swaps leave")
        if not some.all():
            said += " " + self.tr("{} measures without a value in it are left out.").format(
                int((~some).sum())
            )
        self.about.setText(said)
        listed = [column for column, there in zip(listed, some, strict=True) if there]
        digits = np.asarray([column.digits for column in listed], np.int64)
        self._frames = person.track.frames[rows].tolist()
        names = [column.name for column in listed]
        self._fill(names, self._frames, values[rows][:, some], digits, now[some])

    def _fill(
        self,
        names: list[str],
        frames: list[int],
        values: np.ndarray,
        digits: np.ndarray,
        now: np.ndarray | None,
    ) -> None:
        if now is None:
            for table in (self.here, self.range):
                table.fill([], [], np.zeros((0, 0)), np.zeros((0, 0), np.int64))
            return
        if self.tabs.currentIndex():
            self.range.fill([str(frame) for frame in frames], names, values, digits)
            return
        known = np.isfinite(values)
        count = known.sum(axis=0)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = np.where(known, values, 0).sum(axis=0) / count
        least = np.where(known, values, np.inf).min(axis=0, initial=np.inf)
        most = np.where(known, values, -np.inf).max(axis=0, initial=-np.inf)
        words = [self.tr("Now"), self.tr("Least"), self.tr("Mean"), self.tr("Largest")]
        self.here.fill(names, words, np.stack([now, least, mean, most], axis=1), digits[:, None])

    def _view(self, table: Table) -> QTableView:
        view = QTableView()
        view.setModel(table)
        view.setTabKeyNavigation(False)
        corner = view.findChild(QAbstractButton)  # Qt gives it no name
        if corner is not None:
            corner.setAccessibleName(self.tr("Choose all"))
        for header, mode in (
            (view.horizontalHeader(), QHeaderView.ResizeMode.Interactive),
            (view.verticalHeader(), QHeaderView.ResizeMode.Fixed),
        ):
            assert header is not None
            header.setSectionResizeMode(mode)
        vertical = view.verticalHeader()
        assert vertical is not None
        vertical.setDefaultSectionSize(22)
        vertical.setStyleSheet("QHeaderView::section { padding: 0px 6px; }")
        across = view.horizontalHeader()
        assert across is not None
        across.setDefaultSectionSize(COLUMN_WIDTH)
        return view

    def _copy(self) -> None:
        clipboard = QApplication.clipboard()
        assert clipboard is not None
        clipboard.setText((self.range if self.tabs.currentIndex() else self.here).as_text())

    def _go(self, row: int) -> None:
        if row < len(self._frames):
            self.session.play(False)
            self.session.show_frame(self._frames[row])
