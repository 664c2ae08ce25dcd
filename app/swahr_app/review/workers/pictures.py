"""Reads the frame of a video that is wanted now; the newest wish counts."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np

from swahr.video import FrameSource, open_source
from swahr.video.frame import Frame
from swahr.video.images import Image
from swahr_app.threads.worker import Failed, Worker

# Frames up to so far ahead are read on to; farther ones are sought. For who goes back by less, as many before the
# wanted one are read too: each seek decodes from a keyframe on, so one for each frame would be many times the work.
READ_ON = 24
CACHE_BYTES = (
    160_000_000  # of large pictures that is less than READ_ON, and fewer are read before the wanted one
)
AREA = 0.5  # pictures that become smaller than so are averaged; others are fine with what lies between two pixels


@dataclass(frozen=True)
class VideoInfo:
    """A video that is open: size in square pixels and as stored, and what it promises."""

    address: str
    size_wh: tuple[int, int]
    stored_wh: tuple[int, int]
    frame_rate: float
    frames: int


@dataclass(frozen=True)
class Wish:
    """A frame by its index; time_s: None where it is not known yet."""

    index: int
    time_s: float | None


@dataclass(frozen=True)
class Picture:
    """A frame. image: [H, W, 3] uint8 BGR; None where it cannot be decoded.

    fitted: the same as large as it is seen, [h, w, 4] uint8 BGRA, which is only copied; None where that is unknown.
    """

    index: int
    time_s: float
    image: Image | None
    fitted: Image | None = None


def fitted_size(size_wh: tuple[int, int], room_wh: tuple[int, int]) -> tuple[int, int]:
    """Return how large a picture is of which all is shown in a room, pixels: who fits and who shows it use this."""
    scale = min(room_wh[0] / size_wh[0], room_wh[1] / size_wh[1])
    return max(1, round(size_wh[0] * scale)), max(1, round(size_wh[1] * scale))


def fitted(picture: Picture, room_wh: tuple[int, int] | None) -> Picture:
    """Return a picture with what is seen of it where all of it is shown in a room of so many pixels."""
    image = picture.image
    if image is None or room_wh is None:
        return picture
    high, wide = image.shape[:2]
    size = fitted_size((wide, high), room_wh)
    smaller = size[0] < AREA * wide
    shown = cv2.resize(image, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR)
    return replace(picture, fitted=np.asarray(cv2.cvtColor(shown, cv2.COLOR_BGR2BGRA), np.uint8))


class Pictures(Worker):
    """Gives pictures of a video.

    opened: is given what is known of the video. ready: is given each picture that was wanted, and which frame that was:
    the last one comes where the video is shorter than it says. Both from this thread.
    """

    large = True

    def __init__(
        self,
        address: str,
        opened: Callable[[VideoInfo], None],
        ready: Callable[[Picture, int], None],
        failed: Failed,
    ) -> None:
        super().__init__("review pictures", failed)
        self._address, self._opened, self._ready = address, opened, ready
        self._wish: Wish | None = None
        self._cache: OrderedDict[int, Picture] = OrderedDict()
        self._bytes = 0
        self._next = 0  # index of the frame that is read next
        self._last = 0  # index of the frame that was wanted before
        self._gave_up = False  # that frame, as another one was wanted meanwhile
        self._room: tuple[int, int] | None = None
        self._frames: Iterator[Frame] = iter(())

    def want(self, index: int, time_s: float | None) -> None:
        """Ask for a frame in place of the one that was asked for before."""
        with self.changed:
            self._wish = Wish(index, time_s)
            self.changed.notify_all()

    def fit(self, room_wh: tuple[int, int]) -> None:
        """Give pictures as large as a room of so many pixels from now on, too."""
        self._room = room_wh

    def work(self) -> None:
        """Read what is wanted, until `stop`."""
        with open_source(self._address) as source:
            self._frames = iter(source)
            count = source.estimated_frames or 0
            size = (source.width, source.height)
            self._opened(VideoInfo(self._address, size, source.file_size, source.frame_rate, count))
            while (wish := self._take()) is not None:
                picture = self._find(source, wish)
                if picture is not None:
                    self._ready(fitted(picture, self._room), wish.index)
        self._cache.clear()

    def _take(self) -> Wish | None:
        with self.changed:
            while not self.stopping and self._wish is None:
                self.changed.wait()
            wish, self._wish = self._wish, None
            return None if self.stopping else wish

    def _find(self, source: FrameSource, wish: Wish) -> Picture | None:
        """Return a frame; None where another is wanted meanwhile, or the video has ended before.

        Of two in a row the second is read to the end: who drags faster than frames are decoded sees some of them.
        """
        before, self._last = self._last, wish.index
        patient, self._gave_up = self._gave_up, False
        known = self._cache.get(wish.index)
        if known is not None:
            self._cache.move_to_end(wish.index)
            return known
        if not self._next <= wish.index <= self._next + READ_ON:
            back = _kept_before((source.width, source.height))
            self._seek(source, wish, back if 0 < before - wish.index <= back else 0)
        last = None
        for frame in self._frames:
            self._next = frame.index + 1
            last = self._keep(frame)
            if frame.index >= wish.index:
                return last
            if self.stopping or (self._wish is not None and not patient):
                self._gave_up = True
                return None
        return last or self._cache.get(self._next - 1)  # the video is shorter than it says

    def _seek(self, source: FrameSource, wish: Wish, back: int) -> None:
        """Go to so many frames before the wanted one."""
        # Half a frame before, as times are rounded in files.
        time_s = wish.index / source.frame_rate if wish.time_s is None else wish.time_s
        source.seek(max(0.0, time_s - (back + 0.5) / source.frame_rate))
        self._frames = iter(source)

    def _keep(self, frame: Frame) -> Picture:
        picture = Picture(frame.index, frame.time_s, frame.image)
        size = 0 if frame.image is None else frame.image.nbytes
        if frame.index not in self._cache:
            self._bytes += size
        self._cache[frame.index] = picture
        while self._bytes > CACHE_BYTES and len(self._cache) > 1:
            _, oldest = self._cache.popitem(last=False)
            self._bytes -= 0 if oldest.image is None else oldest.image.nbytes
        return picture


def _kept_before(size_wh: tuple[int, int]) -> int:
    """Return how many frames of a size are kept beside the wanted one, of those that are read before it."""
    return max(1, min(READ_ON, CACHE_BYTES // (3 * size_wh[0] * size_wh[1]) - 1))
