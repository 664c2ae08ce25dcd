"""A person who never rests at the window, for benchmarks.scrubbing: what is done, and how soon frames are painted."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

OTHER_EVERY_S = 120.0
GOAL_FRAME_MS = 30
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
        for which, mark in enumerate(self.session.marks):
            if mark is not None:
                self.session.show_frame(mark)
                self.session.set_mark(which)
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
