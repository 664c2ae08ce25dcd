"""The log file, and hooks so that no exception is lost."""

import logging
import sys
import threading
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any

from PyQt6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

log = logging.getLogger("swahr_app")

MAX_BYTES, OLDER = 1_000_000, 2
LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def start_log(path: Path) -> logging.Handler:
    """Write what the app and the library log to a file that does not grow for ever; return the handler."""
    handler = RotatingFileHandler(path, maxBytes=MAX_BYTES, backupCount=OLDER, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-8s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    if root.level > logging.INFO or root.level == logging.NOTSET:
        root.setLevel(logging.INFO)
    return handler


class Hooks:
    """Sends every exception that nobody caught to the log and to `notify`, from all threads and from Qt.

    notify: is given one line for the window, from any thread. `remove` puts back what was there before.
    """

    def __init__(self, notify: Callable[[str], None]) -> None:
        self._notify = notify
        self._before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        sys.excepthook = self._exception
        threading.excepthook = self._in_thread
        sys.unraisablehook = self._unraisable
        self._qt = qInstallMessageHandler(self._message)

    def remove(self) -> None:
        """Put back what was there before."""
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._before
        qInstallMessageHandler(self._qt)

    def _exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return  # Ctrl-C in the terminal ends the app another way
        log.critical("an exception that nobody caught", exc_info=(kind, error, trace))
        self._notify(f"{kind.__name__}: {error}")

    def _in_thread(self, arguments: Any) -> None:
        if arguments.exc_type is not SystemExit and arguments.exc_value is not None:
            self._exception(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    def _unraisable(self, arguments: Any) -> None:
        value = arguments.exc_value
        log.error("an exception where none can be raised: %s", arguments.err_msg, exc_info=value)

    def _message(self, kind: QtMsgType, _context: QMessageLogContext, text: str | None) -> None:
        log.log(LEVELS.get(kind, logging.WARNING), "Qt: %s", text)
