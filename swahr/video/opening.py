"""Opening a video file by PyAV, with reasons that a user understands."""

from pathlib import Path

import av
import av.container
from av.audio.stream import AudioStream
from av.error import FFmpegError
from av.stream import Disposition
from av.video.stream import VideoStream

from swahr.errors import MissingError, Step, UnreadableError
from swahr.video.addresses import without_password

# FFmpeg renders these text files as films of a terminal.
TEXT_DEMUXERS = ("tty", "bin", "xbin", "adf", "idf")
# Cameras and old editors write titles in Latin-1 or worse.
TEXT_ERRORS = "replace"
# Of a file on a web server: to answer, and for the next piece.
WEB_TIMEOUTS_S = (10.0, 10.0)


def open_video(address: str) -> av.container.InputContainer:
    """Open a file, or one on a web server.

    Raises:
        MissingError: There is no such file.
        UnreadableError: It is no video, or the server does not answer.
    """
    if "://" in address:
        try:
            return av.open(address, timeout=WEB_TIMEOUTS_S, metadata_errors=TEXT_ERRORS)
        except (FFmpegError, OSError) as error:
            raise UnreadableError(
                f"{without_password(address)}: not a readable video ({reason(error)})"
            ) from error
    path = Path(address)
    if path.is_dir():
        raise UnreadableError(f"{path} is a folder; expected a video file", hints=[Step("images", path)])
    if not path.exists():
        raise MissingError(f"{path}: no such file")
    try:
        if path.stat().st_size == 0:
            raise UnreadableError(f"{path} is empty; expected a video file")
        # An absolute path, because FFmpeg takes what stands before a colon as a protocol.
        container = av.open(str(path.absolute()), metadata_errors=TEXT_ERRORS)
    except (FFmpegError, OSError) as error:
        raise UnreadableError(f"{path}: not a readable video ({reason(error)})") from error
    if container.format.name in TEXT_DEMUXERS:
        container.close()
        raise UnreadableError(f"{path} is a text file; expected a video")
    return container


def video_stream(container: av.container.InputContainer, address: str) -> VideoStream:
    """Return the first video that is no cover picture.

    Raises:
        UnreadableError: There is none, or nothing here decodes it.
    """
    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic:
            if not is_known(stream):
                raise UnreadableError(
                    f"{address}: its pictures are coded in a way that FFmpeg does not know, or the file is damaged"
                )
            stream.thread_type = "AUTO"
            return stream
    raise UnreadableError(f"{address} has no video in it, or is cut off before its index")


def is_known(stream: VideoStream | AudioStream) -> bool:
    """Return whether there is a decoder for a stream; PyAV gives one without a decoder no context, and no field."""
    return stream.codec_context is not None


def reason(error: Exception) -> str:
    """Return what an error of FFmpeg or of the system says, in a few words."""
    said = str(getattr(error, "strerror", None) or error)
    # What PyAV's time-out looks like.
    return "no answer in time" if "Immediate exit" in said else said
