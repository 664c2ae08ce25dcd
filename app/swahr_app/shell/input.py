"""How keys and the wheel act, whichever widget is under them: one filter for the whole application.

- A single key belongs to the page; a widget keeps those that it types with. Space is thus free for playback where a
  page has it, and Return presses what has the keyboard.
- Escape leaves, one after the other: a field, as it was before; a message; full screen.
- The wheel changes a value only where the keyboard is; elsewhere it scrolls what is around.
"""

from collections.abc import Callable
from dataclasses import dataclass

from PyQt6.QtCore import QEvent, QObject, Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QTextEdit,
    QWidget,
)

TEXTS = (QLineEdit, QPlainTextEdit, QTextEdit)
FIELDS = (*TEXTS, QAbstractSpinBox, QComboBox)
VALUES = (QAbstractSpinBox, QComboBox, QAbstractSlider)
# What a box of a number is typed with, beside digits.
OF_NUMBERS = "+-.,eE"
PRESS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


@dataclass(frozen=True)
class Ways:
    """What the window does. Each of `escapes` returns whether there was something to leave; home: has the picture.

    plays: whether Space plays on the page that is seen.
    """

    home: Callable[[], QWidget]
    plays: Callable[[], bool]
    escapes: tuple[Callable[[], bool], ...]


class InputRules(QObject):
    """The filter, for the widgets of one window; dialogs and open lists keep Qt's ways, but for the wheel."""

    def __init__(self, window: QWidget, ways: Ways) -> None:
        super().__init__(window)
        self._window, self._ways = window, ways
        for widget in window.findChildren(QWidget):  # those that were polished before the filter hears of it
            _take_wheel_focus(widget)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802 - Qt's name
        """Return True for what a widget must not see."""
        if event is None or not isinstance(watched, QWidget):
            return False
        kind = event.type()
        if kind == QEvent.Type.Polish:
            _take_wheel_focus(watched)
        elif kind == QEvent.Type.Wheel:
            return self._keep_value(watched, event)
        elif isinstance(event, QKeyEvent) and watched.window() is self._window and not _popup():
            if kind == QEvent.Type.ShortcutOverride:
                return self._override(watched, event)
            if kind == QEvent.Type.KeyPress:
                return self._press(watched, event)
        return False

    def _keep_value(self, watched: QWidget, event: QEvent) -> bool:
        field = _field_of(watched, VALUES)
        if field is None or isinstance(field, QScrollBar) or field.hasFocus():
            return False
        around = field.parentWidget()
        while around is not None and not isinstance(around, QAbstractScrollArea):
            around = around.parentWidget()
        if around is not None:
            QApplication.sendEvent(around.viewport(), event)  # what a filter keeps does not go on by itself
        return True

    def _override(self, watched: QWidget, event: QKeyEvent) -> bool:
        """Let keys that a widget has no use for be shortcuts, and Space press a button where it does not play."""
        single = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
        if not single:
            return False
        if isinstance(_field_of(watched, (QAbstractSpinBox,)), QAbstractSpinBox):
            text = event.text()
            if text and text.isprintable() and not text.isdigit() and text not in OF_NUMBERS:
                event.ignore()
                return True
        if (
            event.key() == Qt.Key.Key_Space
            and isinstance(watched, QAbstractButton)
            and not self._ways.plays()
        ):
            event.accept()
            return True
        return False

    def _press(self, watched: QWidget, event: QKeyEvent) -> bool:
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if event.key() == Qt.Key.Key_Escape and watched is (QApplication.focusWidget() or self._window):
            return self._escape(watched)
        if event.key() in PRESS and watched.hasFocus() and watched.isEnabled():
            if isinstance(watched, QAbstractButton):
                watched.click()
                return True
            if isinstance(watched, QComboBox):
                watched.showPopup()
                return True
        return False

    def _escape(self, watched: QWidget) -> bool:
        field = _field_of(watched, FIELDS)
        if field is not None:
            line = field if isinstance(field, QLineEdit) else field.findChild(QLineEdit)
            while line is not None and line.isUndoAvailable():
                line.undo()
            self._ways.home().setFocus(Qt.FocusReason.ShortcutFocusReason)
            return True
        if any(leave() for leave in self._ways.escapes):
            return True
        home = self._ways.home()
        if watched is not home:
            home.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True


def _take_wheel_focus(widget: QWidget) -> None:
    """Let the wheel give no widget the keyboard."""
    if isinstance(widget, VALUES) and widget.focusPolicy() == Qt.FocusPolicy.WheelFocus:
        widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)


def _field_of(widget: QWidget, kinds: tuple[type[QWidget], ...]) -> QWidget | None:
    """Return the widget, or the one that it is a part of, where that is of a kind."""
    around = widget.parentWidget()
    if isinstance(around, QAbstractSpinBox | QComboBox) and isinstance(around, kinds):
        return around
    return widget if isinstance(widget, kinds) else None


def _popup() -> bool:
    return QApplication.activePopupWidget() is not None
