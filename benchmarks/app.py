"""How long the app's window keeps a person waiting; `python -m benchmarks.scrubbing` is the hour of it.

python -m benchmarks.app [--seconds 20] [--frames-per-second 2]

A timer of 2 ms beats in the event loop while a network that is slowed down sees a looped clip, and the window is
resized, sought in and changed; the longest time between two beats is what a person may feel. What this machine does
to any window is measured before, in the same way: an empty window beside a process that uses one core.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from itertools import cycle
from pathlib import Path

from benchmarks.loops import Beats, close, slowed, wait
from swahr_app.shell.application import clear_opencv_folders, quicken_switches

SETTLE_S = 3.0
ACT_EVERY_S = 0.25


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--frames-per-second", type=float, default=2.0, help="of the slowed network")
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    clear_opencv_folders()
    with tempfile.TemporaryDirectory() as folder:
        respond(Path(folder), options.seconds, options.frames_per_second)


def tell(name: str, beats: Beats) -> None:
    """Stop to measure, and print how long a person would have waited."""
    beats.stop()
    print(f"{name}: {beats.said()}", flush=True)


def measure_empty(seconds: float) -> None:
    """Measure a window without anything in it beside a process that uses one core."""
    from PyQt6.QtWidgets import QMainWindow

    busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    window = QMainWindow()
    window.resize(1360, 860)
    window.show()
    wait(lambda: False, 1)
    beats = Beats()
    wait(lambda: False, seconds)
    tell("empty window beside a busy process", beats)
    busy.kill()
    busy.wait()
    window.close()


def open_window(folder: Path, frames_per_second: float):
    """Open the app with a looped clip, and wait for people."""
    from swahr.config import NetworkSettings
    from swahr.demo.clip import write_clip
    from swahr_app.live.workers.loading import Loaded, load
    from swahr_app.shell.window import Window
    from swahr_app.state.settings import AppSettings
    from swahr_app.state.store import Store

    def slow_load(settings: NetworkSettings) -> Loaded:
        loaded = load(settings)
        slowed(loaded.estimator, frames_per_second)
        return loaded

    clip = folder / "clip.mp4"
    write_clip(clip)
    store = Store(folder / "settings.ini")
    defaults = AppSettings()
    store.save(defaults.changed(play=defaults.play.changed(loop=True)))
    window = Window(store, folder, load=slow_load)
    window.resize(1360, 860)
    window.show()
    window.open(str(clip))
    wait(lambda: bool(window.state.shown and window.state.shown.poses), 120)
    wait(lambda: False, SETTLE_S)
    return window


def respond(folder: Path, seconds: float, frames_per_second: float) -> None:
    from PyQt6.QtCore import QTimer
    from PyQt6.QtWidgets import QApplication

    application = QApplication([])
    measure_empty(seconds)
    threads_before = threading.active_count()
    quicken_switches()
    window = open_window(folder, frames_per_second)
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
    wait(lambda: False, seconds / 2)
    tell("the app, looked at", beats)
    beats = Beats()
    act.start()
    wait(lambda: False, seconds)
    act.stop()
    tell(f"the app, used every {ACT_EVERY_S} s", beats)
    assert state.shown is not None
    print(f"network: {state.shown.frame_rate:.1f} frames per second; left out: {state.shown.dropped}")
    started = time.perf_counter()
    close(application, window)
    left = threading.active_count() - threads_before
    print(f"closed in {time.perf_counter() - started:.2f} s; threads left: {left}")


if __name__ == "__main__":
    main()
