"""Controls that show a setting and change it, made from what its settings model says of it.

Label, tool tip, range, step, unit and choices are those of `swahr.config`, in the language of the window.
"""

import math
import re
from collections.abc import Callable, Sequence
from typing import Any, get_args

from PyQt6.QtCore import QSignalBlocker, Qt
from PyQt6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QLineEdit, QSpinBox, QWidget

from swahr.config import SettingInfo, Settings
from swahr.errors import SettingError
from swahr_app.state.facts import Level
from swahr_app.state.settings import AppSettings
from swahr_app.state.state import AppState
from swahr_app.state.texts import choice_text, in_language, info_of, suffix_of, unset_text, worded

# Value and text of each.
Choices = Sequence[tuple[Any, str]]

# Without limits of the setting's own.
MAX_WHOLE, MAX_NUMBER = 2**31 - 1, 1e9
MIN_WHOLE, MIN_NUMBER = -(2**31), -1e9
DECIMALS = 2
MIN_LETTERS = 5  # of a drop-down list, so that long choices do not widen a panel


def bound_field(state: AppState, group: str, name: str, *, choices: Choices | None = None) -> QWidget:
    """Return the control of a setting.

    A truth value is a check box, a list of choices a drop-down list, a number a spin box that shows None as a text of
    its own, and all else a line to type. The control changes the setting at once and follows it, whoever changes it;
    a value that makes no sense is notified, and the control shows again what holds. Its accessible name is the label.

    Args:
        state: Holds the settings.
        group: Of the settings, such as "network".
        name: Of the field in the group.
        choices: Values and their texts, where they are known only here, such as the joints of a skeleton.

    Returns:
        A QCheckBox, QComboBox, QSpinBox, QDoubleSpinBox or QLineEdit.

    Raises:
        SettingError: There is no such group, or it has no such field.
    """
    info = _known(state, group, name)
    if choices is not None or info.choices:
        return bound_choice(state, group, name, choices)
    if info.base is bool:
        return bound_check(state, group, name)
    if info.base is int or info.base is float:
        return bound_number(state, group, name)
    return bound_line(state, group, name)


def _known(state: AppState, group: str, name: str) -> SettingInfo:
    holder = getattr(state.settings, group, None)
    if not isinstance(holder, Settings):
        groups = [each for each, value in state.settings.values().items() if isinstance(value, Settings)]
        raise SettingError(f"there is no group of settings {group!r}; expected one of {', '.join(groups)}")
    fields = [info.name for info in holder.described()]
    if name not in fields:
        raise SettingError(
            f"the settings {group} have no field {name!r}; expected one of {', '.join(fields)}"
        )
    return info_of(holder, name)


def bound_check(state: AppState, group: str, name: str) -> QCheckBox:
    """Return a check box of a truth value."""
    info = info_of(getattr(state.settings, group), name)
    box = QCheckBox(in_language(info.label))
    change, _ = _bind(state, group, info, box, box.setChecked)
    box.toggled.connect(change)
    return box


def bound_choice(state: AppState, group: str, name: str, choices: Choices | None = None) -> QComboBox:
    """Return a drop-down list. choices: value and text of each; None: those that the setting's type lists."""
    info = info_of(getattr(state.settings, group), name)
    box = QComboBox()
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(MIN_LETTERS)
    for value, text in choices or [(value, choice_text(info, value)) for value in info.choices]:
        box.addItem(text, value)

    change, _ = _bind(state, group, info, box, lambda value: box.setCurrentIndex(max(0, box.findData(value))))
    box.activated.connect(lambda index: change(box.itemData(index)))
    return box


def fill_choices(state: AppState, box: QWidget, choices: Choices) -> None:
    """Give a list that was made by `bound_choice` other choices; what is chosen stays, the first where it is gone."""
    assert isinstance(box, QComboBox)
    group, name = str(box.property("setting")).split(".")
    blocker = QSignalBlocker(box)
    box.clear()
    for value, text in choices:
        box.addItem(text, value)
    box.setCurrentIndex(max(0, box.findData(getattr(getattr(state.settings, group), name))))
    blocker.unblock()


