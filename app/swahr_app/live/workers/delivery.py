"""Hands frames of a source on: to the network's box, and as they are to who records."""

from collections.abc import Callable
from dataclasses import replace
from time import monotonic

import cv2
import numpy as np

from swahr.video import Frame, FrameSource
from swahr.video.images import Image
from swahr_app.live.workers.mailbox import Mailbox
from swahr_app.live.workers.timeline import Timeline
from swahr_app.state.facts import Taken


class Delivery:
    """Gives frames their place in a recording and puts them into a box.

    session: a number that the frames carry. raw: is given every frame before the box; None: nobody records.
    mirror: left and right change.
    """

    def __init__(self, session: int, box: Mailbox[Taken], mirror: bool) -> None:
        self.session, self.mirror = session, mirror
        self.raw: Callable[[Taken], None] | None = None
        self.timeline = Timeline()
        self._box = box
        self._last: tuple[Frame, Image] | None = None
        self._place = (-1, 0.0)
        self._clock_s, self._behind_s = 0.0, float("inf")

    def deliver(
        self,
        source: FrameSource,
        frame: Frame,
        image: Image,
        read_ms: float,
        enough: Callable[[], bool] | None = None,
    ) -> None:
        """Hand a frame on.

        Args:
            source: Gave it.
            frame: Its index and time.
            image: [H, W, 3] uint8 BGR.
            read_ms: What reading it took.
            enough: Wait until the last frame was taken out of the box, or this says so; None: the newest wins.
        """
        self._last = (frame, image)
        self._place = self.timeline.place(frame.index, frame.time_s, 1 / source.frame_rate)
        self._clock_s = self._clock(source, frame)
        taken = self._taken(source, frame, image, read_ms)
        raw = self.raw
        if raw is not None:
            raw(taken)
        if enough is not None:
            self._box.wait_until_empty(enough)
        self._box.put(replace(taken, put_at=monotonic(), waited_for=enough is not None))

    @property
    def last_index(self) -> int:
        """The place in a recording of the newest frame that was handed on; -1 before the first."""
        return self._place[0]

    def deliver_again(self, source: FrameSource) -> None:
        """Hand the last frame on as the settings want it now."""
        if self._last is not None:
            self._box.put(replace(self._taken(source, *self._last, 0.0), again=True))

    def _clock(self, source: FrameSource, frame: Frame) -> float:
        """Return when a frame was taken. Of a live source's frames, those that came with the least delay say it."""
        now = monotonic()
        if not source.live:
            return now
        self._behind_s = min(self._behind_s, now - frame.time_s)
        return frame.time_s + self._behind_s

    def _taken(self, source: FrameSource, frame: Frame, image: Image, read_ms: float) -> Taken:
        if self.mirror:
            image = np.asarray(cv2.flip(image, 1), np.uint8)
        return Taken(
            session=self.session,
            frame=frame,
            image=image,
            live=source.live,
            read_ms=read_ms,
            put_at=monotonic(),
            dropped=source.dropped,
            record_index=self._place[0],
            record_s=self._place[1],
            clock_s=self._clock_s,
        )
