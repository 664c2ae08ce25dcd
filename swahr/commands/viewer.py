"""A window with the newest drawn frame, where there is a display."""

import os
import sys
from time import monotonic

import cv2
import numpy as np

from swahr.errors import SwahrError
from swahr.video.frame import FrameSource
from swahr.video.images import Image

QUIT_KEYS = (ord("q"), 27)  # and Escape
WINDOW = "swahr (q to end)"
FONT = cv2.FONT_HERSHEY_SIMPLEX


class Viewer:
    """Shows frames in the thread that calls `open`, `refresh` and `close`; `show` may be called from any.

    A lost signal is shown as such, never as a frozen frame. Closing the window or pressing q ends the source.
    Raises SwahrError where there is no display, or OpenCV has no windows.
    """

    def __init__(self) -> None:
        if sys.platform.startswith("linux") and not (
            os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
        ):
            raise SwahrError("--show: there is no display here; leave it out, or use --overlay to record")
        self._newest: Image | None = None
        self._drawn = False
        self._source: FrameSource | None = None
        self._lost_since: float | None = None

    def open(self, source: FrameSource) -> None:
        """Open the window."""
        self._source = source
        try:
            cv2.namedWindow(WINDOW, cv2.WINDOW_NORMAL)
            cv2.resizeWindow(WINDOW, source.width, source.height)
        except cv2.error as error:
            raise SwahrError(
                "--show: this OpenCV has no windows; install opencv-python, not opencv-python-headless"
            ) from error

    def show(self, image: Image) -> None:
        """Take a drawn frame."""
        self._newest = image

    def refresh(self) -> None:
        """Show what is newest, and read the keys."""
        assert self._source is not None
        image, self._newest = self._newest, None
        if self._source.connected:
            self._lost_since = None
        else:
            self._lost_since = self._lost_since or monotonic()
            image = no_signal(self._source.width, self._source.height, monotonic() - self._lost_since)
        if image is not None:
            cv2.imshow(WINDOW, image)
            self._drawn = True
        pressed = cv2.waitKey(1) & 0xFF
        closed = self._drawn and cv2.getWindowProperty(WINDOW, cv2.WND_PROP_VISIBLE) < 1
        if pressed in QUIT_KEYS or closed:
            self._source.interrupt()

    def close(self) -> None:
        """Close the window."""
        if self._source is not None:
            cv2.destroyAllWindows()
            cv2.waitKey(1)


def no_signal(width: int, height: int, seconds: float) -> Image:
    """Return what is shown in place of a picture that is not there."""
    image = np.full((height, width, 3), 32, np.uint8)
    text = f"no signal for {seconds:.0f} s"
    scale = width / 400
    (text_width, text_height), _ = cv2.getTextSize(text, FONT, scale, 1)
    place = ((width - text_width) // 2, (height + text_height) // 2)
    cv2.putText(image, text, place, FONT, scale, (60, 60, 255), max(1, round(2 * scale)), cv2.LINE_AA)
    return image
