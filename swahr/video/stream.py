"""Network streams, read by PyAV (FFmpeg): RTSP, HTTP, RTMP, SRT, MPEG-TS."""

from collections import deque
from time import monotonic
from urllib.parse import urlsplit

import av
import numpy as np
from av.error import FFmpegError
from av.video.frame import VideoFrame

from swahr.errors import SwahrError
from swahr.video.images import Image
from swahr.video.live import SignalLostError
from swahr.video.opening import reason

SCHEMES = ("rtsp", "rtsps", "http", "https", "rtmp", "rtmps", "srt", "udp", "rtp", "tcp")
# Seconds that a server may take to answer, and to send the next packet.
OPEN_TIMEOUT_S = 10.0
READ_TIMEOUT_S = 5.0
DEFAULT_FRAME_RATE = 25.0
# Some decoders show grey smears until the first keyframe; but streams may have none.
KEYFRAME_WITHIN = 300
# FFmpeg looks at a stream before it gives pictures; its own 5 s are long for someone who waits.
OPTIONS = {"analyzeduration": "2000000", "rtsp_transport": "tcp"}


def is_stream(address: str) -> bool:
    """Return whether an address names a server: scheme://..."""
    return "://" in address


def without_password(address: str) -> str:
    """Return an address as it may be shown and written down."""
    parts = urlsplit(address)
    if parts.password is None:
        return address
    _, _, host = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{parts.username}:***@{host}").geturl()


class StreamDevice:
    """A stream, open. duration_s: where the server offers a file of a known length, how long it is; else None.

    open_timeout_s, read_timeout_s: how long the server may take to answer, and between two packets.
    Raises SwahrError where there is no such server, no answer or no video.
    """

    def __init__(
        self,
        address: str,
        open_timeout_s: float = OPEN_TIMEOUT_S,
        read_timeout_s: float = READ_TIMEOUT_S,
    ) -> None:
        shown = without_password(address)
        scheme = urlsplit(address).scheme.lower()
        if scheme not in SCHEMES:
            raise SwahrError(f"{shown}: {scheme}:// is not read; expected {', '.join(SCHEMES)}")
        started = monotonic()
        try:
            self._container = av.open(
                address, timeout=(open_timeout_s, read_timeout_s), options=dict(OPTIONS)
            )
        except (FFmpegError, OSError) as error:
            # Some of FFmpeg's protocols hide that they were interrupted.
            late = monotonic() - started >= open_timeout_s
            why = "no answer in time" if late else reason(error)
            raise SwahrError(f"{shown}: the stream cannot be opened ({why})") from error
        if not self._container.streams.video:
            self._container.close()
            raise SwahrError(f"{shown}: there is no video in it")
        stream = self._container.streams.video[0]
        stream.thread_type = "AUTO"
        duration = self._container.duration
        self.duration_s = duration / av.time_base if duration and scheme in ("http", "https") else None
        rate = float(stream.average_rate or stream.guessed_rate or 0)
        self.frame_rate = rate if 1 <= rate <= 1000 else DEFAULT_FRAME_RATE
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
        return np.asarray(self._decoded.popleft().to_ndarray(format="bgr24"), np.uint8)

    def close(self) -> None:
        """Hang up."""
        if not self._closed:
            self._closed = True
            self._decoded.clear()
            self._container.close()
