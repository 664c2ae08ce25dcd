"""Reads the photo that is wanted now; the newest wish counts."""

import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path

from swahr.errors import SwahrError
from swahr.video.images import read_image
from swahr_app.review.workers.pictures import Picture, VideoInfo, fitted
from swahr_app.threads.worker import Failed, Worker

log = logging.getLogger(__name__)

KEPT = 4  # photos, so that going back and forth is at once
STEPS_PER_S = 10.0  # what keys that go a second on take for one


class PhotoPictures(Worker):
    """Gives photos by their number: what `Pictures` is for a video."""

    def __init__(
        self,
        photos: Sequence[Path],
        opened: Callable[[VideoInfo], None],
        ready: Callable[[Picture, int], None],
        failed: Failed,
    ) -> None:
        super().__init__("review photo", failed)
        self._photos, self._opened, self._ready = photos, opened, ready
        self._wish: int | None = None
        self._cache: OrderedDict[int, Picture] = OrderedDict()
        self._room: tuple[int, int] | None = None

    def want(self, index: int, _time_s: float | None) -> None:
        """Ask for a photo in place of the one that was asked for before."""
        with self.changed:
            self._wish = index
            self.changed.notify_all()

    def fit(self, room_wh: tuple[int, int]) -> None:
        """Give photos as large as a room of so many pixels from now on, too."""
        self._room = room_wh

    def work(self) -> None:
        """Read what is wanted, until `stop`."""
        address = str(self._photos[0].parent)
        self._opened(VideoInfo(address, (1, 1), (1, 1), STEPS_PER_S, len(self._photos)))
        while (index := self._take()) is not None:
            if index not in self._cache:
                try:
                    image = read_image(self._photos[index])
                except SwahrError as error:
                    log.warning("%s", error)
                    image = None
                self._cache[index] = Picture(index, 0.0, image)
            self._cache.move_to_end(index)
            while len(self._cache) > KEPT:
                self._cache.popitem(last=False)
            self._ready(fitted(self._cache[index], self._room), index)

    def _take(self) -> int | None:
        with self.changed:
            while not self.stopping and self._wish is None:
                self.changed.wait()
            wish, self._wish = self._wish, None
            return None if self.stopping else wish
