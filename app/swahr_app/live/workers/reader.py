"""Reads a source, at its pace, and hands on each frame that is due."""

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from time import perf_counter

from swahr.video import Frame, FrameSource
from swahr.video.images import Image
from swahr_app.live.workers.delivery import Delivery
from swahr_app.live.workers.mailbox import Mailbox
from swahr_app.live.workers.opening import Opening
from swahr_app.live.workers.pace import Pace
from swahr_app.state.facts import Playback, SourceInfo, Taken
from swahr_app.state.names import title_of
from swahr_app.state.settings import PlaySettings
from swahr_app.threads.worker import Failed, Worker

# Opens an address so that the first frame is at a time or later; the second argument is given notes of live sources.
OpenAt = Callable[[float, Callable[[str], None]], FrameSource]


@dataclass(frozen=True)
class ReaderEvents:
    """Who is notified of what, from the reader's thread."""

    opened: Callable[[SourceInfo], None]
    playback: Callable[[Playback], None]
    note: Callable[[str], None]
    failed: Failed


class Reader(Worker):
    """Opens a source and plays it until `stop`.

    session: a number that its frames carry. box: where frames go; the newest wins, unless the settings ask for every
    frame of a file. A frame of a file is due by its time and the speed; those of a live source are due at once.
    delivery: where frames go, and who records them as they are.
    """

    def __init__(
        self,
        address: str,
        session: int,
        open_at: OpenAt,
        settings: PlaySettings,
        box: Mailbox[Taken],
        events: ReaderEvents,
    ) -> None:
        super().__init__("reader", self._open_failed)
        self.address = address
        self.delivery = Delivery(session, box, settings.mirror)
        self._open_at, self._settings, self._events = open_at, settings, events
        self._source: FrameSource | None = None
        self._playing = True
        self._ended = False
        self._seek_s: float | None = None
        self._steps = 0
        self._again = self._follows = False
        self._shown_s = 0.0
        self._pace = Pace(settings.speed)
        self._notified: Playback | None = None

    def play(self, on: bool) -> None:
        """Go on, or pause; at the end of a file, play it again."""
        with self.changed:
            self._playing = on
            if on and self._ended:
                self._seek_s = self._start_s
            self._pace.restart()
            self.changed.notify_all()

    def seek(self, time_s: float) -> None:
        """Go on with the frame at a time of a file; where it is paused, show it."""
        with self.changed:
            self._seek_s, self._steps = time_s, 0
            self.changed.notify_all()

    def step(self, frames: int) -> None:
        """Pause, and show the frame so many later, or earlier, in a file; steps that come quickly add up."""
        with self.changed:
            self._playing = False
            self._steps += frames
            self.changed.notify_all()

    def set_play(self, settings: PlaySettings) -> None:
        """Take other settings up with the next frame."""
        with self.changed:
            if settings.speed != self._settings.speed:
                self._pace.speed = settings.speed
            self._again = settings.mirror != self._settings.mirror
            self._settings = settings
            self.delivery.mirror = settings.mirror
            if settings.loop and self._ended and self._playing:
                self._seek_s = self._start_s
            self.changed.notify_all()

    def stop(self) -> None:
        """Ask the thread to end, also where it waits for a camera."""
        super().stop()
        source = self._source
        if source is not None:
            source.interrupt()

    def work(self) -> None:
        """Open the source, then play it."""
        self._notify(Playback.OPENING)
        source = self._open(0.0)
        if source is None:
            return
        try:
            self._info = self._describe(source)
            self._start_s = 0.0
            self._events.opened(self._info)
            if self.stopping:
                return
            if source.live:
                self._play_live(source)
            else:
                self._play_file()
        finally:
            self._close()

    def _open(self, start_s: float) -> FrameSource | None:
        """Open the source; None where the thread was asked to end first."""
        opening = Opening(lambda: self._open_at(start_s, self._note), self.changed)
        with self.changed:
            while not (opening.done or self.stopping):
                self.changed.wait(0.5)
        if self.stopping:
            # Whoever closes a camera that hangs may wait long, so this is not done here.
            threading.Thread(target=opening.abandon, name="swahr closing", daemon=True).start()
            return None
        self._source = opening.take()
        return self._source

    def _close(self) -> None:
        source, self._source = self._source, None
        if source is not None:
            source.interrupt()
            source.close()

    def _open_failed(self, text: str) -> None:
        self._events.failed(text)
        self._notify(Playback.FAILED)

    def _note(self, line: str) -> None:
        """Take a line of a live source, whose signal may be lost or back."""
        self._events.note(line)
        self._show_connected()

    def _show_connected(self) -> None:
        source = self._source
        if source is not None and not self.stopping:
            if not source.connected:
                self._notify(Playback.LOST)
            else:
                self._notify(Playback.PLAYING if self._playing else Playback.PAUSED)

    def _notify(self, playback: Playback) -> None:
        if playback is not self._notified and (not self.stopping or playback is Playback.OPENING):
            self._notified = playback
            self._events.playback(playback)

    def _describe(self, source: FrameSource) -> SourceInfo:
        frames, rate = source.estimated_frames, source.frame_rate
        return SourceInfo(
            address=self.address,
            title=title_of(self.address),
            live=source.live,
            width=source.width,
            height=source.height,
            frame_rate=rate,
            duration_s=frames / rate if frames and not source.live else None,
        )

    def _play_live(self, source: FrameSource) -> None:
        self._notify(Playback.PLAYING)
        for frame in source:
            if self.stopping:
                return
            self._show_connected()
            if self._playing and frame.image is not None:
                self._deliver(frame, frame.image, 0.0)
            elif self._again:
                self._deliver_again()

    def _play_file(self) -> None:
        frames = self._frames()
        first = True
        while True:
            with self.changed:
                while not (self._asked() or self._runs()):
                    self._notify(Playback.ENDED if self._ended else Playback.PAUSED)
                    self.changed.wait()
                if self.stopping:
                    return
                again, self._again = self._again, False
                seek_s, self._seek_s = self._seek_s, None
                steps, self._steps = self._steps, 0
            if again and seek_s is None and not steps and not self._runs():
                self._deliver_again()
                continue
            if steps < 0 or (steps and seek_s is not None):
                since_s = self._shown_s if seek_s is None else seek_s
                seek_s = max(self._start_s, since_s + (steps - 0.25) / self._info.frame_rate)
                steps = 1
            if seek_s is not None:
                found = self._frames_from(seek_s)
                if found is None:
                    return
                frames = found
            started = perf_counter()
            frame = _last_of(islice((frame for frame in frames if frame.image is not None), max(1, steps)))
            read_ms = 1e3 * (perf_counter() - started)
            if frame is None:
                self._at_end()
                continue
            if first:
                first = False
                self._found_start(frame.time_s)
            self._ended = False
            if self._runs() and not steps and seek_s is None:
                self._notify(Playback.PLAYING)
                if not self._wait_until_due(frame):
                    continue
            assert frame.image is not None
            self._deliver(frame, frame.image, read_ms)

    def _asked(self) -> bool:
        return self.stopping or self._again or self._seek_s is not None or bool(self._steps)

    def _runs(self) -> bool:
        return self._playing and not self._ended

    def _frames(self) -> Iterator[Frame]:
        assert self._source is not None
        return iter(self._source)

    def _frames_from(self, time_s: float) -> Iterator[Frame] | None:
        """Return the frames from a time on; None where the thread was asked to end."""
        self._follows = False
        self.delivery.timeline.jump()
        self._pace.restart()
        assert self._source is not None
        if not self._source.seek(time_s):
            self._close()
            if self._open(max(0.0, time_s)) is None:
                return None
        return self._frames()

    def _found_start(self, start_s: float) -> None:
        self._start_s = start_s
        if start_s:
            self._info = replace(self._info, start_s=start_s)
            self._events.opened(self._info)

    def _at_end(self) -> None:
        with self.changed:
            if self._playing and self._settings.loop:
                self._seek_s = self._start_s
                return
            self._ended = True
            self._playing = False
        if self._follows:  # a header's length is an estimate; now it is known
            end_s = self._shown_s + 1 / self._info.frame_rate
            self._info = replace(self._info, duration_s=end_s - self._start_s)
            self._events.opened(self._info)
        assert self._source is not None
        for note in self._source.notes:
            self._events.note(note)

    def _wait_until_due(self, frame: Frame) -> bool:
        """Wait for a frame's moment; False where something else is asked for before, and the frame is left out."""
        while not self.stopping:
            with self.changed:
                if self._seek_s is not None:
                    return False
                if not self._playing or self._steps:
                    return True
                wait_s = self._pace.wait_s(frame.time_s)
                if wait_s <= 0:
                    return True
                self.changed.wait(min(wait_s, 0.2))
        return False

    def _deliver(self, frame: Frame, image: Image, read_ms: float) -> None:
        source = self._source
        if source is None or self.stopping:
            return
        self._shown_s, self._follows, self._again = frame.time_s, True, False
        waits = self._settings.every_frame and not source.live
        enough = (lambda: self.stopping or self._seek_s is not None) if waits else None
        self.delivery.deliver(source, frame, image, read_ms, enough)

    def _deliver_again(self) -> None:
        """Show the last frame as the settings want it now."""
        self._again = False
        if self._source is not None:
            self.delivery.deliver_again(self._source)


def _last_of(frames: Iterable[Frame]) -> Frame | None:
    last = None
    for frame in frames:
        last = frame
    return last
