"""Finds the people of frames and draws them: network, parse, ids, overlay. One network sees all sources."""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter
from typing import Any

from PyQt6.QtCore import QCoreApplication

from swahr.config import NetworkSettings, OverlaySettings, TrackSettings
from swahr.errors import SwahrError, first_line
from swahr.overlay import FrameMaps
from swahr.pose.poses import Poses
from swahr.video import write_photo
from swahr_app.live.workers.lane import Lane
from swahr_app.live.workers.loading import Loaded
from swahr_app.live.workers.mailbox import Mailbox
from swahr_app.state.facts import Shown, Taken
from swahr_app.state.settings import PARSE_SETTINGS
from swahr_app.state.texts import worded
from swahr_app.threads.worker import Failed, Worker

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
    """A frame with its people, for recordings and read-outs. again: it was there before, and is seen otherwise now."""

    taken: Taken
    poses: Poses | None
    overlay: OverlaySettings
    maps: FrameMaps | None
    again: bool = False


class Analyser(Worker):
    """Takes the newest frame of each source, again and again, and shows them to the network together.

    No source is seen twice before all that have a frame were seen once, however fast they come.

    shown: is given each frame as drawn. analysed: each frame with its people, before it is drawn,
    and again where it is seen otherwise.
    saved: is given the file of a screenshot. What is wanted may change at any time; it acts on the frames that are
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
        self._lanes: dict[int, Lane] = {}
        self._shown, self._analysed, self._saved = shown, analysed, saved
        self._wanted, self._done = Wanted(), Wanted()
        self._loaded: Loaded | None = None
        self._expecting = False
        self._fresh = False  # another network than the one that saw the current frames
        self._pictures: deque[tuple[int, Path]] = deque()
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

    def open(self, session: int) -> Mailbox[Taken]:
        """Look at another source, too; return the box for its frames."""
        with self.changed:
            lane = self._lanes[session] = Lane(session, self.changed)
        return lane.box

    def close(self, session: int) -> None:
        """Forget a source; frames that still come are left out."""
        with self.changed:
            self._lanes.pop(session, None)
            self.changed.notify_all()

    def lane(self, session: int) -> Lane:
        """Return what is known of a source that is open."""
        return self._lanes[session]

    def save_picture(self, session: int, path: Path) -> None:
        """Write the current frame of a source, drawn at its own size."""
        with self.changed:
            self._pictures.append((session, path))
            self.changed.notify_all()

    def work(self) -> None:
        """Go on until `stop`."""
        while True:
            with self.changed:
                while not (self.stopping or any(map(self._may_take, self._lanes.values())) or self._due()):
                    self.changed.wait()
                if self.stopping:
                    return
                lanes = list(self._lanes.values())
                came = [lane for lane in lanes if self._may_take(lane)]
                for lane in came:
                    taken = lane.box.take()
                    assert taken is not None
                    lane.take(taken)
                wanted, loaded, fresh = self._wanted, self._loaded, self._fresh
                self._fresh = False
                pictures = list(self._pictures)
                self._pictures.clear()
            try:
                self._step(lanes, came, wanted, loaded, fresh)
                for session, path in pictures:
                    self._write_picture(session, path, wanted)
            except SwahrError as error:
                log.warning("%s", error)
                self._failed(worded(error))

    def _may_take(self, lane: Lane) -> bool:
        """Whether there is a frame; one that may not be left out waits for a network that is on its way."""
        newest = lane.box.newest
        return newest is not None and not (newest.waited_for and self._loaded is None and self._expecting)

    def _due(self) -> bool:
        """Whether the frames that are shown must be looked at, drawn or written again."""
        there = any(lane.current is not None for lane in self._lanes.values())
        return bool(self._pictures) or (there and (self._fresh or self._wanted != self._done))

    def _step(
        self, lanes: Sequence[Lane], came: Sequence[Lane], wanted: Wanted, loaded: Loaded | None, fresh: bool
    ) -> None:
        before, self._done = self._done, wanted
        if fresh and loaded is not None:
            for lane in lanes:
                lane.forget()
        again = fresh or wanted != before
        active = [lane for lane in lanes if lane.current is not None and (again or lane in came)]
        if loaded is not None and active:
            try:
                self._find(active, came if not fresh else active, wanted, before, loaded)
            except SwahrError as error:
                self._notify_once(worded(error))  # the pictures are shown all the same
        for lane in active:
            assert lane.current is not None
            maps = lane.maps(wanted.overlay.layer != "none")
            taken = lane.current.taken
            seen_before = lane not in came or taken.again
            if not seen_before:
                lane.figures.count()
            self._analysed(Analysed(taken, lane.current.poses, wanted.overlay, maps, seen_before))
            self._show(lane, wanted, maps)

    def _find(
        self, active: Sequence[Lane], unseen: Sequence[Lane], wanted: Wanted, before: Wanted, loaded: Loaded
    ) -> None:
        """Find the people of frames: the network looks at those of `unseen`, and at others where it has to."""
        keep_maps, changed = wanted.overlay.layer != "none", _parse_of(wanted) != _parse_of(before)
        looked, parsed = [], []
        for lane in active:
            assert lane.current is not None
            known = lane.current.inferred
            # A GPU may have made people at once: other settings, and layers, then want another look.
            if lane in unseen or known is None or ((changed or keep_maps) and not known.has_maps):
                looked.append(lane)
            elif changed:
                parsed.append(lane)
        self._adapt(loaded, wanted.network)
        if looked:
            self._infer(looked, loaded, keep_maps)
        self._parse([*looked, *parsed], loaded, wanted.tracking)

    def _notify_once(self, text: str) -> None:
        """Notify of what is wrong with every frame with the first of them alone."""
        if text != self._notified:
            self._notified = text
            log.warning("%s", text)
            self._failed(text)

    def _infer(self, lanes: Sequence[Lane], loaded: Loaded, keep_maps: bool) -> None:
        """Show the frames of some sources to the network, all at once."""
        started = perf_counter()
        currents = [lane.current for lane in lanes if lane.current is not None]
        for current in currents:
            current.inferred = current.found = current.poses = None
        try:
            loaded.estimator.set_live(not all(current.taken.waited_for for current in currents))
            frames = [current.taken.frame for current in currents]
            boxes = loaded.estimator.boxes_of([(frame.index, frame.name) for frame in frames])
            images = [current.taken.image for current in currents]
            inferred = loaded.estimator.infer(images, keep_maps=keep_maps, boxes=boxes)
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
        for row, (lane, current) in enumerate(zip(lanes, currents, strict=True)):
            current.inferred, current.row = inferred, row
            lane.figures.since("network", started)

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

    def _parse(self, lanes: Sequence[Lane], loaded: Loaded, tracking: TrackSettings) -> None:
        """Make people of what the network said, once for all frames that it saw together, and follow them."""
        people: dict[int, list[Poses]] = {}
        for lane in lanes:
            current = lane.current
            if current is None or current.inferred is None:
                continue
            known = id(current.inferred)
            started = perf_counter()
            if known not in people:
                people[known] = loaded.estimator.parse(current.inferred)
            current.found = people[known][current.row]
            lane.figures.since("people", started)
            started = perf_counter()
            current.poses = lane.following(current.found, current.taken, tracking)
            lane.figures.since("ids", started)

    def _show(self, lane: Lane, wanted: Wanted, maps: FrameMaps | None) -> None:
        current = lane.current
        assert current is not None
        started = perf_counter()
        taken, image = current.taken, None
        if wanted.seen:
            image = lane.drawing.draw(
                taken.image, current.poses, wanted.overlay, maps, taken.record_s, wanted.view
            )
            lane.figures.since("draw", started)
        lane.figures.note("read", taken.read_ms)
        lane.figures.note("wait", current.wait_ms)
        self._shown(
            Shown(
                session=taken.session,
                image=image,
                frame_index=taken.frame.index,
                time_s=taken.frame.time_s,
                poses=current.poses,
                stages=lane.figures.stages(),
                frame_rate=lane.figures.frame_rate(),
                dropped=taken.dropped + lane.box.replaced,
            )
        )

    def _write_picture(self, session: int, path: Path, wanted: Wanted) -> None:
        lane = self._lanes.get(session)
        if lane is None or lane.current is None:
            raise SwahrError(
                QCoreApplication.translate(
                    "Analyser", "there is no picture to save; open a camera or a video first"
                )
            )
        current, maps = lane.current, lane.maps(wanted.overlay.layer != "none")
        image = lane.picture.draw(
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
