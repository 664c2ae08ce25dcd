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
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.loops import Beats, active_timers, close, resident_mb, slowed, wait
from benchmarks.machine import describe
from swahr_app.shell.application import clear_opencv_folders, quicken_switches

SIZE, SECONDS, OTHER_SECONDS = (1280, 720), 20, 6
MOVE_MS = 40  # between two moves of a mouse that drags
OTHER_EVERY_S = 120.0
GOAL_FRAME_MS, GOAL_GROWTH = 30, 0.05
Deed = Iterator[None]


class Latency:
    """How long after a wish people, and the picture, of a frame are painted; in parts of a millisecond, counted."""

    def __init__(self) -> None:
        self.counts = {"people": np.zeros(20_000, np.int64), "picture": np.zeros(20_000, np.int64)}
        self.asked = self.passed_over = 0
        self._wish: tuple[int, float] | None = None
        self._waits: set[str] = set()

    def ask(self, index: int) -> None:
        """Note that a frame is wanted now."""
        self.passed_over += "picture" in self._waits
        self._wish, self._waits = (index, time.perf_counter()), {"people", "picture"}
        self.asked += 1

    def painted(self, session: Any) -> None:
        """Note what the window has painted."""
        if self._wish is None or session.index != self._wish[0] or session.people is None:
            return
        ready = {"people"}
        if session.picture is not None and session.picture.index == session.index:
            ready.add("picture")
        for name in ready & self._waits:
            waited = 1e3 * (time.perf_counter() - self._wish[1])
            self.counts[name][min(int(waited * 10), 19_999)] += 1
        self._waits -= ready

    def said(self, name: str) -> str:
        """Return how long it took."""
        counts = self.counts[name]
        summed = np.cumsum(counts)
        if not summed[-1]:
            return f"{name}: never"
        at = [np.searchsorted(summed, part * summed[-1]) / 10 for part in (0.5, 0.95, 0.99)]
        within = summed[GOAL_FRAME_MS * 10] / summed[-1]
        return (
            f"{name}: {summed[-1]} times; p50 {at[0]:.1f} ms, p95 {at[1]:.1f} ms, p99 {at[2]:.1f} ms; "
            f"within {GOAL_FRAME_MS} ms: {within:.1%}"
        )


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


