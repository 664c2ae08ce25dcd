"""A part of the inspector, under a heading that opens and closes it."""

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from swahr_app.widgets.icons import icon
from swahr_app.widgets.theme import SPACE, current_theme

LABEL_WIDTH = 96


class Section(QWidget):
    """A heading and rows under it."""

    def __init__(self, title: str, opened: bool = True) -> None:
        super().__init__()
        self.heading = QToolButton()
        self.heading.setObjectName("section")
        self.heading.setText(f" {title}")
        self.heading.setCheckable(True)
        self.heading.setIconSize(QSize(14, 14))
        self.heading.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.heading.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.heading.toggled.connect(self._open)
        self.body = QWidget()
        self.rows = QGridLayout(self.body)
        self.rows.setContentsMargins(0, 0, 0, SPACE * 3 // 2)
        self.rows.setHorizontalSpacing(SPACE)
        self.rows.setVerticalSpacing(SPACE)
        self.rows.setColumnMinimumWidth(0, LABEL_WIDTH)
        self.rows.setColumnStretch(1, 1)
        line = QFrame()
        line.setFixedHeight(1)
        self._line = line
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE * 2, 0, SPACE * 2, 0)
        layout.setSpacing(0)
        layout.addWidget(self.heading)
        layout.addWidget(self.body)
        layout.addWidget(line)
        self.heading.setChecked(opened)
        self._open(opened)

    def add_row(self, label: str, widget: QWidget) -> QLabel:
        """Add a widget with a label before it."""
        row = self.rows.rowCount()
        text = QLabel(label)
        text.setObjectName("muted")
        text.setBuddy(widget)
        text.setToolTip(widget.toolTip())
        widget.setAccessibleName(label)
        self.rows.addWidget(text, row, 0)
        self.rows.addWidget(widget, row, 1)
        return text

    def add_wide(self, widget: QWidget) -> None:
        """Add a widget over the whole width."""
        self.rows.addWidget(widget, self.rows.rowCount(), 0, 1, 2)

    def add_pair(self, left: QWidget, right: QWidget) -> None:
        """Add two widgets side by side, of one width."""
        pair = QHBoxLayout()
        pair.setSpacing(SPACE)
        pair.addWidget(left, 1)
        pair.addWidget(right, 1)
        self.rows.addLayout(pair, self.rows.rowCount(), 0, 1, 2)

    def refresh(self) -> None:
        """Take up the theme's colours."""
        self._open(self.heading.isChecked())
        self._line.setStyleSheet(f"background: {current_theme().border};")

    def _open(self, opened: bool) -> None:
        self.body.setVisible(opened)
        self.heading.setIcon(icon("down" if opened else "right", current_theme().muted))
