"""Pictures as they are meant to be seen: the container's display matrix."""

from collections.abc import Mapping
from typing import NamedTuple, cast

import numpy as np
from av import VideoFrame
from av.buffer import Buffer

from swahr.video.images import Image


class Orientation(NamedTuple):
    """What turns a stored image upright: swap the axes first, then mirror."""

    swap_axes: bool = False
    mirror_x: bool = False
    mirror_y: bool = False

    def upright(self, image: Image) -> Image:
        """Return an image [H, W, 3] as it is meant to be seen, C-contiguous."""
        shown = image.transpose(1, 0, 2) if self.swap_axes else image
        return np.ascontiguousarray(shown[:: -1 if self.mirror_y else 1, :: -1 if self.mirror_x else 1])


def read_orientation(picture: VideoFrame) -> Orientation:
    """Read the display matrix of a picture; other angles than quarter turns are taken as the nearest.

    The matrix: FFmpeg, libavutil/display.h. A stored point (x, y) is shown at (a x + c y, b x + d y).
    Call it once a file: PyAV's side data and its picture hold each other, until the garbage collector comes.
    """
    data = cast(Mapping[str, Buffer], picture.side_data).get("DISPLAYMATRIX")
    if data is None:
        return Orientation()
    a, b, _, c, d = np.frombuffer(bytes(data), np.int32)[:5].astype(np.int64)
    if abs(a) + abs(d) >= abs(b) + abs(c):
        return Orientation(False, bool(a < 0), bool(d < 0))
    return Orientation(True, bool(c < 0), bool(b < 0))