class Person:
    """Someone who never rests. doing: the name of what is done just now."""

    def __init__(self, window: Any, clip: Path, other: Path, seed: int) -> None:
        self.window, self.clip, self.other = window, clip, other
        self.random = random.Random(seed)
        self.latency = Latency()
        self.doing, self.done = "", 0
        self._deed: Deed = iter(())
        self._other_at = time.monotonic() + OTHER_EVERY_S / 2
        review = window.review
        self.session, self.timeline, self.canvas = review.session, review.timeline, review.canvas
        self.commands = {command.name.removeprefix("review_"): command for command in review.commands}

    def go_on(self) -> None:
        """Do the next little thing."""
        try:
            next(self._deed)
        except StopIteration:
            self.done += 1
            deed = self._choose()
            self.doing, self._deed = deed.__name__, deed()

    def _choose(self) -> Callable[[], Deed]:
        if time.monotonic() > self._other_at:
            self._other_at = time.monotonic() + OTHER_EVERY_S
            return self.open_another
        chances: dict[Callable[[], Deed], int] = {
            self.drag_the_timeline: 10,
            self.seek_anywhere: 6,
            self.step: 6,
            self.play: 4,
            self.look_closer: 3,
            self.correct_and_undo: 3,
            self.choose_people: 3,
            self.plot_and_table: 2,
            self.mark_and_name: 2,
            self.live: 4,
            self.other_pages: 1,
        }
        return self.random.choices([*chances], [*chances.values()])[0]

    # ---- on the review page ------------------------------------------------------------------------------------

    def drag_the_timeline(self) -> Deed:
        """Drag through a part of the video, slowly or fast, forth and back."""
        self._review()
        at = self.random.uniform(0, 1)
        for _ in range(self.random.randint(1, 4)):
            to = self.random.uniform(0, 1)
            moves = self.random.randint(8, 40)
            self._mouse("press", at)
            for number in range(1, moves + 1):
                self._mouse("move", at + (to - at) * number / moves)
                yield
            self._mouse("release", to)
            at = to
            yield

    def seek_anywhere(self) -> Deed:
        """Click into the timeline."""
        self._review()
        for _ in range(self.random.randint(2, 8)):
            at = self.random.uniform(0, 1)
            self._mouse("press", at)
            self._mouse("release", at)
            yield from self._rest(self.random.randint(1, 8))

    def step(self) -> Deed:
        """Hold an arrow key down."""
        self._review()
        name = self.random.choice(("next", "next", "back"))
        for _ in range(self.random.randint(10, 60)):
            self._wish(self.session.index + (1 if name == "next" else -1))
            self._do(name)
            yield

    def play(self) -> Deed:
        """Let the film run, from the start again at its end."""
        self._review()
        for _ in range(self.random.randint(1, 3)):
            self.session.play(True)
            yield from self._rest(self.random.randint(20, 100))
            self._do("start")
        self.session.play(False)

    def look_closer(self) -> Deed:
        """Zoom and move the picture and the timeline."""
        self._review()
        for name in (
            "zoom_in",
            "zoom_in",
            "pan_left",
            "pan_down",
            "lanes_in",
            "lanes_in",
            "next",
            "zoom_out",
        ):
            self._do(name)
            yield
        for name in ("zoom_fit", "lanes_fit"):
            self._do(name)
            yield

    def correct_and_undo(self) -> Deed:
        """Move joints, exchange ids, and take all of it back."""
        self._review()
        document = self.session.document
        if document is None:
            return
        before = document.applied
        for name in (
            "person",
            "joint",
            "joint",
            "move_left",
            "move_down_far",
            "hide_joint",
            "swap_ids",
            "cut_id",
        ):
            self._do(name)
            yield
        while self.session.document is document and document.applied > before:
            self._do("undo")
            yield

    def choose_people(self) -> Deed:
        """Go from person to person, and where something is doubtful."""
        self._review()
        for name in ("person", "doubtful", "person", "gap", "swap", "joint", "doubtful_back", "nobody"):
            self._do(name)
            yield

    def plot_and_table(self) -> Deed:
        """Plot each kind, and show the table of values."""
        self._review()
        self._do("person")
        for name in ("plot", "plot", "values", "next", "next", "plot", "values", "plot"):
            self._do(name)
            yield from self._rest(3)

    def mark_and_name(self) -> Deed:
        """Mark a range, name a frame, and undo it."""
        self._review()
        document = self.session.document
        if document is None:
            return
        for name in ("in", "jump_on", "out"):
            self._do(name)
            yield
        before = document.applied
        self._do("add_event")
        yield from self._rest(3)
        if self.session.document is document and document.applied > before:
            self._do("undo")
        self.session.marks = (None, None)
        self.session.tracks_changed.emit()
        yield

    def open_another(self) -> Deed:
        """Open the clip that nobody has looked at, scrub while people are looked for, and go back to the first."""
        for file in self.other.parent.glob("other.swahr*"):
            file.unlink()
        self._review()
        self.window.review.open(str(self.other))
        yield from self._rest(50)
        for _ in range(4):
            yield from self.seek_anywhere()
            yield from self.drag_the_timeline()
        self.window.review.open(str(self.clip))
        while any(thread.name == "swahr review analysis" for thread in threading.enumerate()):
            yield

    # ---- elsewhere ---------------------------------------------------------------------------------------------

    def live(self) -> Deed:
        """Look at the live view, seek in its loop, and change what is drawn."""
        window, state = self.window, self.window.state
        window.show_page(0)
        yield from self._rest(15)
        deeds = (
            lambda: state.change_in("overlay", boxes=not state.settings.overlay.boxes),
            lambda: state.change_in(
                "overlay", layer=self.random.choice(("heatmaps", "tags", "none", "none"))
            ),
            lambda: window.live.transport.seek.sliderMoved.emit(self.random.randrange(10_000)),
            lambda: state.play_requested.emit(False),
            lambda: state.step_requested.emit(1),
            lambda: window.live.show_plot(window.live.below.isHidden()),
            lambda: window.resize(self.random.randint(1100, 1500), self.random.randint(760, 960)),
        )
        for _ in range(self.random.randint(3, 10)):
            self.random.choice(deeds)()
            yield from self._rest(self.random.randint(2, 12))
        state.change_in("overlay", layer="none")
        state.play_requested.emit(True)
        yield

    def other_pages(self) -> Deed:
        """Look at the batch and the training."""
        for page in (1, 2, 0, 3):
            self.window.show_page(page)
            yield from self._rest(4)

    # ---- little things -----------------------------------------------------------------------------------------

    def _review(self) -> None:
        self.window.show_page(3)

    def _rest(self, beats: int) -> Deed:
        for _ in range(beats):
            yield

    def _do(self, name: str) -> None:
        self.commands[name].act()

    def _wish(self, index: int) -> None:
        if 0 <= index < self.session.frame_count and index != self.session.index:
            self.latency.ask(index)

    def _mouse(self, kind: str, part: float) -> None:
        """Press, move or release the mouse at a part of the timeline."""
        from PyQt6.QtCore import QEvent, QPointF, Qt
        from PyQt6.QtGui import QMouseEvent
        from PyQt6.QtWidgets import QApplication

        from swahr_app.review.axis import NAMES

        wide = self.timeline.width() - NAMES - 2
        x, y = NAMES + 1 + part * wide, self.timeline.height() - 20.0
        types = {
            "press": QEvent.Type.MouseButtonPress,
            "move": QEvent.Type.MouseMove,
            "release": QEvent.Type.MouseButtonRelease,
        }
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        if kind != "release":
            self._wish(int(self.timeline.frame_at(x)))
        where = QPointF(x, y)
        event = QMouseEvent(
            types[kind], where, QPointF(self.timeline.mapToGlobal(where.toPoint())),
            none if kind == "move" else left, none if kind == "release" else left,
            Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QApplication.sendEvent(self.timeline, event)


def endure(folder: Path, clip: Path, other: Path, options: argparse.Namespace) -> None:
    """Open the window, let a person loose on it, and say what came of it."""
    from PyQt6.QtCore import QTimer
    from PyQt6.QtWidgets import QApplication, QInputDialog

    from swahr_app.live.workers.loading import load
    from swahr_app.review.canvas import Canvas
    from swahr_app.shell.window import Window
    from swahr_app.state.settings import AppSettings
    from swahr_app.state.store import Store
    from swahr_app.threads import estimator as estimators

    application = QApplication([])
    before = set(threading.enumerate())
    make = estimators.make_estimator
    rate = options.frames_per_second
    estimators.make_estimator = lambda settings: slowed(make(settings), rate)
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
    timer = QTimer()
    timer.setInterval(MOVE_MS)
    timer.timeout.connect(person.go_on)
    timer.start()
    beats = Beats(lambda: person.doing)
    alone = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.scrubbing", "--empty"], stdin=subprocess.PIPE, env=os.environ
    )
    began, told = time.monotonic(), []
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
    timer.stop()
    beats.stop()
    alone.communicate(b"", timeout=60)
    assert first is not None
    last = (resident_mb(), threading.active_count(), active_timers())
    print(
        f"\n{options.minutes:g} minutes, {person.done} deeds, the network at {rate:g} frames per second at most"
    )
    print(
        f"memory: {first[0]:.0f} MB after {options.warm_up:g} minutes, {last[0]:.0f} MB at the end "
        f"({last[0] / first[0] - 1:+.1%}; goal within {GOAL_GROWTH:.0%}); most {max(told):.0f} MB"
    )
    print(f"waits: {beats.said()}")
    for waited, worked, doing in beats.worst:
        print(f"  {waited:.0f} ms, of them {worked:.0f} ms the thread's own work: {doing}")
    print(f"scrubbing, {person.latency.asked} frames asked for, {person.latency.passed_over} passed over")
    for name in ("people", "picture"):
        print(f"  {person.latency.said(name)}")
    print(f"threads {first[1]} to {last[1]}, timers {first[2]} to {last[2]}")
    ended = time.perf_counter()
    close(application, window)
    left = [thread.name for thread in threading.enumerate() if thread not in before]
    print(f"closed in {time.perf_counter() - ended:.2f} s; threads left: {left or 'none'}")


if __name__ == "__main__":
    main()
