"""How long the app's window keeps a person waiting, and whether it grows while a clip is looped.

python -m benchmarks.app [--seconds 20] [--frames-per-second 2]     how long the window keeps a person waiting
python -m benchmarks.app --minutes 60                               whether memory, threads and timers grow

A timer of 2 ms beats in the event loop while a network that is slowed down sees a looped clip, and the window is
resized, sought in and changed; the longest time between two beats is what a person may feel. What this machine does
to any window is measured before, in the same way: an empty window beside a process that uses one core. With --minutes
the network runs as fast as it can, for so long.
"""

import argparse
import gc
import os
import subprocess
import sys
import tempfile
import threading
import time
from itertools import cycle
from pathlib import Path

import numpy as np

from swahr_app.shell.application import clear_opencv_folders, quicken_switches

BEAT_MS = 2
SETTLE_S = 3.0
ACT_EVERY_S = 0.25
PROMISE_MS = 50


def resident_mb() -> float:
    """Return the memory of this process in MB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--frames-per-second", type=float, default=2.0, help="of the slowed network")
    parser.add_argument("--minutes", type=float, default=0.0, help="loop a clip for so long instead")
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    clear_opencv_folders()
    with tempfile.TemporaryDirectory() as folder:
        if options.minutes:
            endure(Path(folder), options.minutes)
        else:
            respond(Path(folder), options.seconds, options.frames_per_second)


class Beats:
    """Times of a timer that beats in the event loop, and the work of its thread until then."""

    def __init__(self) -> None:
        from PyQt6.QtCore import QTimer

        self._beats: list[tuple[float, float]] = []
        self._timer = QTimer()
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        self._beats.append((time.perf_counter(), time.thread_time()))

    def tell(self, name: str) -> None:
        """Stop, and print how long a person would have waited."""
        self._timer.stop()
        gaps, worked = 1e3 * np.diff(np.asarray(self._beats), axis=0).T
        middle, most = np.quantile(gaps, (0.5, 0.99))
        print(
            f"{name}: {len(gaps)} beats; p50 {middle:.1f} ms, p99 {most:.1f} ms, max {gaps.max():.1f} ms; "
            f"over {PROMISE_MS} ms: {(gaps > PROMISE_MS).sum()}; the thread's own work at most {worked.max():.1f} ms",
            flush=True,
        )


def measure_empty(application, seconds: float) -> None:
    """Measure a window without anything in it beside a process that uses one core."""
    from PyQt6.QtWidgets import QMainWindow

    busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    window = QMainWindow()
    window.resize(1360, 860)
    window.show()
    wait(application, lambda: False, 1)
    beats = Beats()
    wait(application, lambda: False, seconds)
    beats.tell("empty window beside a busy process")
    busy.kill()
    busy.wait()
    window.close()


def open_window(application, folder: Path, frames_per_second: float):
    """Open the app with a looped clip, and wait for people."""
    from swahr.config import NetworkSettings
    from swahr.demo.clip import write_clip
    from swahr_app.live.workers.loading import Loaded, load
    from swahr_app.shell.window import Window
    from swahr_app.state.settings import AppSettings
    from swahr_app.state.store import Store

    def slowed(settings: NetworkSettings) -> Loaded:
        loaded = load(settings)
        infer = loaded.estimator.infer

        def slowly(frames, **options):
            started = time.monotonic()
            found = infer(frames, **options)
            if frames_per_second:
                time.sleep(max(0.0, 1 / frames_per_second - (time.monotonic() - started)))
            return found

        loaded.estimator.infer = slowly
        return loaded

    clip = folder / "clip.mp4"
    write_clip(clip)
    store = Store(folder / "settings.ini")
    defaults = AppSettings()
    store.save(defaults.changed(play=defaults.play.changed(loop=True)))
    window = Window(store, folder, load=slowed)
    window.resize(1360, 860)
    window.show()
    window.open(str(clip))
    wait(application, lambda: bool(window.state.shown and window.state.shown.poses), 120)
    wait(application, lambda: False, SETTLE_S)
    return window


def respond(folder: Path, seconds: float, frames_per_second: float) -> None:
    from PyQt6.QtCore import QTimer
    from PyQt6.QtWidgets import QApplication

    application = QApplication([])
    measure_empty(application, seconds)
    threads_before = threading.active_count()
    quicken_switches()
    window = open_window(application, folder, frames_per_second)
    state = window.state
    deeds = cycle(
        (
            lambda: state.change_in("overlay", boxes=not state.settings.overlay.boxes),
            lambda: state.seek_requested.emit(2.0),
            lambda: window.resize(1100, 760),
            lambda: state.change_in("overlay", layer="heatmaps"),
            lambda: state.change_in("network", max_people=5),
            lambda: window.resize(1360, 860),
            lambda: state.change_in("overlay", layer="none"),
        )
    )
    act = QTimer()
    act.setInterval(round(1000 * ACT_EVERY_S))
    act.timeout.connect(lambda: next(deeds)())
    beats = Beats()
    wait(application, lambda: False, seconds / 2)
    beats.tell("the app, looked at")
    beats = Beats()
    act.start()
    wait(application, lambda: False, seconds)
    act.stop()
    beats.tell(f"the app, used every {ACT_EVERY_S} s")
    assert state.shown is not None
    print(f"network: {state.shown.frame_rate:.1f} frames per second; left out: {state.shown.dropped}")
    started = time.perf_counter()
    close(application, window)
    left = threading.active_count() - threads_before
    print(f"closed in {time.perf_counter() - started:.2f} s; threads left: {left}")


def endure(folder: Path, minutes: float) -> None:
    from PyQt6.QtWidgets import QApplication

    application = QApplication([])
    window = open_window(application, folder, 0)
    first = (resident_mb(), threading.active_count(), active_timers())
    told = [(0.0, first[0])]
    print(f"start: {first[0]:.0f} MB, {first[1]} threads, {first[2]} timers", flush=True)
    began = time.monotonic()
    while (passed := (time.monotonic() - began) / 60) < minutes:
        wait(application, lambda: False, 60 * min(1.0, minutes - passed))
        told.append(((time.monotonic() - began) / 60, resident_mb()))
        print(
            f"minute {told[-1][0]:.1f}: {told[-1][1]:.0f} MB, {threading.active_count()} threads, "
            f"{active_timers()} timers, {window.state.shown.frame_rate:.1f} frames per second",
            flush=True,
        )
    last = (told[-1][1], threading.active_count(), active_timers())
    # The first minutes fill caches; what counts is whether it goes on.
    later = np.asarray([each for each in told if each[0] >= minutes / 4])
    slope = 60 * np.polyfit(*later.T, 1)[0] if len(later) > 1 else float("nan")
    print(
        f"{minutes:g} minutes: {first[0]:.0f} to {last[0]:.0f} MB, {first[1]} to {last[1]} threads, "
        f"{first[2]} to {last[2]} timers; slope of the last three quarters {slope:+.1f} MB an hour"
    )
    close(application, window)


def active_timers() -> int:
    """Return how many timers of Python run."""
    from PyQt6 import sip
    from PyQt6.QtCore import QTimer

    found = [thing for thing in gc.get_objects() if type(thing) is QTimer]
    return sum(not sip.isdeleted(timer) and timer.isActive() for timer in found)


def close(application, window) -> None:
    window.close()
    window.deleteLater()
    application.processEvents()


def wait(application, holds, seconds: float) -> None:
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


if __name__ == "__main__":
    main()
