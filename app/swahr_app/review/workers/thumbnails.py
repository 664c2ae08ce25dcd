"""Small pictures of photos, for a list of them."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QImage, QImageReader

from swahr_app.threads.worker import BEHIND, Worker

SIZE = QSize(64, 48)  # pixels


class Thumbnails(Worker):
    """Reads photos one after the other, as small as they are shown. ready: is given each by its number, from here."""

    niceness = BEHIND

    def __init__(self, photos: Sequence[Path], ratio: float, ready: Callable[[int, QImage], None]) -> None:
        super().__init__("review thumbnails", lambda _: None)
        self._photos, self._ready = photos, ready
        self._ratio = ratio

    def work(self) -> None:
        """Read all of them, until `stop`; what cannot be read has none."""
        for number, photo in enumerate(self._photos):
            if self.stopping:
                return
            reader = QImageReader(str(photo))
            reader.setAutoTransform(True)
            size = reader.size()
            if size.isValid():  # a JPEG is decoded at a smaller size, which is much faster
                room = SIZE * self._ratio
                reader.setScaledSize(size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio))
            image = reader.read()
            if not image.isNull():
                image.setDevicePixelRatio(self._ratio)
                self._ready(number, image)
