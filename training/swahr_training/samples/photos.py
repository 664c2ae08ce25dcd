"""Decoded photos, kept in memory as far as it is allowed."""

import threading
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from swahr.errors import SwahrError
from swahr_training.data.labelled import LabelledImage

Image = npt.NDArray[np.uint8]


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
        """Return the photo, [H, W, 3] uint8 BGR. Raises SwahrError where it is missing or no image."""
        photo = self._photos.get(labelled.path)
        if photo is not None:
            return photo
        # Decoded outside the lock; of two threads that decode the same photo, one keeps it.
        photo = decode(labelled.path)
        with self._lock:
            if labelled.path not in self._photos and self.held_bytes + photo.nbytes <= self._limit:
                self._photos[labelled.path] = photo
                self.held_bytes += photo.nbytes
        return photo


def decode(path: Path) -> Image:
    """Return a photo, [H, W, 3] uint8 BGR, turned as it is meant to be seen."""
    photo = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if photo is None:
        reason = (
            "not a readable image"
            if path.exists()
            else "no such photo; check `images` and the labels' file names"
        )
        raise SwahrError(f"{path}: {reason}")
    return photo.astype(np.uint8, copy=False)