def bound_number(state: AppState, group: str, name: str) -> QSpinBox | QDoubleSpinBox:
    """Return a box of a number; one step below the smallest number stands for None where that is a value."""
    info = info_of(getattr(state.settings, group), name)
    box = QSpinBox() if info.base is int else QDoubleSpinBox()
    low, high, step = number_range(info)
    if isinstance(box, QSpinBox):
        box.setRange(int(low), int(high))
        box.setSingleStep(int(step))
    else:
        box.setDecimals(DECIMALS if step < 1 else 1)
        box.setRange(low, high)
        box.setSingleStep(step)
    box.setSuffix(suffix_of(info))
    box.setKeyboardTracking(False)
    if info.optional:
        box.setSpecialValueText(unset_text(info))

    def show(value: Any) -> None:
        number = box.minimum() if value is None else value
        if isinstance(box, QSpinBox):
            box.setValue(int(number))
        else:
            box.setValue(number)

    change, _ = _bind(state, group, info, box, show)

    def changed(value: float) -> None:
        unset = info.optional and value == box.minimum()
        change(None if unset else value if isinstance(value, int) else round(value, DECIMALS))

    box.valueChanged.connect(changed)
    return box


def number_range(info: SettingInfo) -> tuple[float, float, float]:
    """Return lowest and highest value and step of a number's box, the place for None included."""
    whole = info.base is int
    step = info.step or (1 if whole or (info.low or 0) >= 1 else 0.1)
    low = (MIN_WHOLE if whole else MIN_NUMBER) if info.low is None else info.low
    high = (MAX_WHOLE if whole else MAX_NUMBER) if info.high is None else info.high
    smallest = 1 if whole else 10**-DECIMALS
    low, high = low + smallest * info.low_open, high - smallest * info.high_open
    if info.optional and info.low is not None:
        low = (math.ceil(low / step) - 1) * step
    return low, high, step


def bound_line(state: AppState, group: str, name: str) -> QLineEdit:
    """Return a line to type a text, or several numbers or words with commas; empty is None where that is a value."""
    info = info_of(getattr(state.settings, group), name)
    line = QLineEdit()
    line.setPlaceholderText(in_language(info.unset))
    change, follow = _bind(state, group, info, line, lambda value: line.setText(_as_line(value)))

    def changed() -> None:
        if line.text() == _as_line(getattr(getattr(state.settings, group), name)):
            return
        change(_from_line(info, line.text()))
        follow(state.settings)

    line.editingFinished.connect(changed)
    return line


def _as_line(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(f"{each:g}" if isinstance(each, float) else str(each) for each in value)
    return "" if value is None else str(value)


def _from_line(info: SettingInfo, text: str) -> Any:
    if info.optional and not text.strip():
        return None
    kind = get_args(info.base)
    # Numbers are made of words by the settings model, which says what is wrong with them.
    return tuple(re.split(r"[\s,;]+", text.strip(" ,;"))) if kind else text.strip()


def _bind(
    state: AppState, group: str, info: SettingInfo, widget: QWidget, show: Callable[[Any], object]
) -> tuple[Callable[[Any], None], Callable[[AppSettings], None]]:
    """Describe a widget and let it show a setting, whoever changes it; return how to change it and to show it anew."""
    widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    widget.setToolTip(in_language(info.help))
    widget.setAccessibleName(in_language(info.label))
    widget.setProperty("setting", f"{group}.{info.name}")

    about = f"setting {group}.{info.name}"

    def follow(now: AppSettings, _before: AppSettings | None = None) -> None:
        blocker = QSignalBlocker(widget)
        show(getattr(getattr(now, group), info.name))
        blocker.unblock()

    def change(value: Any) -> None:
        try:
            state.change_in(group, **{info.name: value})
        except SettingError as error:
            state.notify(Level.ERROR, worded(error), about=about)
            follow(state.settings)
        else:
            state.withdraw(about)

    state.settings_changed.connect(follow)
    follow(state.settings)
    return change, follow
