"""Video files, read by PyAV (FFmpeg)."""

import heapq
from collections.abc import Generator, Iterator
from pathlib import Path
from types import TracebackType

import av
import av.container
import numpy as np
from av.error import FFmpegError
from av.stream import Disposition
from av.video.stream import VideoStream

from swahr.errors import SwahrError
from swahr.video.frame import Frame
from swahr.video.rotation import read_orientation

DEFAULT_FRAME_RATE = 25.0
# A header's frame count is an estimate; only a file that lacks more than this part of it counts as cut off.
MISSING_PART = 0.02
# A header's duration is a rougher one: the last frame of a slide show may stand for long.
MISSING_S = 1.0
# FFmpeg renders these text files as films of a terminal.
TEXT_DEMUXERS = ("tty", "bin", "xbin", "adf", "idf")
FRAMES_NAMED = 5


class VideoFile:
    """The frames of a video file, in display order and upright; they can be read once.

    path: any container and codec that FFmpeg reads. width, height: of the upright frames, pixels.
    frame_rate: average, frames a second. estimated_frames: by the header; None where it does not say.
    notes: filled while reading: what a user should know (cut off, frames that could not be decoded).
    Raises SwahrError where the file is missing, no video, or holds no readable frame.

    A frame's time is its presentation time in the container (pts * time_base): 0 for the first frame of a
    normal file, and whatever the file says where it starts later (MPEG-TS, cut recordings).
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.notes: list[str] = []
        self._container = _open(self.path)
        try:
            self._stream = _video_stream(self._container, self.path)
            self._stream.thread_type = "AUTO"
            self.frame_rate = float(self._stream.average_rate or DEFAULT_FRAME_RATE)
            self.estimated_frames = self._estimate_frames()
            self._lost: list[int] = []
            self._frames = self._decode()
            self._early: list[Frame] = []  # what came up to the first frame with an image
            for frame in self._frames:
                self._early.append(frame)
                if frame.image is not None:
                    self.height, self.width = frame.image.shape[:2]
                    return
            raise SwahrError(f"{path}: no frame could be read; the file is cut off or damaged")
        except BaseException:
            self._container.close()
            raise

    def __enter__(self) -> "VideoFile":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._frames.close()
        self._container.close()

    def __iter__(self) -> Iterator[Frame]:
        """Yield every frame once; one that cannot be decoded keeps its index and has no image."""
        early, self._early = self._early, []
        yield from early
        yield from self._frames

    def _decode(self) -> Generator[Frame, None, None]:
        # Decoders report an error late and not for each frame that it costs, so the frames that packets
        # promise are compared with those that come: pts of the packets whose frame has not come, a heap.
        awaited: list[int] = []
        index, time_s = 0, -1 / self.frame_rate
        damaged = ended_early = False
        orientation = None
        try:
            for packet in self._container.demux(self._stream):
                if packet.pts is not None and packet.size and not packet.is_discard:
                    heapq.heappush(awaited, packet.pts)
                try:
                    pictures = packet.decode()
                except FFmpegError:
                    damaged = True
                    if packet.pts is None and packet.size:
                        time_s += 1 / self.frame_rate
                        yield self._without_image(index, time_s)
                        index += 1
                    continue
                for picture in pictures:
                    while awaited and picture.pts is not None and awaited[0] < picture.pts:
                        lost = heapq.heappop(awaited)
                        if damaged:  # otherwise the packet was never meant to be shown
                            yield self._without_image(index, self._seconds(lost))
                            index += 1
                    if awaited and awaited[0] == picture.pts:
                        heapq.heappop(awaited)
                    time_s = picture.time if picture.time is not None else time_s + 1 / self.frame_rate
                    orientation = orientation or read_orientation(picture)
                    image = np.asarray(picture.to_ndarray(format="bgr24"), np.uint8)
                    yield Frame(index, time_s, orientation.upright(image))
                    index += 1
        except (FFmpegError, OSError) as error:
            ended_early = True
            self.notes.append(
                f"{self.path} ends in the middle ({_reason(error)}); the {index} frames before are kept"
            )
        while awaited and (damaged or index < self._stream.frames):
            time_s = self._seconds(heapq.heappop(awaited))
            yield self._without_image(index, time_s)
            index += 1
        self._note_lost()
        if not ended_early:
            self._note_missing(index, time_s)

    def _without_image(self, index: int, time_s: float) -> Frame:
        self._lost.append(index)
        return Frame(index, time_s, None)

    def _seconds(self, pts: int) -> float:
        return float(pts * (self._stream.time_base or 0))

    def _estimate_frames(self) -> int | None:
        if self._stream.frames:
            return int(self._stream.frames)
        duration_s = self._promised_seconds()
        return round(duration_s * self.frame_rate) if duration_s else None

    def _promised_seconds(self) -> float | None:
        """Return the duration of the video by the header, as far as it tells it apart from the sound's."""
        if self._stream.duration:
            return self._seconds(self._stream.duration)
        tag = self._stream.metadata.get("DURATION", "")  # Matroska: 00:01:02.345000000
        try:
            hours, minutes, seconds = (float(part) for part in tag.split(":"))
        except ValueError:
            duration = self._container.duration
            return None if duration is None or self._container.streams.audio else duration / av.time_base
        return 3600 * hours + 60 * minutes + seconds

    def _note_lost(self) -> None:
        if not self._lost:
            return
        names = ", ".join(str(index) for index in self._lost[:FRAMES_NAMED])
        more = ", ..." if len(self._lost) > FRAMES_NAMED else ""
        frames = "frame" if len(self._lost) == 1 else "frames"
        self.notes.append(f"{self.path}: {len(self._lost)} {frames} could not be decoded ({names}{more})")

    def _note_missing(self, frames: int, last_s: float) -> None:
        promised = self._stream.frames
        if promised:
            if frames < promised * (1 - MISSING_PART):
                self.notes.append(
                    f"{self.path} is cut off: its header promises {promised} frames, {frames} could be read; "
                    "they are kept"
                )
            return
        promised_s = self._promised_seconds()
        start_s = self._seconds(self._stream.start_time or 0)
        if promised_s and last_s - start_s < min(promised_s * (1 - MISSING_PART), promised_s - MISSING_S):
            self.notes.append(
                f"{self.path} seems cut off: its header promises {promised_s:.1f} s, the last of {frames} "
                f"frames is at {last_s:.1f} s; they are kept"
            )


def _open(path: Path) -> av.container.InputContainer:
    if path.is_dir():
        raise SwahrError(f"{path} is a folder; expected a video file (for photos use `swahr images`)")
    if not path.exists():
        raise SwahrError(f"{path}: no such file")
    try:
        if path.stat().st_size == 0:
            raise SwahrError(f"{path} is empty; expected a video file")
        # An absolute path, because FFmpeg takes what stands before a colon as a protocol.
        container = av.open(str(path.absolute()))
    except (FFmpegError, OSError) as error:
        raise SwahrError(f"{path}: not a readable video ({_reason(error)})") from error
    if container.format.name in TEXT_DEMUXERS:
        container.close()
        raise SwahrError(f"{path} is a text file; expected a video")
    return container


def _video_stream(container: av.container.InputContainer, path: Path) -> VideoStream:
    """Return the first video that is no cover picture."""
    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic:
            return stream
    raise SwahrError(f"{path} has no video in it, or is cut off before its index")


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error)
