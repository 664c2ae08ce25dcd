"""An hour of scrubbing and looping in a real window: does it keep a person waiting, does it grow, is anything left?

xvfb-run -a -s "-screen 0 1600x1000x24" python -m benchmarks.scrubbing --minutes 60

A clip of 1280 x 720 is analysed once, then a window opens its document. Until the time is over it is scrubbed, sought,
played and looped, on the timeline and on the live view, with everything beside it that a person does: pages are
changed, picture and timeline zoomed, joints moved and taken back, values plotted and tabled, and now and then another
clip is opened whose analysis is only beginning. The network sees so many frames a second as it is told to. A timer of
2 ms beats in the event loop meanwhile; the longest time between two beats is what a person may feel. An empty window in
a process of its own beats beside it: what that one waits for is the machine's. Memory counts while no analysis runs,
as a network of its own comes and goes with each.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.loops import Beats, Wait, active_timers, close, resident_mb, slow_estimator, slowed, wait
from benchmarks.machine import describe
from benchmarks.restless import Person
from swahr_app.shell.application import clear_opencv_folders, quicken_switches

SIZE, SECONDS, OTHER_SECONDS = (1280, 720), 20, 6
MOVE_MS = 40  # between two moves of a mouse that drags
GOAL_GROWTH = 0.05


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--warm-up", type=float, default=3.0, help="minutes before memory counts")
    parser.add_argument("--frames-per-second", type=float, default=2.0, help="of the slowed network")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--clips", type=Path, help="folder in which the clips stay; those of another run are used"
    )
    parser.add_argument("--empty", action="store_true", help="the empty window, until its input ends")
    options = parser.parse_args()
    if not options.empty and options.minutes <= options.warm_up:
        parser.error(
            f"{options.minutes:g} minutes end before memory counts, after {options.warm_up:g}: "
            "raise --minutes, or lower --warm-up"
        )
    clear_opencv_folders()
    quicken_switches()
    if options.empty:
        beat_alone()
        return
    with tempfile.TemporaryDirectory() as folder:
        clips = options.clips or Path(folder)
        clip, other = clips / "clip.mp4", clips / "other.mp4"
        for path, seconds in ((clip, SECONDS), (other, OTHER_SECONDS)):
            if not path.exists():
                write_clip(path, seconds)
        if not clip.with_suffix(".swahr").exists():
            analyse(clip)
        print(describe(threads=int(os.environ.get("OMP_NUM_THREADS", os.cpu_count() or 1))), flush=True)
        endure(Path(folder), clip, other, options)


def write_clip(path: Path, seconds: float) -> None:
    """Write the demo's clip again and again, in 1280 x 720."""
    path.parent.mkdir(parents=True, exist_ok=True)
    import cv2

    from swahr.demo.clip import FRAME_RATE, astronaut, frame
    from swahr.video import VideoWriter

    photo = astronaut()
    with VideoWriter(path, *SIZE, FRAME_RATE) as video:
        for index in range(round(seconds * FRAME_RATE)):
            drawn = cv2.resize(frame(photo, index / FRAME_RATE), SIZE, interpolation=cv2.INTER_LINEAR)
            video.write(drawn, index / FRAME_RATE)


def analyse(clip: Path) -> None:
    """Look for people in all frames, in another process, so that this one's memory is the window's."""
    swahr = Path(sys.executable).with_name("swahr")
    subprocess.run(
        [swahr, "video", clip, "-o", clip.with_suffix(".swahr")], check=True, stderr=subprocess.DEVNULL
    )


def beat_alone() -> None:
    """Show an empty window, and say how long it waited once nobody listens any more."""
    from PyQt6.QtWidgets import QApplication, QMainWindow

    application = QApplication([])
    window = QMainWindow()
    window.show()
    wait(lambda: False, 1)
    beats, ended = Beats(), threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    wait(ended.is_set, 1e6)
    beats.stop()
    print(f"an empty window beside it: {beats.said()}", flush=True)
    close(application, window)


