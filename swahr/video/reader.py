"""Video files, read by PyAV (FFmpeg)."""

import bisect
import heapq
import math
from collections.abc import Iterator
from pathlib import Path

import av
import av.container
import numpy as np
from av.error import FFmpegError

from swahr.errors import UnreadableError
from swahr.pose.recording import DEFAULT_FRAME_RATE
from swahr.video.addresses import names_file, without_password
from swahr.video.clock import Clock
from swahr.video.frame import Frame, FrameSource
from swahr.video.images import Image
from swahr.video.opening import open_video, reason, video_stream
from swahr.video.rotation import read_orientation
from swahr.video.sources import register_source

# A header's frame count is an estimate; only a file that lacks more than this part of it counts as cut off.
MISSING_PART = 0.02
# A header's duration is a rougher one: the last frame of a slide show may stand for long.
MISSING_S = 1.0
FRAMES_NAMED = 5
MAX_NOTES = 200
# Where a seek lands behind its target, it is tried again from so many seconds before.
SEEK_BACK_S = (0.0, 2.0, 15.0, math.inf)


@register_source(when=names_file, fallback=True)
class VideoFile(FrameSource):
    """The frames of a video file, in display order and upright; they can be read once, and again after `seek`.

    A frame's time is its presentation time in the container (pts * time_base): 0 for the first frame of a
    normal file, and whatever the file says where it starts later (MPEG-TS, cut recordings).
    width, height: of the upright frames, pixels. frame_rate: average, frames per second. estimated_frames: by the
    header; None where it does not say. notes: filled while reading: what a user should know (cut off, frames that
    could not be decoded). wanted: frames that it refuses are decoded, but neither made into pixels nor yielded.

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
        self._early: list[Frame] = []
        self._container = open_video(self._opened)
        try:
            self._stream = video_stream(self._container, self.address)
            self.frame_rate = float(self._stream.average_rate or DEFAULT_FRAME_RATE)
            self.estimated_frames = self._estimate_frames()
            self._restart()
            for frame in self._frames:
                self._early.append(frame)
                if frame.image is not None:
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

    def seek(self, time_s: float) -> bool:
        """Go on with the first frame at `time_s` or later; it and those after it keep their index and time.

        After the last frame nothing is left to read. The first call reads through the file once, without
        decoding, to know where each frame has its place. Call it between two iterations.

        Returns:
            True: every file can.
        """
        times = self._find_times()
        tick = float(self._stream.time_base or 0)
        index = bisect.bisect_left(times, time_s, key=lambda pts: pts * tick)
        if times and index == len(times):
            self._restart(iter(()))
            return True
        for back_s in SEEK_BACK_S if times else (math.inf,):
            target = times[index] if times else None
            if target is None or math.isinf(back_s):
                self._reopen()
                self._restart(frame for frame in self._decode() if frame.time_s >= time_s)
            else:
                self._container.seek(
                    max(target - round(back_s / tick), times[0]), stream=self._stream, backward=True
                )
                self._restart(self._decode(index, target))
            first = next(self._frames, None)
            if first is not None:
                self._early.append(first)
            if target is None or (first is not None and first.time_s <= target * tick + tick / 2):
                break
        return True

    def _restart(self, frames: Iterator[Frame] | None = None) -> None:
        """Read on from there. What came up to the first frame with an image is kept in `_early`."""
        self._lost: list[int] = []
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
                try:
                    for packet in container.demux(video_stream(container, self.address)):
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
        # Decoders report an error late and not for each frame that it costs, so the frames that packets
        # promise are compared with those that come: pts of the packets whose frame has not come, a heap.
        awaited: list[int] = []
        earliest = -math.inf if first_pts is None else first_pts
        clock = Clock(1 / self.frame_rate)
        damaged = ended_early = False
        orientation = None
        try:
            for packet in self._container.demux(self._stream):
                if packet.pts is not None and packet.size and not packet.is_discard:
                    heapq.heappush(awaited, packet.pts)
                try:
                    pictures = packet.decode()
                except FFmpegError:
                    damaged = damaged or packet.pts is None or packet.pts >= earliest
                    if packet.pts is None and packet.size:
                        yield from self._without_image(index, clock.show(None))
                        index += 1
                    continue
                for picture in pictures:
                    while awaited and picture.pts is not None and awaited[0] < picture.pts:
                        lost = heapq.heappop(awaited)
                        # Without damage the packet was never meant to be shown.
                        if damaged and lost >= earliest:
                            yield from self._without_image(index, clock.at(self._seconds(lost)))
                            index += 1
                    if awaited and awaited[0] == picture.pts:
                        heapq.heappop(awaited)
                    if picture.pts is not None and picture.pts < earliest:
                        continue
                    before_s, time_s = clock.now_s, clock.show(picture.time)
                    if clock.just_set_back and len(self.notes) < MAX_NOTES:
                        self.notes.append(
                            f"{self.address}: the clock is set back at frame {index}, from {before_s:.2f} s to "
                            f"{picture.time:.2f} s, as where recordings are joined; times go on from there"
                        )
                    if index == 0:
                        self._first_pts = picture.pts
                    orientation = orientation or read_orientation(picture)
                    if not self.width or self.wanted(index, time_s):
                        image = np.asarray(picture.to_ndarray(format="bgr24"), np.uint8)
                        yield Frame(index, time_s, self._sized(orientation.upright(image), index))
                    index += 1
        except (FFmpegError, OSError) as error:
            ended_early = True
            self.notes.append(
                f"{self.address} ends in the middle ({reason(error)}); the {index} frames before are kept"
            )
        while awaited and (damaged or index < self._stream.frames):
            yield from self._without_image(index, clock.show(self._seconds(heapq.heappop(awaited))))
            index += 1
        self._note_lost()
        if not ended_early:
            self._note_missing(index, clock.now_s)

    def _without_image(self, index: int, time_s: float) -> Iterator[Frame]:
        self._lost.append(index)
        if not self.width or self.wanted(index, time_s):
            yield Frame(index, time_s, None)

    def _sized(self, image: Image, index: int) -> Image:
        """Keep the first picture's size; say where a later one differs."""
        height, width = image.shape[:2]
        if not self.width:
            self.height, self.width = self._size = height, width
        elif self._size != (height, width):
            self._size = height, width
            if len(self.notes) < MAX_NOTES:
                self.notes.append(
                    f"{self.address}: frames have {width} x {height} pixels from number {index} on"
                )
        return image

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
        self.notes.append(f"{self.address}: {len(self._lost)} {frames} could not be decoded ({names}{more})")

    def _note_missing(self, frames: int, last_s: float) -> None:
        promised = self._stream.frames
        if promised:
            if frames < promised * (1 - MISSING_PART):
                self.notes.append(
                    f"{self.address} is cut off: its header promises {promised} frames, {frames} could be read; "
                    "they are kept"
                )
            return
        promised_s = self._promised_seconds()
        start_s = self._seconds(self._stream.start_time or 0)
        if promised_s and last_s - start_s < min(promised_s * (1 - MISSING_PART), promised_s - MISSING_S):
            self.notes.append(
                f"{self.address} seems cut off: its header promises {promised_s:.1f} s, the last of {frames} "
                f"frames is at {last_s:.1f} s; they are kept"
            )
