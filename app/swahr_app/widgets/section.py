"""A part of a column, under a heading that opens and closes it."""

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtWidgets import QFrame, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from swahr_app.widgets.icons import icon
from swahr_app.widgets.theme import SPACE, current_theme


class Section(QWidget):
    """A heading and what stands under it."""

    def __init__(self, title: str, body: QWidget, opened: bool = True) -> None:
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
        inside = QVBoxLayout(self.body)
        inside.setContentsMargins(0, 0, 0, SPACE * 3 // 2)
        inside.addWidget(body)
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

    def refresh(self) -> None:
        """Take up the theme's colours."""
        self._open(self.heading.isChecked())
        self._line.setStyleSheet(f"background: {current_theme().border};")

    def _open(self, opened: bool) -> None:
        self.body.setVisible(opened)
        self.heading.setIcon(icon("down" if opened else "right", current_theme().muted))
