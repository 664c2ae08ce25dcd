"""From the packets of a video file to its frames, in the order in which they are shown, with their times."""

import heapq
import math
from collections.abc import Callable, Iterator
from fractions import Fraction

from av import VideoFrame
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.video.stream import VideoStream

from swahr.video.clock import Clock
from swahr.video.opening import reason
from swahr.video.pictures import Shown

# Containers that store the order of packets and no time of presentation: where the codec shows packets in another
# order than it stores them, what FFmpeg gives as such times is made up, and those of decoding alone are true.
WITHOUT_PRESENTATION = ("avi",)


class Decoder:
    """One way through a file, from where its container stands.

    lost: indices of the frames that could not be decoded. index: of the next frame. clock: stands at the last one.
    hidden: frames that an edit list leaves out. chunks: packets up to here, counted by their times of decoding.
    ended_early: why the file ended in the middle; "" where it did not. first_pts: of the first frame of the file.
    ahead: ticks that times are ahead of the file's clock, so that the first frame is not before 0.

    Args:
        container: Open.
        stream: Of the frames.
        step_s: From frame to frame, for those without a time, seconds.
        note: Is given a line where the clock is set back.
        index: Of the first frame.
        first_pts: ... which is the one of this time; earlier ones are left out. None: the first that comes.
        ahead: Ticks that times are ahead of the file's clock; None: the first frame tells.
    """

    def __init__(
        self,
        container: InputContainer,
        stream: VideoStream,
        step_s: float,
        note: Callable[[str], None],
        *,
        index: int = 0,
        first_pts: int | None = None,
        ahead: int | None = None,
    ) -> None:
        self._container, self._stream, self._note = container, stream, note
        self._tick = Fraction(stream.time_base or 0)
        self._earliest = -math.inf if first_pts is None else first_pts
        self._by_decoding = not has_presentation(container, stream)
        # Decoders report an error late and not for each frame that it costs, so the frames that packets
        # promise are compared with those that come: pts of the packets whose frame has not come, a heap.
        self._awaited: list[int] = []
        self._damaged = False
        self.index, self.ahead, self.first_pts = index, ahead, first_pts
        self.clock = Clock(step_s)
        self.lost: list[int] = []
        self.hidden = self.chunks = 0
        self.ended_early = ""

    def frames(self) -> Iterator[Shown]:
        """Yield the frames."""
        try:
            for packet in self._container.demux(self._stream):
                self._await(packet)
                try:
                    pictures = packet.decode()
                except FFmpegError:
                    untimed = self._by_decoding or packet.pts is None
                    self._damaged = self._damaged or untimed or self._is_due(packet.pts)
                    if untimed and packet.size:
                        yield self._without_picture(self.clock.show(None))
                    continue
                for picture in pictures:
                    yield from self._shown(picture)
        except (FFmpegError, OSError) as error:
            self.ended_early = reason(error)
        while self._awaited and (self._damaged or self.index < self._stream.frames - self.hidden):
            lost = heapq.heappop(self._awaited)
            yield self._without_picture(self.clock.show(self._seconds(lost)))

    def _await(self, packet: "Packet[VideoStream]") -> None:
        if not packet.size:
            return
        if packet.dts is not None:
            self.chunks = max(self.chunks, packet.dts + 1)
        if packet.is_discard:
            self.hidden += 1
        elif packet.pts is not None and not self._by_decoding:
            heapq.heappush(self._awaited, packet.pts)

    def _is_due(self, pts: int | None) -> bool:
        return pts is not None and pts >= self._earliest

    def _shown(self, picture: VideoFrame) -> Iterator[Shown]:
        """Yield a picture, and before it those that should have come and did not."""
        pts = picture.dts if self._by_decoding else picture.pts
        while self._awaited and pts is not None and self._awaited[0] < pts:
            lost = heapq.heappop(self._awaited)
            # Without damage the packet was never meant to be shown.
            if self._damaged and lost >= self._earliest:
                yield self._without_picture(self.clock.at(self._seconds(lost)))
        if self._awaited and self._awaited[0] == pts:
            heapq.heappop(self._awaited)
        if pts is not None and pts < self._earliest:
            return
        if self.ahead is None:
            self._begin(pts)
        stated_s = None if pts is None else self._seconds(pts)
        before_s, time_s = self.clock.now_s, self.clock.show(stated_s)
        if self.clock.just_set_back:
            self._note(
                f"the clock is set back at frame {self.index}, from {before_s:.2f} s to {stated_s:.2f} s, as where "
                "recordings are joined; times go on from there"
            )
        yield Shown(self.index, time_s, picture)
        self.index += 1

    def _begin(self, pts: int | None) -> None:
        """Let times begin at 0 where the file's own do before, or count from the first packet to be decoded."""
        self.first_pts = pts
        self.ahead = -(pts or 0) if (pts or 0) < 0 or self._by_decoding else 0

    def _seconds(self, pts: int) -> float:
        return float((pts + (self.ahead or 0)) * self._tick)

    def _without_picture(self, time_s: float) -> Shown:
        self.lost.append(self.index)
        self.index += 1
        return Shown(self.index - 1, time_s, None)


def has_presentation(container: InputContainer, stream: VideoStream) -> bool:
    """Return whether the packets of a file say when they are shown."""
    return container.format.name not in WITHOUT_PRESENTATION or not stream.codec_context.has_b_frames
