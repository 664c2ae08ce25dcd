"""Network streams, read by PyAV (FFmpeg): RTSP, HTTP, RTMP, SRT, MPEG-TS."""

from collections import deque
from time import monotonic
from typing import ClassVar

import av
from av.error import FFmpegError
from av.video.frame import VideoFrame

from swahr.errors import MissingError, UnreadableError
from swahr.pose.recording import DEFAULT_FRAME_RATE
from swahr.video.addresses import without_password
from swahr.video.frame import FrameSource, Notify, ignore
from swahr.video.images import Image
from swahr.video.live import LiveSource, SignalLostError
from swahr.video.opening import TEXT_ERRORS, reason, video_stream
from swahr.video.pictures import Pictures
from swahr.video.reader import VideoFile
from swahr.video.sources import register_source

LIVE = ("rtsp://", "rtsps://", "rtmp://", "rtmps://", "srt://", "udp://", "rtp://", "tcp://")
WEB = ("http://", "https://")
# Seconds that a server may take to answer, and to send the next packet.
OPEN_TIMEOUT_S = 10.0
READ_TIMEOUT_S = 5.0
# Some decoders show grey smears until the first keyframe; but streams may have none.
KEYFRAME_WITHIN = 300
# FFmpeg looks at a stream before it gives pictures; its own 5 s are long for someone who waits.
OPTIONS = {"analyzeduration": "2000000", "rtsp_transport": "tcp"}


class StreamDevice:
    """A stream, open.

    duration_s: where the server offers a file of a known length, how long it is; else None.

    Args:
        address: Of the server.
        note: Is given a line where its pictures are not taken as they are.
        open_timeout_s: How long it may take to answer.
        read_timeout_s: And between two packets.

    Raises:
        MissingError: There is no such server, or no answer.
        UnreadableError: There is no video in what it sends.
    """

    def __init__(
        self,
        address: str,
        note: Notify = ignore,
        open_timeout_s: float = OPEN_TIMEOUT_S,
        read_timeout_s: float = READ_TIMEOUT_S,
    ) -> None:
        shown = without_password(address)
        started = monotonic()
        try:
            self._container = av.open(
                address,
                timeout=(open_timeout_s, read_timeout_s),
                options=dict(OPTIONS),
                metadata_errors=TEXT_ERRORS,
            )
        except (FFmpegError, OSError) as error:
            # Some of FFmpeg's protocols hide that they were interrupted.
            late = monotonic() - started >= open_timeout_s
            why = "no answer in time" if late else reason(error)
            raise MissingError(f"{shown}: the stream cannot be opened ({why})") from error
        try:
            stream = video_stream(self._container, shown)
        except UnreadableError:
            self._container.close()
            raise
        duration = self._container.duration
        self.duration_s = duration / av.time_base if duration and address.lower().startswith(WEB) else None
        rate = float(stream.average_rate or stream.guessed_rate or 0)
        self.frame_rate = rate if 1 <= rate <= 1000 else DEFAULT_FRAME_RATE
        self._pictures = Pictures(shown, None, note)
        self._packets = self._container.demux(stream)
        self._decoded: deque[VideoFrame] = deque()
        self._closed = False
        self._patience = KEYFRAME_WITHIN

    def read(self) -> Image | None:
        """Wait for the next frame; see `Device`."""
        while not self._decoded:
            try:
                packet = next(self._packets)
            except StopIteration:
                raise SignalLostError("the stream ended") from None
            except (FFmpegError, OSError) as error:
                raise SignalLostError(reason(error)) from error
            if not packet.size:
                raise SignalLostError("the stream ended")
            try:
                frames = [frame for frame in packet.decode() if isinstance(frame, VideoFrame)]
            except FFmpegError:
                return None
            for frame in frames:
                if frame.key_frame or self._patience <= 0:
                    self._patience = 0
                    self._decoded.append(frame)
                self._patience -= 1
        return self._pictures.image(self._decoded.popleft())

    def close(self) -> None:
        """Hang up."""
        if not self._closed:
            self._closed = True
            self._decoded.clear()
            self._container.close()


@register_source(*LIVE)
class Stream(LiveSource):
    """What a server sends as it comes."""

    @classmethod
    def from_address(cls, address: str, notify: Notify = ignore) -> "Stream":
        """Open a stream."""
        return cls(without_password(address), lambda: StreamDevice(address, notify), notify=notify)


@register_source(*WEB)
class WebStream(LiveSource):
    """What a web server sends as it comes; where it offers a file, that is opened in its place."""

    endless: ClassVar[bool | None] = None

    @classmethod
    def from_address(cls, address: str, notify: Notify = ignore) -> FrameSource:
        """Open a stream, or a file where the server says how long it is."""
        opened: StreamDevice | None = StreamDevice(address, notify)
        assert opened is not None
        if opened.duration_s is not None:
            opened.close()
            return VideoFile(address)

        def connect() -> StreamDevice:
            nonlocal opened
            device, opened = opened, None
            return StreamDevice(address, notify) if device is None else device

        return cls(without_password(address), connect, notify=notify)

    @property
    def live(self) -> bool:
        """True, once it is open."""
        return True
