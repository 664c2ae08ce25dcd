"""Pictures as they are meant to be seen: the container's display matrix."""

from collections.abc import Mapping
from typing import cast

import numpy as np
from av import VideoFrame
from av.buffer import Buffer

from swahr.images import Image


def upright(picture: VideoFrame, image: Image) -> Image:
    """Turn and mirror a stored image as the picture's display matrix says.

    image: [H, W, 3], the picture's pixels as stored. Other angles than quarter turns are taken as the nearest.
    The matrix: FFmpeg, libavutil/display.h. A stored point (x, y) is shown at (a x + c y, b x + d y).
    """
    data = cast(Mapping[str, Buffer], picture.side_data).get("DISPLAYMATRIX")
    if data is None:
        return image
    a, b, _, c, d = np.frombuffer(bytes(data), np.int32)[:5].astype(np.int64)
    if abs(a) + abs(d) >= abs(b) + abs(c):
        shown, mirror_x, mirror_y = image, a < 0, d < 0
    else:
        shown, mirror_x, mirror_y = image.transpose(1, 0, 2), c < 0, b < 0
    return np.ascontiguousarray(shown[:: -1 if mirror_y else 1, :: -1 if mirror_x else 1])
