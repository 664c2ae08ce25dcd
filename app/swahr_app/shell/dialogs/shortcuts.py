"""The sheet of keyboard shortcuts, made of the actions themselves."""

from collections.abc import Mapping, Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QAction, QKeySequence
from PyQt6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from swahr_app.widgets.theme import SPACE

COLUMNS = 2
HEIGHT = 720  # pixels, where the screen has them; the keys scroll


class ShortcutsDialog(QDialog):
    """Lists groups of actions that have keys."""

    def __init__(self, groups: Mapping[str, Sequence[QAction]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        columns = [QVBoxLayout() for _ in range(COLUMNS)]
        lengths = [0] * COLUMNS
        for title, actions in groups.items():
            known = [action for action in actions if not action.shortcut().isEmpty()]
            if known:
                shortest = lengths.index(min(lengths))
                columns[shortest].addLayout(self._group(title, known))
                lengths[shortest] += len(known) + 2
        row = QHBoxLayout()
        row.setSpacing(SPACE * 5)
        for column in columns:
            column.setSpacing(SPACE * 3)
            column.addStretch(1)
            row.addLayout(column, 1)
        done = QPushButton(self.tr("Close"))
        done.setDefault(True)
        done.clicked.connect(self.accept)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE * 3, SPACE * 3, SPACE * 3, SPACE * 2)
        layout.setSpacing(SPACE * 2)
        keys = QWidget()
        keys.setLayout(row)
        row.setContentsMargins(0, 0, SPACE * 2, 0)
        area = QScrollArea()
        area.setWidget(keys)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName(self.windowTitle())
        area.setMinimumWidth(keys.sizeHint().width() + SPACE * 2)
        area.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        layout.addWidget(area, 1)
        layout.addWidget(done, 0, Qt.AlignmentFlag.AlignRight)
        screen = self.screen()
        room = HEIGHT if screen is None else min(HEIGHT, round(0.8 * screen.availableGeometry().height()))
        self.resize(self.sizeHint().width(), room)

    def _group(self, title: str, actions: Sequence[QAction]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE * 3)
        grid.setVerticalSpacing(SPACE // 2)
        grid.setColumnStretch(0, 1)
        heading = QLabel(title)
        heading.setObjectName("title")
        grid.addWidget(heading, 0, 0, 1, 2)
        for row, action in enumerate(actions, start=1):
            text = QLabel(action.text().replace("&", "").removesuffix("…"))
            text.setMinimumWidth(190)
            key = QLabel(action.shortcut().toString(QKeySequence.SequenceFormat.NativeText))
            key.setObjectName("key")
            grid.addWidget(text, row, 0)
            grid.addWidget(key, row, 1, Qt.AlignmentFlag.AlignRight)
        return grid
