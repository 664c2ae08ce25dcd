"""The cameras of this machine by name, as QtMultimedia lists them."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from PyQt6.QtCore import qInstallMessageHandler

from swahr.video import list_cameras

log = logging.getLogger(__name__)


class Camera(NamedTuple):
    """A camera. address: what opens it. name: what its maker calls it."""

    address: str
    name: str


def find_cameras() -> list[Camera]:
    """Return the cameras; where QtMultimedia cannot be loaded, those that Linux knows."""
    try:
        with _quiet():
            from PyQt6.QtMultimedia import QMediaDevices
    except ImportError as error:
        log.warning("QtMultimedia cannot be loaded (%s); cameras are listed by the system", error)
        return [Camera(f"camera:{found.device}", found.name) for found in list_cameras()]
    cameras = []
    for number, device in enumerate(QMediaDevices.videoInputs()):
        path = bytes(device.id().data()).decode(errors="replace")
        linux = sys.platform.startswith("linux") and path.startswith("/dev/")
        cameras.append(Camera(f"camera:{path if linux else number}", device.description()))
    return cameras


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Qt's messages from Python while a library is loaded.

    QtMultimedia says something as it is loaded, under the lock of the loader. A handler in Python would let another
    thread run there, which may wait for that lock while this one waits for Python: neither would ever go on.
    """
    handler = qInstallMessageHandler(None)
    try:
        yield
    finally:
        qInstallMessageHandler(handler)
