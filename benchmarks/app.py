"""How long the app's window keeps a person waiting, and whether it grows while a clip is looped.

python -m benchmarks.app [--seconds 20] [--frames-per-second 2] [--minutes 0]

A timer of 2 ms beats in the event loop while a network that is slowed down sees a looped clip, and the window is
resized, sought in and changed; the longest time between two beats is what a person may feel. With --minutes the clip
is looped for so long, and memory and threads are told each minute.
"""

import argparse
import os
import tempfile
import threading
import time
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import numpy as np

from swahr_app.application import clear_opencv_folders

BEAT_MS = 2
SETTLE_S = 3.0
ACT_EVERY_S = 0.25


def resident_mb() -> float:
    """Return the memory of this process in MB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument(
        "--frames-per-second", type=float, default=2.0, help="of the network; 0: as fast as it is"
    )
    parser.add_argument("--minutes", type=float, default=0.0)
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    clear_opencv_folders()
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), options.seconds, options.frames_per_second, options.minutes)


def measure(folder: Path, seconds: float, frames_per_second: float, minutes: float) -> None:
    from PyQt6.QtCore import QTimer
    from PyQt6.QtWidgets import QApplication

    from benchmarks.demo_clip import write_clip
    from swahr_app.settings import ModelSettings, Settings
    from swahr_app.store import Store
    from swahr_app.window import Window
    from swahr_app.workers.loading import Loaded, load

    def slowed(settings: ModelSettings) -> Loaded:
        loaded = load(settings)
        infer = loaded.estimator.infer

        def slowly(frames):
            started = time.monotonic()
            found = infer(frames)
            if frames_per_second:
                time.sleep(max(0.0, 1 / frames_per_second - (time.monotonic() - started)))
            return found

        loaded.estimator.infer = slowly
        return loaded

    clip = folder / "clip.mp4"
    write_clip(clip)
    store = Store(folder / "settings.ini")
    defaults = Settings()
    store.save(replace(defaults, play=replace(defaults.play, loop=True)))
    application = QApplication([])
    threads_before = threading.active_count()
    window = Window(store, folder, load=slowed)
    window.resize(1360, 860)
    window.show()
    window.open(str(clip))
    state = window.state
    wait(application, lambda: state.shown is not None and state.shown.poses is not None, 120)
    wait(application, lambda: False, SETTLE_S)
    threads = threading.active_count()

    beats: list[tuple[float, float]] = []
    beat = QTimer()
    beat.setInterval(BEAT_MS)
    beat.timeout.connect(lambda: beats.append((time.perf_counter(), time.thread_time())))
    beat.start()
    deeds = cycle(
        (
            lambda: state.change_in("style", boxes=not state.settings.style.boxes),
            lambda: state.seek_requested.emit(2.0),
            lambda: window.resize(1100, 760),
            lambda: state.change_in("style", layer="heat"),
            lambda: state.change_in("people", max_people=5),
            lambda: window.resize(1360, 860),
            lambda: state.change_in("style", layer="none"),
        )
    )
    act = QTimer()
    act.setInterval(round(1000 * ACT_EVERY_S))
    act.timeout.connect(lambda: next(deeds)())
    act.start()
    wait(application, lambda: False, seconds)
    act.stop()
    beat.stop()
    gaps, worked = 1e3 * np.diff(np.asarray(beats), axis=0).T
    assert state.shown is not None
    print(f"network: {state.shown.frame_rate:.1f} frames a second; left out: {state.shown.dropped}")
    print(
        f"event loop, {len(gaps)} beats in {seconds:g} s: median {np.median(gaps):.1f} ms, "
        f"99.9 % {np.quantile(gaps, 0.999):.1f} ms, longest {gaps.max():.1f} ms"
    )
    # On a machine that is busy with other things the rest of a gap is the wait for a core.
    own = f"longest {worked.max():.1f} ms, in the longest gap {worked[gaps.argmax()]:.1f} ms"
    print(f"the thread's own work in a gap: {own}")
    for minute in range(1, round(minutes) + 1):
        wait(application, lambda: False, 60)
        print(
            f"minute {minute}: {resident_mb():.0f} MB, {threading.active_count()} threads (first {threads})",
            flush=True,
        )
    started = time.perf_counter()
    window.close()
    print(
        f"closed in {time.perf_counter() - started:.2f} s; threads {threading.active_count()} of {threads_before}"
    )
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
