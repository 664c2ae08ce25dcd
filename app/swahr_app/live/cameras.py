"""The cameras of this machine by name, as QtMultimedia lists them."""

import logging
import sys
from typing import NamedTuple

from swahr.video import list_cameras

log = logging.getLogger(__name__)


class Camera(NamedTuple):
    """A camera. address: what opens it. name: what its maker calls it."""

    address: str
    name: str


def find_cameras() -> list[Camera]:
    """Return the cameras; where QtMultimedia cannot be loaded, those that Linux knows."""
    try:
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
