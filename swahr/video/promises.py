"""What the header of a video file promises of its length, and what is said where it does not keep it."""

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from swahr.pose.recording import DEFAULT_FRAME_RATE

# A header's frame count is an estimate; only a file that lacks more than this part of it counts as cut off.
MISSING_PART = 0.02
# A header's duration is a rougher one: the last frame of a slide show may stand for long.
MISSING_S = 1.0
# Containers whose count is one of chunks, empty ones too, at a rate that is that of chunks.
COUNT_CHUNKS = ("avi",)


class Promises:
    """What a header says.

    frame_rate: average, frames per second. frames: how many; None where it does not say. seconds: how long the
    video is, as far as the header tells it apart from the sound; None where it does not say.
    """

    def __init__(self, container: InputContainer, stream: VideoStream) -> None:
        self._chunks = container.format.name in COUNT_CHUNKS
        tick = float(stream.time_base or 0)
        rates = [stream.guessed_rate, stream.average_rate] if self._chunks else [stream.average_rate]
        self.frame_rate = float(next(filter(None, [*rates, stream.guessed_rate]), DEFAULT_FRAME_RATE))
        self.start_s = (stream.start_time or 0) * tick
        self.seconds = _seconds(container, stream, tick)
        self.frames: int | None = stream.frames or None

    @property
    def estimated_frames(self) -> int | None:
        """How many frames to expect: an edit list may leave out some of those that are in the file."""
        by_time = None if not self.seconds else max(1, round(self.seconds * self.frame_rate))
        return min(filter(None, [self.frames, by_time]), default=None)

    def broken(self, frames: int, hidden: int, chunks: int, last_s: float) -> str | None:
        """Return what to say of a file that was read to its end; None where it keeps what it promises.

        Args:
            frames: How many there were.
            hidden: How many it holds besides that an edit list leaves out.
            chunks: How many packets there were, empty ones too.
            last_s: Time of the last one by the file's clock, seconds.
        """
        if self.frames is not None:
            there = max(frames, chunks) if self._chunks else frames
            if there < (self.frames - hidden) * (1 - MISSING_PART):
                return (
                    f"is cut off: its header promises {self.frames} frames, {frames} could be read; "
                    "they are kept"
                )
            return None
        seconds = self.seconds
        if seconds and last_s - self.start_s < min(seconds * (1 - MISSING_PART), seconds - MISSING_S):
            return (
                f"seems cut off: its header promises {seconds:.1f} s, the last of {frames} frames is at "
                f"{last_s:.1f} s; they are kept"
            )
        return None


def _seconds(container: InputContainer, stream: VideoStream, tick: float) -> float | None:
    if stream.duration:
        return float(stream.duration) * tick
    tag = stream.metadata.get("DURATION", "")  # Matroska: 00:01:02.345000000
    try:
        hours, minutes, seconds = (float(part) for part in tag.split(":"))
    except ValueError:
        duration = container.duration
        return None if duration is None or container.streams.audio else duration / av.time_base
    return 3600 * hours + 60 * minutes + seconds
