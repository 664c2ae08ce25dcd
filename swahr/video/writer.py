"""Video files, written by PyAV: H.264 that plays in a browser."""

import os
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.error import FFmpegError

from swahr.errors import SwahrError
from swahr.images import Image

TICKS_A_SECOND = 90_000  # fine enough for any frame rate, and what MPEG counts in
CONTAINERS = (".mp4", ".mov", ".mkv")
QUALITY = "20"  # x264's constant rate factor: visually clean, moderate size


class VideoWriter:
    """Writes frames to `path` by a partial file that takes its name in `close`.

    path: ends in .mp4, .mov or .mkv. width, height: of the frames, pixels; odd sides are padded by one, as
    4:2:0 colour asks. frame_rate: a hint; each frame's own time counts.
    Raises SwahrError where the file cannot be written (no such folder, no right, disk full).
    """

    def __init__(self, path: str | Path, width: int, height: int, frame_rate: float) -> None:
        self.path = Path(path)
        if self.path.suffix.lower() not in CONTAINERS:
            raise SwahrError(f"{path}: expected a video name that ends in {', '.join(CONTAINERS)}")
        self.partial = self.path.with_name(f"{self.path.stem}.part{self.path.suffix}")
        self._pad = (height % 2, width % 2)
        self._last_tick = -1
        try:
            self._container = av.open(str(self.partial), "w", options={"movflags": "faststart"})
            rate = Fraction(frame_rate).limit_denominator(1001)
            self._stream = self._container.add_stream("libx264", rate=rate)
            self._stream.width, self._stream.height = width + width % 2, height + height % 2
            self._stream.pix_fmt = "yuv420p"
            self._stream.codec_context.time_base = Fraction(1, TICKS_A_SECOND)
            self._stream.options = {"crf": QUALITY, "preset": "veryfast"}
        except (FFmpegError, OSError, ValueError) as error:
            raise self._failed(error) from error

    def write(self, image: Image, time_s: float) -> None:
        """Append a frame [H, W, 3] uint8 BGR at its time; times must grow."""
        if any(self._pad):
            image = np.pad(image, ((0, self._pad[0]), (0, self._pad[1]), (0, 0)), mode="edge")
        picture = av.VideoFrame.from_ndarray(image, format="bgr24")
        # Containers with coarse clocks repeat a time; the next tick keeps the order.
        tick = max(round(time_s * TICKS_A_SECOND), self._last_tick + 1)
        self._last_tick = tick
        picture.pts, picture.time_base = tick, Fraction(1, TICKS_A_SECOND)
        try:
            self._container.mux(self._stream.encode(picture))
        except (FFmpegError, OSError) as error:
            raise self._failed(error) from error

    def close(self) -> None:
        """Finish the file and give it its name."""
        try:
            self._container.mux(self._stream.encode())
            self._container.close()
            os.replace(self.partial, self.path)
        except (FFmpegError, OSError) as error:
            raise self._failed(error) from error

    def discard(self) -> None:
        """Give up: remove what was written."""
        try:
            self._container.close()
        except (FFmpegError, OSError):
            # The disk may be full, so the trailer cannot be written; the file goes anyway.
            pass
        finally:
            self.partial.unlink(missing_ok=True)

    def _failed(self, error: Exception) -> SwahrError:
        return SwahrError(
            f"{self.path}: the video could not be written ({getattr(error, 'strerror', None) or error})"
        )
