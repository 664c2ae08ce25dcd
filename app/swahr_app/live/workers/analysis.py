"""Finds the people of frames and draws them: network, parse, ids, overlay."""

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic, perf_counter
from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import QCoreApplication

from swahr.config import NetworkSettings, OverlaySettings, TrackSettings
from swahr.errors import SwahrError, first_line
from swahr.overlay import FrameMaps
from swahr.pose.poses import Poses
from swahr.video import write_photo
from swahr_app.live.workers.figures import Figures
from swahr_app.live.workers.following import Following
from swahr_app.live.workers.loading import Loaded
from swahr_app.live.workers.mailbox import Mailbox
from swahr_app.live.workers.painting import Drawing
from swahr_app.state.facts import Shown, Taken
from swahr_app.state.settings import PARSE_SETTINGS
from swahr_app.state.texts import worded
from swahr_app.threads.worker import Failed, Worker

if TYPE_CHECKING:
    from swahr.inference.output import NetworkOutput

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wanted:
    """What is wanted of a frame.

    network: those of its settings that act on what it said already. view: width and height in pixels of the screen.
    seen: whether anybody sees the picture; without, it is not drawn.
    """

    network: NetworkSettings = field(default_factory=NetworkSettings)
    tracking: TrackSettings = field(default_factory=TrackSettings)
    overlay: OverlaySettings = field(default_factory=OverlaySettings)
    view: tuple[int, int] = (960, 540)
    seen: bool = True


@dataclass(frozen=True)
class Analysed:
    """A frame with its people, for recordings and read-outs."""

    taken: Taken
    poses: Poses | None
    overlay: OverlaySettings
    maps: FrameMaps | None


@dataclass
class _Current:
    """The frame that is shown, and what was made of it."""

    taken: Taken
    inferred: "NetworkOutput | None" = None
    found: Poses | None = None
    poses: Poses | None = None
    wait_ms: float = 0.0  # in the box