def endure(folder: Path, clip: Path, other: Path, options: argparse.Namespace) -> None:
    """Open the window, let a person loose on it, and say what came of it."""
    from PyQt6.QtWidgets import QApplication, QInputDialog

    from swahr_app.live.workers.loading import load
    from swahr_app.review.canvas import Canvas
    from swahr_app.shell.window import Window
    from swahr_app.state.settings import AppSettings
    from swahr_app.state.store import Store
    from swahr_app.threads import estimator as estimators

    application = QApplication([])
    before = set(threading.enumerate())
    rate = options.frames_per_second
    estimators.make_estimator = partial(slow_estimator, rate)  # of the processes that fill documents
    QInputDialog.getItem = staticmethod(lambda *_: ("step", True))  # the name of an event, without a dialog

    def slow_load(settings: Any) -> Any:
        loaded = load(settings)
        slowed(loaded.estimator, rate)
        return loaded

    paint = Canvas.paintEvent

    def painted(canvas: Any, event: Any) -> None:
        paint(canvas, event)
        if canvas is person.canvas:
            person.latency.painted(canvas.session)

    Canvas.paintEvent = painted  # type: ignore[method-assign]
    store = Store(folder / "settings.ini")
    settings = AppSettings()
    store.save(settings.changed(play=settings.play.changed(loop=True)))
    window = Window(store, folder, load=slow_load)
    person = Person(window, clip, other, options.seed)
    window.resize(1360, 860)
    opening = Beats(lambda: "opening")
    window.show()
    window.open(str(clip))
    wait(lambda: bool(window.state.shown and window.state.shown.poses), 120)
    window.open_review(str(clip))
    wait(lambda: window.review.session.picture is not None and not window.review.session.filling, 60)
    opening.stop()
    print(f"opening: {opening.said()}", flush=True)
    scrub(application, window, person, options, before)


def scrub(
    application: Any, window: Any, person: Person, options: argparse.Namespace, before: set[threading.Thread]
) -> None:
    """Let a person scrub until the time is over, close the window, and say what came of it. before: threads then."""
    from PyQt6.QtCore import QTimer

    timer = QTimer()
    timer.setInterval(MOVE_MS)
    timer.timeout.connect(person.go_on)
    timer.start()
    beats = Beats(lambda: person.doing)
    alone = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.scrubbing", "--empty"], stdin=subprocess.PIPE, env=os.environ
    )
    began, told = time.monotonic(), []
    listed: list[Wait] = []
    first: tuple[float, int, int] | None = None
    while (passed := (time.monotonic() - began) / 60) < options.minutes:
        if first is None and passed >= options.warm_up:
            first = (resident_mb(), threading.active_count(), active_timers())
        until = options.warm_up if first is None else options.minutes
        wait(lambda: False, 60 * max(0.02, min(1.0, until - passed)))
        wait(lambda: person.doing != person.open_another.__name__, 120)
        told.append(resident_mb())
        print(
            f"minute {(time.monotonic() - began) / 60:.1f}: {told[-1]:.0f} MB, {threading.active_count()} threads, "
            f"{person.done} deeds; {beats.said()}",
            flush=True,
        )
        for wait_of in beats.worst:
            if wait_of not in listed:
                listed.append(wait_of)
                print(worst_line(wait_of), flush=True)
    timer.stop()
    beats.stop()
    alone.communicate(b"", timeout=60)
    assert first is not None
    last = (resident_mb(), threading.active_count(), active_timers())
    rate = options.frames_per_second
    print(
        f"\n{options.minutes:g} minutes, {person.done} deeds, the network at {rate:g} frames per second at most"
    )
    print(
        f"memory: {first[0]:.0f} MB after {options.warm_up:g} minutes, {last[0]:.0f} MB at the end "
        f"({last[0] / first[0] - 1:+.1%}; goal within {GOAL_GROWTH:.0%}); most {max(told):.0f} MB"
    )
    print(f"waits: {beats.said()}: {beats.worked_at}")
    for wait_of in beats.worst:
        print(worst_line(wait_of))
    print(f"scrubbing, {person.latency.asked} frames asked for, {person.latency.passed_over} passed over")
    for name in ("people", "picture"):
        print(f"  {person.latency.said(name)}")
    print(f"threads {first[1]} to {last[1]}, timers {first[2]} to {last[2]}")
    ended = time.perf_counter()
    close(application, window)
    left = [thread.name for thread in threading.enumerate() if thread not in before]
    print(f"closed in {time.perf_counter() - ended:.2f} s; threads left: {left or 'none'}")


def worst_line(wait_of: Wait) -> str:
    """Return what is told of a wait that was too long."""
    waited, worked, queued, doing = wait_of
    return f"  {waited:.0f} ms, of them {worked:.0f} ms the thread's own work, {queued:.0f} ms for a core: {doing}"


if __name__ == "__main__":
    main()
