"""Controls that show a setting and change it: one helper a kind."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from PyQt6.QtCore import QSignalBlocker, Qt
from PyQt6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QSpinBox, QWidget

from swahr_app.state.settings import Settings
from swahr_app.state.state import AppState

W = TypeVar("W", bound=QWidget)


def bound_check(state: AppState, group: str, name: str, text: str, tip: str) -> QCheckBox:
    """Return a check box of a truth value."""
    box = QCheckBox(text)
    box.setToolTip(tip)
    box.toggled.connect(lambda on: state.change_in(group, **{name: on}))
    return _following(state, group, name, box, box.setChecked)


def bound_choice(
    state: AppState, group: str, name: str, choices: Sequence[tuple[Any, str]], tip: str
) -> QComboBox:
    """Return a drop-down list. choices: value and text of each."""
    box = QComboBox()
    box.setToolTip(tip)
    for value, text in choices:
        box.addItem(text, value)
    box.activated.connect(lambda index: state.change_in(group, **{name: box.itemData(index)}))
    return _following(state, group, name, box, lambda value: box.setCurrentIndex(box.findData(value)))


def bound_whole(
    state: AppState, group: str, name: str, low: int, high: int, step: int, tip: str, special: str = ""
) -> QSpinBox:
    """Return a box of a whole number. special: what is shown for the least value."""
    box = QSpinBox()
    box.setRange(low, high)
    box.setSingleStep(step)
    box.setSpecialValueText(special)
    box.setKeyboardTracking(False)
    box.setToolTip(tip)
    box.valueChanged.connect(lambda value: state.change_in(group, **{name: value}))
    return _following(state, group, name, box, box.setValue)


def bound_number(
    state: AppState, group: str, name: str, low: float, high: float, step: float, tip: str, special: str = ""
) -> QDoubleSpinBox:
    """Return a box of a number with two digits. special: what is shown for the least value."""
    box = QDoubleSpinBox()
    box.setRange(low, high)
    box.setSingleStep(step)
    box.setDecimals(2)
    box.setSpecialValueText(special)
    box.setKeyboardTracking(False)
    box.setToolTip(tip)
    box.valueChanged.connect(lambda value: state.change_in(group, **{name: round(value, 4)}))
    return _following(state, group, name, box, box.setValue)


def _following(state: AppState, group: str, name: str, widget: W, show: Callable[[Any], object]) -> W:
    """Let a widget show a setting, whoever changes it."""
    widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def follow(now: Settings, _before: Settings | None = None) -> None:
        blocker = QSignalBlocker(widget)
        show(getattr(getattr(now, group), name))
        blocker.unblock()

    state.settings_changed.connect(follow)
    follow(state.settings)
    return widget
