"""Decoded photos, kept in memory as far as it is allowed."""

import threading
from pathlib import Path

import numpy as np
import numpy.typing as npt

from swahr.errors import SwahrError, UnreadableError
from swahr.video.images import read_image
from swahr_training.data.labelled import LabelledImage

Image = npt.NDArray[np.uint8]


class UnreadablePhotoError(UnreadableError):
    """A photo that is missing, no image, or cut off. path: of the photo."""

    def __init__(self, path: Path, error: SwahrError) -> None:
        super().__init__(error.message, hints=error.hints)
        self.path = path


class PhotoCache:
    """Decodes each photo once and keeps it, until `limit_bytes` are held; later photos are decoded each time.

    Photos that came first stay: an epoch visits all of them once, so any other rule would keep as few.
    Threads may share it.
    """

    def __init__(self, limit_bytes: float) -> None:
        self._limit = limit_bytes
        self._photos: dict[Path, Image] = {}
        self._lock = threading.Lock()
        self.held_bytes = 0

    def __call__(self, labelled: LabelledImage) -> Image:
        """Return the photo, [H, W, 3] uint8 BGR. Raises UnreadablePhotoError where it cannot be opened."""
        photo = self._photos.get(labelled.path)
        if photo is not None:
            return photo
        # Decoded outside the lock; of two threads that decode the same photo, one keeps it.
        try:
            photo = read_image(labelled.path)
        except SwahrError as error:
            raise UnreadablePhotoError(labelled.path, error) from error
        with self._lock:
            if labelled.path not in self._photos and self.held_bytes + photo.nbytes <= self._limit:
                self._photos[labelled.path] = photo
                self.held_bytes += photo.nbytes
        return photo
