"""Whose turn it is with Python's lock: the window's thread has it soon, and keeps it while it paints."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from PyQt6.QtGui import QPaintEvent

# How long a thread that wants the lock waits before the one that has it is asked to give it up. The window's may not
# wait; and while it paints, each turn of another one, which may have no core, would cost it milliseconds.
SOON_S, PAINTING_S = 1e-4, 5e-3

Widget = TypeVar("Widget")
Paint = Callable[[Widget, QPaintEvent | None], None]


def let_the_window_in() -> None:
    """Let a thread have the lock soon after it wants it."""
    sys.setswitchinterval(SOON_S)


def undisturbed(paint: Paint[Widget]) -> Paint[Widget]:
    """Let a widget keep the lock until it has painted itself, within limits."""

    @wraps(paint)
    def painted(widget: Widget, event: QPaintEvent | None) -> None:
        # More is another program's choice, or the widget within which this one is painted.
        if sys.getswitchinterval() > 2 * SOON_S:
            paint(widget, event)
            return
        sys.setswitchinterval(PAINTING_S)
        try:
            paint(widget, event)
        finally:
            sys.setswitchinterval(SOON_S)  # what Python tells of it is a little less each time

    return painted
