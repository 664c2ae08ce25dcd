"""Video files, written by PyAV: H.264 that plays in a browser, with the sound of the source."""

import os
from contextlib import suppress
from datetime import datetime, timezone
from fractions import Fraction
from pathlib import Path
from types import TracebackType

import av
import numpy as np
from av.error import FFmpegError
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream

from swahr._util.files import partial_path
from swahr.errors import MissingError, OutputError, SettingError
from swahr.video.encoders import HARDWARE, REFUSALS, Encoder, choose_encoder, on_device
from swahr.video.images import Image
from swahr.video.lasting import CONTAINERS, LASTING_OPTIONS, container_options, finish_video
from swahr.video.opening import reason
from swahr.video.sound import Sound

TICKS_PER_SECOND = 90_000  # fine enough for any frame rate, and what MPEG counts in
# FFmpeg's numbers (libavutil/pixfmt.h) of the matrix, primaries and transfer of HD video, and of its range.
BT709 = 1
LIMITED_RANGE = 1


class VideoWriter:
    """Writes frames to `<path>.part`, which takes its name in `close`. A context manager: an error discards it.

    The index stands at the front, so that a browser plays while it loads. notes: what a user should know.

    Args:
        path: Ends in .mp4, .mov or .mkv.
        width: Of the video, pixels; frames of another size are scaled. Odd sides grow by one, as 4:2:0 colour asks.
        height: Likewise.
        frame_rate: A hint, frames per second; each frame's own time counts, and the first frame's becomes 0.
        sound_of: A file whose sound is kept, from the first frame's time to the last one's; one without sound gives
            none.
        sound_ahead_s: What frames' times are ahead of that file's own, seconds.
        encoder: See `choose_encoder`; with x264 the same frames give the same file.
        zero_s: The time that becomes 0; None: the first frame's. Several videos of one clock share it.
        lasting: What was written a second ago can be played, and finished by `finish_video`, if the process is killed.
        made_at: Time of day of the first frame, kept in the file; None: not kept.

    Raises:
        OutputError: The file cannot be written (no such folder, no right, disk full).
        MissingError: FFmpeg has no H.264 encoder, or not the one that is asked for.
        SettingError: The name has another ending.

    >>> from swahr.video import VideoFile
    >>> with VideoWriter(folder / "half.mp4", 160, 128, 12.5) as video, VideoFile(clip) as source:
    ...     for frame in source:
    ...         video.write(frame.image[::2, ::2], frame.time_s)
    >>> video.path.name
    'half.mp4'
    """

    def __init__(
        self,
        path: str | Path,
        width: int,
        height: int,
        frame_rate: float,
        sound_of: str | Path | None = None,
        sound_ahead_s: float = 0.0,
        encoder: str = "auto",
        zero_s: float | None = None,
        lasting: bool = False,
        made_at: datetime | None = None,
    ) -> None:
        self.path = Path(path)
        if self.path.suffix.lower() not in CONTAINERS:
            raise SettingError(f"{path}: expected a video name that ends in {', '.join(CONTAINERS)}")
        chosen = choose_encoder(encoder)
        self.partial = partial_path(self.path)
        self.width, self.height = width, height
        self.notes: list[str] = []
        self._zero_s, self._lasting = zero_s, lasting
        self._start_s: float | None = None
        self._last_tick = -1
        self._frame_s = 1 / frame_rate
        self._sound_ahead_s = sound_ahead_s
        self._sound: Sound | None = None
        refused = self._refusal(chosen, frame_rate, sound_of, made_at)
        if refused is not None and encoder == "auto" and (other := _substitute(chosen)) is not None:
            # It opened a moment ago: cards let so many encode at a time, and drivers come and go.
            self.notes.append(
                f"{chosen.codec} does not open any more ({reason(refused)}); {other.codec} wrote {self.path.name}"
            )
            refused = self._refusal(other, frame_rate, sound_of, made_at)
        if refused is not None:
            raise self._failed(refused) from refused

    def _refusal(
        self, chosen: Encoder, frame_rate: float, sound_of: str | Path | None, made_at: datetime | None
    ) -> Exception | None:
        """Open the file with an encoder; return why that cannot be, with nothing left of it."""
        self._container = av.open(
            str(self.partial.absolute()),
            "w",
            format=CONTAINERS[self.path.suffix.lower()],
            options=container_options(self.path, self._lasting),
        )
        try:
            self._begin(chosen, frame_rate, sound_of, made_at)
        except REFUSALS as error:
            self.discard()
            return error
        except BaseException:
            self.discard()
            raise
        return None

    def _begin(
        self, chosen: Encoder, frame_rate: float, sound_of: str | Path | None, made_at: datetime | None
    ) -> None:
        """Open an encoder, and then the file."""
        if made_at is not None:
            self._container.metadata["creation_time"] = made_at.astimezone(timezone.utc).isoformat()
        rate = Fraction(frame_rate).limit_denominator(1001)
        options = chosen.options | (LASTING_OPTIONS.get(chosen.codec, {}) if self._lasting else {})
        stream = self._container.add_stream(chosen.codec, rate=rate, options=options, **on_device(chosen))
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = self.width + self.width % 2, self.height + self.height % 2
        stream.pix_fmt = self._pixels = chosen.pixels
        if self._lasting:
            stream.codec_context.gop_size = max(1, round(frame_rate))  # a second
        stream.codec_context.time_base = Fraction(1, TICKS_PER_SECOND)
        # Colours that are not named are guessed by players from the size, differently.
        stream.codec_context.colorspace = BT709
        stream.codec_context.color_primaries = BT709
        stream.codec_context.color_trc = BT709
        stream.codec_context.color_range = LIMITED_RANGE
        self._stream, self._scaler = stream, VideoReformatter()
        if sound_of is not None:
            self._sound = Sound(sound_of, self._container, CONTAINERS[self.path.suffix.lower()])
        self._container.start_encoding()  # opens the file; otherwise the first frame would

    def __enter__(self) -> "VideoWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.discard()

    def write(self, image: Image, time_s: float) -> None:
        """Append a frame [H, W, 3] uint8 BGR at its time; times must grow."""
        height, width = image.shape[:2]
        if (height, width) == (self.height, self.width) and (height % 2 or width % 2):
            image = np.pad(image, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
        # Nothing is copied, and the scaler is set up once: that took more time than the conversion. On the way to
        # pixels of hardware FFmpeg reads beyond the last row, where PyAV's own frames have room and an image has none.
        as_it_is = self._pixels == "yuv420p"
        frame_of = av.VideoFrame.from_numpy_buffer if as_it_is else av.VideoFrame.from_ndarray
        given = frame_of(np.ascontiguousarray(image), format="bgr24")
        picture = self._scaler.reformat(
            given, self._stream.width, self._stream.height, self._pixels, dst_colorspace=BT709
        )
        if self._start_s is None:
            self._start_s = time_s if self._zero_s is None else self._zero_s
            if self._sound is not None:
                self._sound.start(time_s - self._sound_ahead_s)
        # Containers with coarse clocks repeat a time; the next tick keeps the order.
        tick = max(round((time_s - self._start_s) * TICKS_PER_SECOND), self._last_tick + 1)
        self._last_tick = tick
        picture.pts, picture.time_base = tick, Fraction(1, TICKS_PER_SECOND)
        try:
            self._container.mux(self._stream.encode(picture))
            if self._sound is not None:
                self._container.mux(list(self._sound.packets(time_s - self._sound_ahead_s)))
        except (FFmpegError, OSError) as error:
            raise self._failed(error) from error

    def close(self) -> None:
        """Finish the file and give it its name; where that fails, remove it, unless what there is can be played."""
        try:
            self._container.mux(self._stream.encode())
            if self._sound is not None and self._start_s is not None:
                seconds = self._last_tick / TICKS_PER_SECOND + self._frame_s
                end_s = self._start_s - self._sound_ahead_s + seconds
                self._container.mux(list(self._sound.finish(end_s)))
                self.notes += self._sound.notes
            self._close_sound()
            self._container.close()
            if self._lasting:
                finish_video(self.partial, self.path)
            else:
                os.replace(self.partial, self.path)
        except (FFmpegError, OSError) as error:
            self.discard(keep=self._lasting)
            raise self._failed(error) from error

    def discard(self, keep: bool = False) -> None:
        """Give up: remove what was written, or keep what there is under its partial name."""
        self._close_sound()
        with suppress(FFmpegError, OSError):  # on a full disk the trailer cannot be written
            self._container.close()
        if not keep:
            self.partial.unlink(missing_ok=True)

    def _close_sound(self) -> None:
        if self._sound is not None:
            self._sound.close()
            self._sound = None

    def _failed(self, error: Exception) -> OutputError:
        return OutputError(f"{self.path}: the video could not be written ({reason(error)})")


def _substitute(refused: Encoder) -> Encoder | None:
    """Return the encoder that writes where one of hardware refuses; None where there is no other."""
    with suppress(MissingError):
        return choose_encoder("x264") if refused in HARDWARE.values() else None
    return None
