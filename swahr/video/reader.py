"""Video files, read by PyAV (FFmpeg)."""

import bisect
import math
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from av.error import FFmpegError

from swahr.errors import UnreadableError
from swahr.video.addresses import names_file, without_password
from swahr.video.decoder import Decoder, has_presentation
from swahr.video.frame import Frame, FrameSource
from swahr.video.opening import open_video, video_stream
from swahr.video.pictures import Pictures
from swahr.video.promises import Promises
from swahr.video.sources import register_source

FRAMES_NAMED = 5
MAX_NOTES = 200
# Where a seek lands behind its target, it is tried again from so many seconds before.
SEEK_BACK_S = (0.0, 2.0, 15.0, math.inf)


@register_source(when=names_file, fallback=True)
class VideoFile(FrameSource):
    """The frames of a video file, in display order and upright; they can be read once, and again after `seek`.

    A frame's time is its presentation time in the container (pts * time_base): 0 for the first frame of a
    normal file, and whatever the file says where it starts later (MPEG-TS, cut recordings); where it starts below 0,
    times count from there.
    width, height: of the upright frames in square pixels; stored_size: in the file's own. frame_rate: average, frames
    per second. estimated_frames: by the header; None where it does not say. notes: filled while reading: what a user
    should know (cut off, frames that could not be decoded). wanted: frames that it refuses are decoded, but neither
    made into pixels nor yielded.

    Args:
        path: Any container and codec that FFmpeg reads; or the http address of such a file.

    Raises:
        MissingError: There is no such file.
        UnreadableError: It is no video, or holds no readable frame.

    >>> with VideoFile(clip) as video:
    ...     frame = next(iter(video))
    >>> frame.image.shape == (video.height, video.width, 3)
    True
    """

    def __init__(self, path: str | Path) -> None:
        super().__init__(without_password(str(path)))
        self._opened = str(path)
        self.width = self.height = 0
        self._shown_times: list[int] | None = None
        self._first_pts: int | None = None
        self._ahead: int | None = None
        self._early: list[Frame] = []
        self._container = open_video(self._opened)
        try:
            self._stream = video_stream(self._container, self.address)
            self._promises = Promises(self._container, self._stream)
            self.frame_rate = self._promises.frame_rate
            self.estimated_frames = self._promises.estimated_frames
            self._pictures = Pictures(self.address, self._stream.sample_aspect_ratio, self._note)
            self._restart()
            for frame in self._frames:
                self._early.append(frame)
                if frame.image is not None:
                    self.stored_size = self._pictures.stored_size
                    return
            raise UnreadableError(f"{self.address}: no frame could be read; the file is cut off or damaged")
        except BaseException:
            self._container.close()
            raise

    def close(self) -> None:
        """Close the file; nothing is left to read."""
        self._restart(iter(()))
        self._container.close()

    def __iter__(self) -> Iterator[Frame]:
        """Yield every frame once; one that cannot be decoded keeps its index and has no image."""
        early, self._early = self._early, []
        yield from (frame for frame in early if self.wanted(frame.index, frame.time_s))
        yield from self._frames

    @property
    def sound_file(self) -> str | None:
        """The file itself; None for one on a web server, which would be read twice."""
        return self._opened if Path(self._opened).is_file() else None

    @property
    def sound_ahead_s(self) -> float:
        """What times are ahead of those of the sound, seconds: where the file's first frame is before 0."""
        return float(max(0, self._ahead or 0) * self._tick)

    @property
    def _tick(self) -> Fraction:
        return Fraction(self._stream.time_base or 0)

    def seek(self, time_s: float) -> bool:
        """Go on with the first frame at `time_s` or later; it and those after it keep their index and time.

        After the last frame nothing is left to read. The first call reads through the file once, without
        decoding, to know where each frame has its place. Call it between two iterations.

        Returns:
            True: every file can.
        """
        times = self._find_times()
        tick, ahead = self._tick, self._ahead or 0
        index = bisect.bisect_left(times, time_s, key=lambda pts: float((pts + ahead) * tick))
        if times and index == len(times):
            self._restart(iter(()))
            return True
        for back_s in SEEK_BACK_S if times else (math.inf,):
            target = times[index] if times else None
            if target is None or math.isinf(back_s) or not self._go_to(times, index, round(back_s / tick)):
                back_s = math.inf
                self._reopen()
                self._restart(frame for frame in self._decode() if frame.time_s >= time_s)
            else:
                self._restart(self._decode(index, target))
            first = next(self._frames, None)
            if first is not None:
                self._early.append(first)
            if math.isinf(back_s) or target is None:
                break
            if first is not None and first.time_s <= (target + ahead + Fraction(1, 2)) * tick:
                break
        return True

    def _go_to(self, times: list[int], index: int, back: int) -> bool:
        """Go to a keyframe at or before a frame; return whether the file lets itself be read from there."""
        target = times[index]
        # Of frames with one time the last may be where a seek ends; it has to be the first.
        shared = index + 1 < len(times) and times[index + 1] == target
        try:
            self._container.seek(
                max(target - back - shared, times[0] - shared), stream=self._stream, backward=True
            )
        except (FFmpegError, OSError):  # a server without byte ranges
            return False
        return True

    def _restart(self, frames: Iterator[Frame] | None = None) -> None:
        """Read on from there. What came up to the first frame with an image is kept in `_early`."""
        self._early = []
        self._frames: Iterator[Frame] = self._decode() if frames is None else frames

    def _reopen(self) -> None:
        self._container.close()
        self._container = open_video(self._opened)
        self._stream = video_stream(self._container, self.address)

    def _find_times(self) -> list[int]:
        """Return the pts of all frames that are shown, sorted; none where the file does not say, or its clock jumps."""
        if self._shown_times is None:
            found: list[int] = []
            decoded_at = -math.inf
            with open_video(self._opened) as container:
                stream = video_stream(container, self.address)
                try:
                    for packet in container.demux(stream) if has_presentation(container, stream) else ():
                        if packet.size and not packet.is_discard:
                            if packet.pts is None or (packet.dts is not None and packet.dts < decoded_at):
                                found = []
                                break
                            decoded_at = decoded_at if packet.dts is None else packet.dts
                            found.append(packet.pts)
                except (FFmpegError, OSError):
                    pass  # what lies before a cut is known all the same; reading says that it is cut
            # A recording that was cut begins with frames that need some before the cut, and are never shown.
            first = -math.inf if self._first_pts is None else self._first_pts
            self._shown_times = sorted(pts for pts in found if pts >= first)
        return self._shown_times

    def _decode(self, index: int = 0, first_pts: int | None = None) -> Iterator[Frame]:
        """Yield the frames from here on. index: of the first, the one of first_pts; earlier ones are left out."""
        decoder = Decoder(
            self._container,
            self._stream,
            1 / self.frame_rate,
            lambda line: self._note(f"{self.address}: {line}"),
            index=index,
            first_pts=first_pts,
            ahead=self._ahead,
        )
        for frame in self._pictures.frames(decoder.frames(), self._is_wanted):
            if self._ahead is None and decoder.ahead is not None:
                self._ahead, self._first_pts = decoder.ahead, decoder.first_pts
            if frame.image is not None:
                self._see_size(frame)
            yield frame
        self._note_end(decoder)

    def _is_wanted(self, index: int, time_s: float) -> bool:
        return not self.width or self.wanted(index, time_s)

    def _see_size(self, frame: Frame) -> None:
        """Keep the first picture's size; say where a later one differs."""
        assert frame.image is not None
        height, width = frame.image.shape[:2]
        if not self.width:
            self.height, self.width = self._size = height, width
        elif self._size != (height, width):
            self._size = height, width
            self._note(f"{self.address}: frames have {width} x {height} pixels from number {frame.index} on")

    def _note(self, line: str) -> None:
        if len(self.notes) < MAX_NOTES:
            self.notes.append(line)

    def _note_end(self, decoder: Decoder) -> None:
        if decoder.ended_early:
            self.notes.append(
                f"{self.address} ends in the middle ({decoder.ended_early}); the {decoder.index} frames before "
                "are kept"
            )
        if decoder.lost:
            names = ", ".join(str(index) for index in decoder.lost[:FRAMES_NAMED])
            more = ", ..." if len(decoder.lost) > FRAMES_NAMED else ""
            frames = "frame" if len(decoder.lost) == 1 else "frames"
            self.notes.append(
                f"{self.address}: {len(decoder.lost)} {frames} could not be decoded ({names}{more})"
            )
        if not decoder.ended_early:
            last_s = decoder.clock.now_s - float((self._ahead or 0) * self._tick)
            broken = self._promises.broken(decoder.index, decoder.hidden, decoder.chunks, last_s)
            if broken:
                self.notes.append(f"{self.address} {broken}")


def frame_times(path: str | Path) -> list[float]:
    """Return the time of each frame of a video file, seconds; pictures are decoded, and not made into pixels.

    Raises:
        SwahrError: It cannot be read.

    >>> frame_times(clip)[:3]
    [0.0, 0.04, 0.08]
    """
    times: dict[int, float] = {}

    def note(index: int, time_s: float) -> bool:
        times[index] = time_s
        return False

    with VideoFile(path) as source:
        source.wanted = note
        for _ in source:
            pass
    return [times[index] for index in sorted(times)]
