"""Signals of workers, heard in the main thread."""

from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import Qt, pyqtBoundSignal


def connect_queued(signal: pyqtBoundSignal, slot: Callable[..., Any]) -> None:
    """Call a slot from the event loop, whichever thread emits the signal."""
    signal.connect(slot, Qt.ConnectionType.QueuedConnection)  # type: ignore[call-arg]  # PyQt6's stubs lack it
