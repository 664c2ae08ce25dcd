"""The sound of a source, carried into a written video: copied where its container takes the codec, else as AAC."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import av.container
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.error import FFmpegError
from av.packet import Packet

from swahr.video.opening import is_known, open_video, reason

# What players of these containers understand.
COPIED = {
    "mp4": {"aac", "mp3", "opus", "flac"},
    "mov": {"aac", "mp3", "alac", "pcm_s16le", "pcm_s24le"},
    "matroska": {"aac", "mp3", "opus", "vorbis", "flac", "ac3", "eac3", "pcm_s16le", "pcm_s24le"},
}
SAMPLES_PER_PACKET = 1024  # AAC's
SEEK_FROM_S = 5.0  # a later start is sought, an earlier one read up to
SEEK_BACK_S = 1.0


class Sound:
    """The first audio stream of a file; `packets` gives what is heard up to a time, for the output's container.

    notes: what a user should know.
    """

    def __init__(self, source: str | Path, container: av.container.OutputContainer, format_name: str) -> None:
        self.notes: list[str] = []
        self._address = str(source)
        self._input = open_video(self._address)
        self._from: AudioStream | None = next(iter(self._input.streams.audio), None)
        self._to: AudioStream | None = None
        self._resampler: AudioResampler | None = None
        self._start_s = 0.0
        self._waiting: Packet[AudioStream] | None = None
        if self._from is not None and not is_known(self._from):
            self.notes.append(f"{self._address}: FFmpeg does not know how its sound is coded; it is left out")
            self._from = None
        if self._from is None:
            self._input.close()
            return
        if self._from.codec_context.name in COPIED[format_name]:
            self._to = container.add_stream_from_template(self._from)
        else:
            # Raw sound often does not say how its channels are laid out.
            layout = "mono" if self._from.codec_context.channels == 1 else "stereo"
            rate = self._from.codec_context.sample_rate
            self._to = container.add_stream("aac", rate=rate, layout=layout)
            self._resampler = AudioResampler("fltp", layout, rate, SAMPLES_PER_PACKET)

    def start(self, time_s: float) -> None:
        """Begin at a time of the source, which becomes 0."""
        self._start_s = time_s
        if self._from is None:
            return
        if time_s > SEEK_FROM_S:
            self._input.seek(round((time_s - SEEK_BACK_S) * av.time_base), backward=True)
        self._source = self._demux()

    def packets(self, end_s: float) -> "Iterator[Packet[AudioStream]]":
        """Yield what is heard before a time of the source, in the output's clock; times grow from call to call."""
        if self._from is None:
            return
        while True:
            packet = self._waiting or next(self._source, None)
            self._waiting = packet
            if packet is None or _seconds(packet) >= end_s - self._start_s:
                return
            self._waiting = None
            yield packet

    def finish(self, end_s: float) -> "Iterator[Packet[AudioStream]]":
        """Yield what is left before the end."""
        yield from self.packets(end_s)
        if self._resampler is not None and self._to is not None:
            yield from self._to.encode(None)

    def close(self) -> None:
        """Close the source."""
        self._input.close()

    def _demux(self) -> "Iterator[Packet[AudioStream]]":
        assert self._from is not None
        assert self._to is not None
        try:
            for packet in self._input.demux(self._from):
                if packet.pts is None or not packet.size:
                    continue
                if _seconds(packet) < self._start_s:
                    continue
                if self._resampler is not None:
                    yield from self._encoded(packet)
                    continue
                shift = round(self._start_s / packet.time_base)
                packet.pts -= shift
                packet.dts = packet.pts if packet.dts is None else packet.dts - shift
                packet.stream = self._to
                yield packet
        except (FFmpegError, OSError) as error:
            self.notes.append(f"{self._address}: the sound ends early ({reason(error)})")

    def _encoded(self, packet: "Packet[AudioStream]") -> "Iterator[Packet[AudioStream]]":
        assert self._resampler is not None
        assert self._to is not None
        shift = Fraction(self._start_s).limit_denominator(1_000_000)
        for frame in packet.decode():
            for piece in self._resampler.resample(frame):
                if piece.pts is not None and piece.time_base is not None:
                    piece.pts -= round(shift / piece.time_base)
                yield from self._to.encode(piece)


def _seconds(packet: "Packet[AudioStream]") -> float:
    return float((packet.pts or 0) * packet.time_base)
