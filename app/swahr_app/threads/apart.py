"""Work in another process: it has a lock of Python of its own, for which the window never waits.

A thread that stands back behind the window's may have that lock and no core, and the window then waits for both. And
what crashes there, in a codec, a driver or for want of memory, leaves the window as it is.
"""

import logging
import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from logging.handlers import QueueHandler
from multiprocessing.connection import Connection
from typing import Any, Protocol

from swahr._util.memory import keep_freed_memory
from swahr._util.parent import end_with_parent
from swahr.errors import SwahrError, first_line

log = logging.getLogger(__name__)

LOOK_S = 0.05  # between two looks whether the work is to be stopped
END_S = 5.0  # for a process that has said all

# Takes what the work has to say: what it is of, and values.
Say = Callable[..., None]


class DiedError(Exception):
    """The process of a task has died. code: what it ended with; a signal is negative."""

    def __init__(self, code: int | None) -> None:
        super().__init__(f"the process ended with code {code}")
        self.code = code


class Task(Protocol):
    """Work that is passed to another process, and so can be pickled."""

    def __call__(self, say: Say, stopping: Callable[[], bool]) -> None:
        """Do it until it is done or `stopping`.

        Raises:
            SwahrError: It cannot be done.
        """
        ...


def run_apart(task: Task, niceness: int, say: Say, stopping: Callable[[], bool]) -> None:
    """Do a task in a process of its own, and wait until it has ended.

    Args:
        task: What to do.
        niceness: How much the process stands back behind others.
        say: Is given what the task says, in this thread.
        stopping: Whether the task is to end; asked every `LOOK_S` at least.

    Raises:
        SwahrError: Raised by the task, or there can be no other process.
        DiedError: The process has ended without a word.
        RuntimeError: A mistake of ours, with its traceback.
    """
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    level = logging.getLogger().getEffectiveLevel()
    process = context.Process(
        target=_work, args=(there, task, niceness, level), name="swahr work", daemon=True
    )
    try:
        process.start()
    except OSError as error:
        here.close()
        raise SwahrError(
            f"another process could not be started ({error.strerror}); close other programs, and try again"
        ) from error
    finally:
        there.close()  # so that the end of the process is the end of the pipe
    try:
        _listen(here, say, stopping)
    except EOFError as error:
        process.join(END_S)
        raise DiedError(process.exitcode) from error
    finally:
        here.close()
        process.join(END_S)
        if process.is_alive():
            process.kill()
            process.join()
        process.close()


def _listen(pipe: Connection, say: Say, stopping: Callable[[], bool]) -> None:
    """Pass on what comes until the task has ended.

    Raises:
        EOFError: The other end is gone.
    """
    asked = False
    while True:
        if not asked and stopping():
            with suppress(OSError):  # it has just ended, and what it said is still to be read
                pipe.send(None)
            asked = True
        try:
            if not pipe.poll(LOOK_S):
                continue
            kind, values = pipe.recv()
        except OSError as error:
            raise EOFError from error
        if kind == "said":
            say(*values)
        elif kind == "log":
            logging.getLogger(values.name).handle(values)
        elif kind == "raised":
            raise values
        elif kind == "mistake":
            line, text = values
            raise RuntimeError(line) from _ThereError(text)
        else:
            return


class _ThereError(Exception):
    """What was raised in another process, with its traceback."""


class _Records(QueueHandler):
    """Sends what is logged to the process that keeps a log."""

    def __init__(self, send: Callable[[str, Any], None]) -> None:
        super().__init__(None)  # type: ignore[arg-type]  # there is a pipe in place of a queue
        self._send = send

    def enqueue(self, record: logging.LogRecord) -> None:
        self._send("log", record)


def _work(pipe: Connection, task: Task, niceness: int, level: int) -> None:
    # Ctrl-C reaches the whole group; the window decides what becomes of us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(max(0, niceness - os.nice(0)))  # the thread that started us may stand back already
    keep_freed_memory()
    end_with_parent()
    lock = threading.Lock()

    def send(kind: str, values: Any) -> None:
        with lock:
            pipe.send((kind, values))

    root = logging.getLogger()
    root.setLevel(level)
    root.addHandler(_Records(send))
    threading.excepthook = _log_of_thread
    try:
        task(lambda *values: send("said", values), pipe.poll)
    except SwahrError as error:
        send("raised", error)
    except Exception as error:
        send("mistake", (f"{type(error).__name__}: {first_line(error)}", traceback.format_exc()))
    else:
        send("ended", None)


def _log_of_thread(raised: threading.ExceptHookArgs) -> None:
    """Log what nobody has caught in another thread of this process, for the window's log."""
    if raised.exc_value is not None:
        log.error(
            "a thread of another process", exc_info=(raised.exc_type, raised.exc_value, raised.exc_traceback)
        )