class Analyser(Worker):
    """Takes the newest frame of `box`, again and again.

    shown: is given each frame as drawn. analysed: each new frame with its people, before it is drawn.
    saved: is given the file of a screenshot. What is wanted may change at any time; it acts on the frame that is
    shown, too.
    """

    def __init__(
        self,
        shown: Callable[[Shown], None],
        analysed: Callable[[Analysed], None],
        saved: Callable[[Path], None],
        failed: Failed,
    ) -> None:
        super().__init__("analyser", failed)
        self.box: Mailbox[Taken] = Mailbox(self.changed)
        self.session = 0
        self._shown, self._analysed, self._saved = shown, analysed, saved
        self._wanted, self._done = Wanted(), Wanted()
        self._loaded: Loaded | None = None
        self._expecting = False
        self._fresh = False  # another network than the one that saw the current frame
        self._pictures: deque[Path] = deque()
        self._current: _Current | None = None
        self._drawing, self._picture = Drawing(), Drawing()
        self.following = Following()
        self._figures = Figures()
        self._replaced = 0
        self._notified = ""

    def want(self, **changed: Any) -> None:
        """Change what is wanted: network, tracking, overlay, view, seen."""
        with self.changed:
            self._wanted = replace(self._wanted, **changed)
            self.changed.notify_all()

    def use(self, loaded: Loaded) -> None:
        """Go on with another network."""
        with self.changed:
            self._loaded, self._fresh, self._notified, self._expecting = loaded, True, "", False
            self.changed.notify_all()

    def expect(self, on: bool) -> None:
        """Say whether a network is being loaded."""
        with self.changed:
            self._expecting = on
            self.changed.notify_all()

    def begin(self, session: int) -> None:
        """Forget the frames of another source; those that still come are left out."""
        with self.changed:
            self.session = session
            self._replaced = self.box.replaced
            self.changed.notify_all()

    def save_picture(self, path: Path) -> None:
        """Write the current frame, drawn at its own size."""
        with self.changed:
            self._pictures.append(path)
            self.changed.notify_all()

    def work(self) -> None:
        """Go on until `stop`."""
        while True:
            with self.changed:
                while not (self.stopping or self._may_take() or self._due()):
                    self.changed.wait()
                if self.stopping:
                    return
                taken = self.box.take() if self._may_take() else None
                wanted, loaded, fresh = self._wanted, self._loaded, self._fresh
                self._fresh = False
                session = self.session
                pictures = list(self._pictures)
                self._pictures.clear()
            try:
                self._step(
                    taken if taken is not None and taken.session == session else None, wanted, loaded, fresh
                )
                for path in pictures:
                    self._write_picture(path, wanted)
            except SwahrError as error:
                log.warning("%s", error)
                self._failed(worded(error))

    def _may_take(self) -> bool:
        """Whether there is a frame; one that may not be left out waits for a network that is on its way."""
        newest = self.box.newest
        return newest is not None and not (
            newest.waited_for and self._loaded is None and self._expecting and newest.session == self.session
        )

    def _due(self) -> bool:
        """Whether the frame that is shown must be looked at, drawn or written again."""
        return self._current is not None and (
            self._fresh or self._wanted != self._done or bool(self._pictures)
        )

    def _step(self, taken: Taken | None, wanted: Wanted, loaded: Loaded | None, fresh: bool) -> None:
        before, self._done = self._done, wanted
        if fresh and loaded is not None:
            self.following.forget()
            self._figures.forget_stages()
        current = self._current
        if taken is not None:
            if current is None or current.taken.session != taken.session:
                self._restart()
            self._current = current = _Current(taken)
            current.wait_ms = 1e3 * (monotonic() - taken.put_at)
        if current is None or current.taken.session != self.session:
            return
        if loaded is not None:
            keep_maps, changed = wanted.overlay.layer != "none", _parse_of(wanted) != _parse_of(before)
            seen = current.inferred
            looked = taken is not None or fresh or seen is None
            # A GPU may have made people at once: other settings, and layers, then want another look.
            looked = looked or ((changed or keep_maps) and seen is not None and not seen.has_maps)
            try:
                self._adapt(loaded, wanted.network)
                if looked:
                    self._infer(current, loaded, keep_maps)
                if current.inferred is not None and (looked or changed):
                    self._parse(current, loaded, wanted.tracking)
            except SwahrError as error:
                self._notify_once(worded(error))  # the picture is shown all the same
        maps = self._maps(current, wanted.overlay)
        if taken is not None and not taken.again:
            self._figures.count()
            self._analysed(Analysed(current.taken, current.poses, wanted.overlay, maps))
        self._show(current, wanted, maps)

    def _notify_once(self, text: str) -> None:
        """Notify of what is wrong with every frame with the first of them alone."""
        if text != self._notified:
            self._notified = text
            log.warning("%s", text)
            self._failed(text)

    def _restart(self) -> None:
        self.following.forget()
        self._drawing.forget()
        self._figures.clear()

    def _infer(self, current: _Current, loaded: Loaded, keep_maps: bool) -> None:
        started = perf_counter()
        current.inferred = current.found = current.poses = None
        try:
            loaded.estimator.set_live(not current.taken.waited_for)
            frame = current.taken.frame
            boxes = loaded.estimator.boxes_of([(frame.index, frame.name)])
            current.inferred = loaded.estimator.infer([current.taken.image], keep_maps=keep_maps, boxes=boxes)
        except RuntimeError as error:  # torch: out of memory, a driver that failed
            log.exception("the network failed")
            with self.changed:
                if self._loaded is loaded:  # another one may have come meanwhile
                    self._loaded = None
            reason = first_line(error)
            raise SwahrError(
                QCoreApplication.translate(
                    "Analyser", "the network stopped ({}); choose a smaller input size or another device"
                ).format(reason)
            ) from error
        self._figures.since("network", started)

    def _adapt(self, loaded: Loaded, network: NetworkSettings) -> None:
        """Let the estimator follow the settings."""
        estimator = loaded.estimator
        estimator.params = replace(
            estimator.params,
            detection_threshold=_chosen(network.threshold, loaded.info.threshold),
            max_people=network.max_people,
        )
        estimator.selection = replace(
            estimator.selection,
            max_people=network.max_people,
            min_score=_chosen(network.min_score, loaded.info.min_score),
            max_similarity=network.max_similarity,
        )

    def _parse(self, current: _Current, loaded: Loaded, tracking: TrackSettings) -> None:
        assert current.inferred is not None
        started = perf_counter()
        current.found = loaded.estimator.parse(current.inferred)[0]
        self._figures.since("people", started)
        started = perf_counter()
        current.poses = self.following(current.found, current.taken, tracking)
        self._figures.since("ids", started)

    def _maps(self, current: _Current, overlay: OverlaySettings) -> FrameMaps | None:
        if overlay.layer == "none" or current.inferred is None:
            return None
        return current.inferred.maps(0)

    def _show(self, current: _Current, wanted: Wanted, maps: FrameMaps | None) -> None:
        started = perf_counter()
        taken, image = current.taken, None
        if wanted.seen:
            image = self._drawing.draw(
                taken.image, current.poses, wanted.overlay, maps, taken.record_s, wanted.view
            )
            self._figures.since("draw", started)
        self._figures.note("read", taken.read_ms)
        self._figures.note("wait", current.wait_ms)
        self._shown(
            Shown(
                session=taken.session,
                image=image,
                frame_index=taken.frame.index,
                time_s=taken.frame.time_s,
                poses=current.poses,
                stages=self._figures.stages(),
                frame_rate=self._figures.frame_rate(),
                dropped=taken.dropped + self.box.replaced - self._replaced,
            )
        )

    def _write_picture(self, path: Path, wanted: Wanted) -> None:
        current = self._current
        if current is None or current.taken.session != self.session:
            raise SwahrError(
                QCoreApplication.translate(
                    "Analyser", "there is no picture to save; open a camera or a video first"
                )
            )
        maps = self._maps(current, wanted.overlay)
        image = self._picture.draw(
            current.taken.image, current.poses, wanted.overlay, maps, current.taken.record_s, None
        )
        try:
            write_photo(path, image)
        except SwahrError as error:
            text = QCoreApplication.translate(
                "Analyser", "{}. Choose another folder under Recording, or free space on its disk."
            )
            raise SwahrError(text.format(error.message.rstrip("."))) from error
        self._saved(path)


def _parse_of(wanted: Wanted) -> tuple[object, ...]:
    return *(getattr(wanted.network, name) for name in PARSE_SETTINGS), wanted.tracking


def _chosen(value: float | None, own: float) -> float:
    """Return a value, the network's own where none is chosen."""
    return own if value is None else value
