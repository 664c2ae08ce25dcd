"""Video files, read by PyAV (FFmpeg)."""

from collections.abc import Generator, Iterator
from pathlib import Path
from types import TracebackType

import av
import av.container
import numpy as np
from av.error import FFmpegError, InvalidDataError

from swahr.errors import SwahrError
from swahr.images import Image
from swahr.video.frame import Frame

DEFAULT_FRAME_RATE = 25.0
# A header's frame count is an estimate; only a file that lacks more than this part of it counts as cut off.
MISSING_PART = 0.02


class VideoFile:
    """The frames of a video file, in display order and upright.

    path: any container and codec that FFmpeg reads. width, height: of the upright frames, pixels.
    frame_rate: average, frames a second. estimated_frames: by the header; None where it does not say.
    notes: filled while reading: what a user should know (cut off, frames that could not be decoded).
    Raises SwahrError where the file is missing, no video, or holds no readable frame.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.notes: list[str] = []
        self.frames_read = 0
        if self.path.is_dir():
            raise SwahrError(f"{path} is a folder; expected a video file (for photos use `swahr images`)")
        if not self.path.exists():
            raise SwahrError(f"{path}: no such file")
        if self.path.stat().st_size == 0:
            raise SwahrError(f"{path} is empty; expected a video file")
        try:
            self._container = av.open(str(self.path))
        except (FFmpegError, OSError) as error:
            raise SwahrError(f"{path}: not a readable video ({_reason(error)})") from error
        if not self._container.streams.video:
            self._container.close()
            raise SwahrError(f"{path} has no video in it")
        self._stream = self._container.streams.video[0]
        self._stream.thread_type = "AUTO"
        self.frame_rate = float(self._stream.average_rate or DEFAULT_FRAME_RATE)
        self.estimated_frames = self._estimate_frames()
        try:
            self._frames = self._decode()
            self._first = next((f for f in self._frames if f.image is not None), None)
        except SwahrError:
            self._container.close()
            raise
        if self._first is None or self._first.image is None:
            self._container.close()
            raise SwahrError(f"{path}: no frame could be read; the file is cut off or damaged")
        self.height, self.width = self._first.image.shape[:2]

    def __enter__(self) -> "VideoFile":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._frames.close()
        self._container.close()

    def __iter__(self) -> Iterator[Frame]:
        """Yield every frame once; one that cannot be decoded keeps its index and has no image."""
        first, self._first = self._first, None
        if first is None:
            return
        for index in range(first.index):
            yield Frame(index, self._time_of(index, None), None)
        yield first
        yield from self._frames
        self._note_missing()

    def _decode(self) -> Generator[Frame, None, None]:
        index = 0
        broken = 0
        try:
            for packet in self._container.demux(self._stream):
                try:
                    decoded = packet.decode()
                except InvalidDataError:
                    broken += 1
                    yield Frame(index, self._time_of(index, None), None)
                    index += 1
                    continue
                for picture in decoded:
                    image = _upright(picture.to_ndarray(format="bgr24"), picture.rotation)
                    self.frames_read += 1
                    yield Frame(index, self._time_of(index, picture.time), image)
                    index += 1
        except (FFmpegError, OSError) as error:
            self.notes.append(
                f"{self.path} ends in the middle ({_reason(error)}); what could be read is kept"
            )
        if broken:
            self.notes.append(f"{self.path}: {broken} frames could not be decoded; their rows are empty")

    def _time_of(self, index: int, time_s: float | None) -> float:
        return index / self.frame_rate if time_s is None else time_s

    def _estimate_frames(self) -> int | None:
        if self._stream.frames:
            return int(self._stream.frames)
        if self._container.duration:
            return round(self._container.duration / av.time_base * self.frame_rate)
        return None

    def _note_missing(self) -> None:
        promised = self._stream.frames
        if promised and self.frames_read < promised * (1 - MISSING_PART) and not self.notes:
            self.notes.append(
                f"{self.path} is cut off: its header says {promised} frames, {self.frames_read} could be read; "
                "they are kept"
            )


def _upright(image: np.ndarray, rotation_deg: int) -> Image:
    """Turn a stored picture as the container's display matrix says (degrees, counter-clockwise)."""
    turns = round(rotation_deg / 90) % 4
    return np.ascontiguousarray(np.rot90(image, turns)) if turns else np.asarray(image)


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error)
