"""Rows of controls with their labels."""

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from swahr_app.state.state import AppState
from swahr_app.widgets.bound import Choices, bound_field
from swahr_app.widgets.theme import SPACE

LABEL_WIDTH = 96


class Rows(QWidget):
    """A grid of labels and controls. fields: the controls of settings, by "group.name"."""

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self.state = state
        self.fields: dict[str, QWidget] = {}
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACE)
        self._grid.setVerticalSpacing(SPACE)
        self._grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        self._grid.setColumnStretch(1, 1)
        self._half: QHBoxLayout | None = None  # a row whose right half is free
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(self._grid)

    def add_field(self, group: str, name: str, choices: Choices | None = None) -> QWidget:
        """Add the control of a setting: check boxes two in a row, all else with its label before it.

        Args:
            group: Of the settings.
            name: Of the field.
            choices: See `bound_field`.

        Returns:
            The control.
        """
        field = bound_field(self.state, group, name, choices=choices)
        self.fields[f"{group}.{name}"] = field
        if isinstance(field, QCheckBox):
            self._add_half(field)
        else:
            self.add_row(field.accessibleName(), field)
        return field

    def add_group(self, group: str, without: tuple[str, ...] = ()) -> None:
        """Add the controls of all settings of a group that are not there yet, those of later releases too."""
        for info in getattr(self.state.settings, group).described():
            if info.name not in without and f"{group}.{info.name}" not in self.fields:
                self.add_field(group, info.name)

    def add_row(self, label: str, widget: QWidget) -> QLabel:
        """Add a widget with a label before it."""
        self._half = None
        row = self._grid.rowCount()
        text = QLabel(label)
        text.setObjectName("muted")
        text.setBuddy(widget)
        text.setToolTip(widget.toolTip())
        widget.setAccessibleName(label)
        self._grid.addWidget(text, row, 0)
        self._grid.addWidget(widget, row, 1)
        return text

    def add_wide(self, widget: QWidget) -> None:
        """Add a widget over the whole width."""
        self._half = None
        self._grid.addWidget(widget, self._grid.rowCount(), 0, 1, 2)

    def refresh(self) -> None:
        """Take up the theme's colours."""

    def _add_half(self, widget: QWidget) -> None:
        if self._half is not None:
            self._half.addWidget(widget, 1)
            self._half = None
            return
        self._half = QHBoxLayout()
        self._half.setSpacing(SPACE)
        self._half.addWidget(widget, 1, Qt.AlignmentFlag(0))
        self._grid.addLayout(self._half, self._grid.rowCount(), 0, 1, 2)
