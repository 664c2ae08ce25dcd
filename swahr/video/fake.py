"""A camera without a device: for tests, and to try a program out where there is no camera."""

import time
from collections.abc import Callable

import numpy as np

from swahr.errors import MissingError
from swahr.video.frame import Notify, ignore
from swahr.video.images import Image
from swahr.video.live import SILENCE_S, LiveSource, SignalLostError

# Short, so that tests need not wait for a camera that comes back.
PAUSES_S = (0.02, 0.05, 0.1)

Picture = Callable[[int, int, int], Image]


def bar_picture(index: int, width: int, height: int) -> Image:
    """Return a dark picture with a white bar that walks to the right by 4 pixels per frame."""
    picture = np.full((height, width, 3), 40, np.uint8)
    left = 4 * index % max(4, width // 4 * 4)
    picture[:, left : left + 4] = 255
    return picture


class FakeCamera(LiveSource):
    """A live source of drawn pictures that a test can unplug, stop, blind and plug in again.

    Args:
        size: Width and height, pixels.
        frame_rate: Pictures per second; 0: a new one as soon as the last was taken, so that none is dropped.
        picture: Gives picture `index` of a width and height.
        frames: Unplugged for good after so many; None: never.
        notify: See `LiveSource`.
        silence_s: See `LiveSource`.
    """

    def __init__(
        self,
        size: tuple[int, int] = (64, 48),
        frame_rate: float = 30.0,
        picture: Picture = bar_picture,
        *,
        frames: int | None = None,
        notify: Notify = ignore,
        silence_s: float = SILENCE_S,
    ) -> None:
        self.size = size
        self._picture, self._rate, self._frames = picture, frame_rate, frames
        self._plugged = True
        self._blind = self._silent = False
        self._drawn = 0
        super().__init__("camera:fake", self._open, notify=notify, pauses=PAUSES_S, silence_s=silence_s)

    def unplug(self) -> None:
        """Take the camera away."""
        self._plugged = False

    def plug(self) -> None:
        """Give the camera back, seeing and speaking."""
        self._blind = self._silent = False
        self._plugged = True

    def blind(self) -> None:
        """Make every frame from now on one that cannot be decoded."""
        self._blind = True

    def silence(self) -> None:
        """Make the camera hang: it stays open and gives nothing."""
        self._silent = True

    def _open(self) -> "_FakeDevice":
        if not self._plugged:
            raise MissingError("camera:fake: no such camera")
        return _FakeDevice(self)

    def _next(self) -> Image | None:
        if self._rate > 0:
            time.sleep(1 / self._rate)
        else:
            while self._newest is not None and not self._stop.is_set():
                time.sleep(0.0005)
        while self._silent and self._plugged and not self._stop.is_set():
            time.sleep(0.01)
        if self._frames is not None and self._drawn >= self._frames:
            self._plugged = False
        if not self._plugged:
            raise SignalLostError("unplugged")
        self._drawn += 1
        return None if self._blind else self._picture(self._drawn - 1, *self.size)


class _FakeDevice:
    def __init__(self, camera: FakeCamera) -> None:
        self.frame_rate = camera._rate or 30.0
        self._camera = camera

    def read(self) -> Image | None:
        return self._camera._next()

    def close(self) -> None:
        pass
