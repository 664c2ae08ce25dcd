"""Cameras, read by OpenCV."""

import sys
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from cv2.utils import logging

from swahr.errors import MissingError, SettingError
from swahr.video.frame import Notify, ignore
from swahr.video.images import Image
from swahr.video.live import LiveSource, SignalLostError
from swahr.video.sources import register_source

CAMERA = "camera:"
USUAL_FRAME_RATE = 30.0  # of webcams; the driver says none
# A camera repeats a failure or two when lights or modes change.
FAILURES_IN_A_ROW = 5


class CameraName(NamedTuple):
    """A camera of this machine. device: what to open, an index or a path. name: what its maker calls it."""

    device: int | str
    name: str


def list_cameras(root: Path = Path("/sys/class/video4linux")) -> list[CameraName]:
    """Return the cameras that Linux knows, by number; other systems do not tell without opening them."""
    found = []
    for folder in sorted(root.glob("video*"), key=lambda folder: (len(folder.name), folder.name)):
        try:
            name = (folder / "name").read_text().strip()
            # A camera has further nodes, for what is no picture.
            if (folder / "index").read_text().strip() == "0":
                found.append(CameraName(int(folder.name.removeprefix("video")), name))
        except (OSError, ValueError):
            continue
    return found


def find_camera(text: str, cameras: list[CameraName] | None = None) -> int | str:
    """Return what to open for `0`, `/dev/video0` or a part of a camera's name (Linux).

    Args:
        text: What stands behind `camera:`.
        cameras: Those that there are; None looks.

    Returns:
        An index or a path.

    Raises:
        MissingError: No camera has that name, or more than one.
        SettingError: It is none of these.

    >>> find_camera("c920", [CameraName(2, "HD Pro Webcam C920")])
    2
    """
    if text.isdecimal():
        return int(text)
    if text.startswith("/dev/"):
        if not Path(text).exists():
            raise MissingError(f"camera {text}: no such device")
        return text
    if not text:
        raise SettingError("camera: expected a number or a name after the colon, such as camera:0")
    if cameras is None and not sys.platform.startswith("linux"):
        raise SettingError(f"camera {text!r}: names work on Linux alone; expected a number, such as camera:0")
    known = list_cameras() if cameras is None else cameras
    named = [camera for camera in known if text.lower() in camera.name.lower()]
    if len(named) == 1:
        return named[0].device
    there = ", ".join(f"{camera.device} {camera.name!r}" for camera in named or known) or "none"
    many = f"{len(named)} cameras have that name" if named else "no camera has that name"
    raise MissingError(f"camera {text!r}: {many}; expected one of: {there}")


class CameraDevice:
    """A camera, open.

    Args:
        device: An index or a path.

    Raises:
        MissingError: It cannot be opened.
    """

    def __init__(self, device: int | str) -> None:
        level = logging.getLogLevel()
        logging.setLogLevel(logging.LOG_LEVEL_SILENT)  # the reason is said once, by us
        try:
            self._capture = cv2.VideoCapture(device)
        finally:
            logging.setLogLevel(level)
        if not self._capture.isOpened():
            raise MissingError(f"camera {device} cannot be opened; is it plugged in, and free?")
        rate = self._capture.get(cv2.CAP_PROP_FPS)
        self.frame_rate = rate if 1 <= rate <= 1000 else USUAL_FRAME_RATE
        self._failures = 0

    def read(self) -> Image | None:
        """Wait for the next frame; see `Device`."""
        done, image = self._capture.read()
        if done and image is not None:
            self._failures = 0
            return np.asarray(image, np.uint8)
        self._failures += 1
        if self._failures >= FAILURES_IN_A_ROW or not self._capture.isOpened():
            raise SignalLostError("the camera gives no more frames")
        return None

    def close(self) -> None:
        """Let go of the camera."""
        self._capture.release()


@register_source(CAMERA)
class Camera(LiveSource):
    """A camera of this machine: `camera:0`, `camera:/dev/video0` or, on Linux, `camera:` and a part of its name."""

    @classmethod
    def from_address(cls, address: str, notify: Notify = ignore) -> "Camera":
        """Open a camera."""
        device = find_camera(address[len(CAMERA) :])
        return cls(address, lambda: CameraDevice(device), notify=notify)
