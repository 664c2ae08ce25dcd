"""What is measured of a window's event loop while it is used: how long it keeps a person waiting, and what it holds."""

import gc
import os
import sys
import threading
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np

BEAT_MS = 2
PROMISE_MS = 50
LATE_S = 0.02  # after a beat
LOOK_S, LONG_LOCKED_S = 0.005, 0.015
WORST = 12  # waits that are told one by one
BINS_MS = np.arange(0, 2000, 0.1)


# Milliseconds of a wait, of them the thread's own work, and those for a core; and what was done.
Wait = tuple[float, float, float, str]


class Watch(threading.Thread):
    """Sees where the event loop's thread is while a beat is late. since: gives the moment of the last beat.

    beside: where other threads were when Python's lock was had again after `LONG_LOCKED_S`: one of them kept it.
    """

    def __init__(self, since: Callable[[], float]) -> None:
        super().__init__(name="watch of the event loop", daemon=True)
        self._since, self._watched = since, threading.get_ident()
        self._native = threading.get_native_id()
        self.going, self.seen, self.beside = True, "", ""

    def run(self) -> None:
        """Look every few milliseconds."""
        while self.going:
            before = time.perf_counter()
            time.sleep(LOOK_S)
            now = time.perf_counter()
            if now - self._since() > LATE_S:
                frames = sys._current_frames()
                self.seen = f"{_place(frames.pop(self._watched, None), 6)}{self._sleeps()}"
                if now - before > LOOK_S + LONG_LOCKED_S:
                    frames.pop(threading.get_ident(), None)
                    self.beside = "; ".join(_place(frame, 3) for frame in frames.values())

    def _sleeps(self) -> str:
        """Return what the thread waits for in the system: a lock, as Python's, or the display; "" where it works."""
        try:
            number = Path(f"/proc/self/task/{self._native}/syscall").read_text().split()[0]
        except (OSError, IndexError):
            return ""
        return {
            "202": ", waits for a lock",
            "7": ", waits for the display",
            "271": ", waits for the display",
        }.get(number, "" if number == "running" else f", in system call {number}")


def _place(frame: FrameType | None, most: int) -> str:
    """Return where a thread is, the innermost function first, and of others those of the project."""
    names: list[str] = []
    while frame is not None and len(names) < most:
        if "swahr" in frame.f_code.co_filename or not names:
            names.append(f"{Path(frame.f_code.co_filename).stem}.{frame.f_code.co_name}:{frame.f_lineno}")
        frame = frame.f_back
    return " < ".join(names)


class Beats:
    """Waits between beats of a timer in the event loop, and the work of its thread meanwhile, without growing.

    doing: says what is being done, for the waits that are too long. Of a wait the thread has worked a part, has waited
    for a core of the machine another part (Linux tells it), and for the rest for others: Python's lock, a file, a disk.
    """

    def __init__(self, doing: Callable[[], str] = lambda: "") -> None:
        from PyQt6.QtCore import Qt, QTimer

        self.counts = np.zeros(len(BINS_MS), np.int64)
        self.longest_ms = self.worked_ms = 0.0
        self.worked_at = ""  # what was done when the thread worked longest
        self.over = 0  # beats that were later than what is promised
        self.over_own = 0  # of these, those that were later than that without their wait for a core, too
        self.worst: list[Wait] = []
        self._doing = doing
        self._queue = _queue_of(threading.get_native_id())
        self._last = (time.perf_counter(), time.thread_time(), self._queued_s())
        self._watch = Watch(lambda: self._last[0])
        self._watch.start()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        now, before = (time.perf_counter(), time.thread_time(), self._queued_s()), self._last
        self._last = now
        waited, worked, queued = (1e3 * (after - then) for after, then in zip(now, before, strict=True))
        self.counts[min(int(waited * 10), len(BINS_MS) - 1)] += 1
        self.longest_ms = max(self.longest_ms, waited)
        if worked > self.worked_ms:
            self.worked_ms, self.worked_at = worked, f"{self._doing()}, at {self._watch.seen}"
        if waited > PROMISE_MS:
            self.over += 1
            self.over_own += waited - queued > PROMISE_MS
            beside = f"; beside it {self._watch.beside}" if self._watch.beside else ""
            told = (waited, worked, queued, f"{self._doing()}, at {self._watch.seen}{beside}")
            self.worst = sorted([*self.worst, told], reverse=True)[:WORST]
            self._watch.seen = self._watch.beside = ""

    def _queued_s(self) -> float:
        """Return for how long the thread has waited for a core so far."""
        return 0.0 if self._queue is None else 1e-9 * int(os.pread(self._queue, 64, 0).split()[1])

    def stop(self) -> None:
        """Beat no more."""
        self._timer.stop()
        if self._queue is not None:
            os.close(self._queue)
        self._watch.going = False
        self._watch.join()

    def quantile(self, part: float) -> float:
        """Return a wait, ms, that so large a part of all waits does not exceed."""
        summed = np.cumsum(self.counts)
        return float(BINS_MS[np.searchsorted(summed, part * summed[-1])])

    def said(self) -> str:
        """Return how long a person would have waited."""
        return (
            f"{self.counts.sum()} beats; p50 {self.quantile(0.5):.1f} ms, p99 {self.quantile(0.99):.1f} ms, "
            f"longest {self.longest_ms:.1f} ms; over {PROMISE_MS} ms: {self.over}, "
            f"of them without the wait for a core {self.over_own}; "
            f"the thread's own work at most {self.worked_ms:.1f} ms"
        )


def _queue_of(thread: int) -> int | None:
    """Return a file that says how long a thread has waited for a core; None where the system has none."""
    try:
        return os.open(f"/proc/self/task/{thread}/schedstat", os.O_RDONLY)
    except OSError:
        return None


def resident_mb() -> float:
    """Return the memory of this process in MB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def active_timers() -> int:
    """Return how many timers of Python run."""
    from PyQt6 import sip
    from PyQt6.QtCore import QTimer

    found = [thing for thing in gc.get_objects() if type(thing) is QTimer]
    return sum(not sip.isdeleted(timer) and timer.isActive() for timer in found)


def wait(holds: Callable[[], bool], seconds: float) -> None:
    """Run the event loop until something holds, or for some seconds."""
    from PyQt6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    end = QTimer()
    end.setSingleShot(True)
    end.timeout.connect(loop.quit)
    end.start(round(1000 * seconds))
    look = QTimer()
    look.timeout.connect(lambda: loop.quit() if holds() else None)
    look.start(50)
    loop.exec()


def close(application: Any, window: Any) -> None:
    """Close a window, and let Qt take it away."""
    window.close()
    window.deleteLater()
    application.processEvents()


def slowed(estimator: Any, frames_per_second: float) -> Any:
    """Let an estimator find people in so many frames a second at most; 0: as fast as it can. Returns it."""
    infer, known = type(estimator).infer, weakref.ref(estimator)  # what refers to itself is freed much later

    def slowly(frames: Any, **options: Any) -> Any:
        started = time.monotonic()
        found = infer(known(), frames, **options)
        time.sleep(max(0.0, len(frames) / frames_per_second - (time.monotonic() - started)))
        return found

    if frames_per_second:
        estimator.infer = slowly
    return estimator


def slow_estimator(frames_per_second: float, settings: Any) -> Any:
    """Load a network for the window that is `slowed`, in the window's process or in another one."""
    from swahr_app.threads.estimator import make_estimator

    return slowed(make_estimator(settings), frames_per_second)
