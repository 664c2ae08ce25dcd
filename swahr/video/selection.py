"""A part of a source: from a start to a stop, each n-th frame, turned and mirrored as asked."""

import math
from collections.abc import Iterator, Mapping

import cv2
import numpy as np

from swahr.config import SourceSettings
from swahr.video.frame import Frame, FrameSource
from swahr.video.images import Image

ROTATIONS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}

# Of a frame: 0.4 s at 25 frames per second are 10 frames, not a hair more.
ROUNDING = 1e-6


def nothing_in(source: FrameSource, settings: SourceSettings) -> str:
    """Return what to say of a source that has none of the frames that are asked for."""
    long = "" if source.length_s is None else f", which is {source.length_s:.4g} s long"
    until = "on" if settings.stop is None else f"to stop {settings.stop:g} s"
    return (
        f"{source.address}{long}: no frame lies from start {settings.start:g} s {until}; "
        "give times within the video"
    )


class Selection(FrameSource):
    """Frames of a source with start <= time < stop, each n-th by index, turned clockwise, then mirrored.

    Frames keep the index and the time that they have in the source, which is closed with it.

    Args:
        source: What is chosen from.
        settings: What is chosen, and which way up; None: all, as they are.
        first_index: Frames before are left out.

    >>> from swahr.video import VideoFile
    >>> with Selection(VideoFile(clip), SourceSettings(rotate=90)) as source:
    ...     source.width, source.height
    (256, 320)
    """

    def __init__(
        self,
        source: FrameSource,
        settings: SourceSettings | None = None,
        first_index: int = 0,
    ) -> None:
        settings = settings or SourceSettings()
        super().__init__(source.address)
        self.source = source
        self._start, self._stop, self._every = settings.start, settings.stop, settings.every
        self._first_index = first_index
        self._turn = ROTATIONS.get(settings.rotate)
        self._mirror = settings.mirror
        self.notes = source.notes
        self.frame_rate = source.frame_rate / settings.every
        quarter = settings.rotate in (90, 270)
        self.width = source.height if quarter else source.width
        self.height = source.width if quarter else source.height
        stored = source.stored_size
        self.stored_size = stored[::-1] if quarter and stored is not None else stored
        self.estimated_frames = self._estimate()

    @property
    def live(self) -> bool:
        """Whether the source is."""
        return self.source.live

    @property
    def connected(self) -> bool:
        """Whether pictures come, as far as the source can lose its signal."""
        return self.source.connected

    @property
    def dropped(self) -> int:
        """Frames of a live source that nobody took in time."""
        return self.source.dropped

    @property
    def losses(self) -> int:
        """How often a live source lost its signal."""
        return self.source.losses

    @property
    def length_s(self) -> float | None:
        """Length of the whole source, not of what is chosen."""
        return self.source.length_s

    @property
    def sound_file(self) -> str | None:
        """That of the source."""
        return self.source.sound_file

    @property
    def frame_names(self) -> Mapping[int, str]:
        """Those of the source."""
        return self.source.frame_names

    @property
    def sound_ahead_s(self) -> float:
        """That of the source."""
        return self.source.sound_ahead_s

    def seek(self, time_s: float) -> bool:
        """Go on with the first chosen frame at `time_s` or later, where the source can."""
        return self.source.seek(time_s)

    def interrupt(self) -> None:
        """End an iteration that waits for a frame; from any thread."""
        self.source.interrupt()

    def close(self) -> None:
        """Close the source."""
        self.source.close()

    def __iter__(self) -> Iterator[Frame]:
        """Yield the frames that are asked for."""
        for frame in self.source:
            if self._stop is not None and frame.time_s >= self._stop:
                return
            if not self.wants(frame.index, frame.time_s):
                continue
            if frame.image is None or (self._turn is None and not self._mirror):
                yield frame
            else:
                yield Frame(frame.index, frame.time_s, self._turned(frame.image), frame.name)

    def wants(self, index: int, time_s: float) -> bool:
        """Whether a frame before `stop` is asked for."""
        return index >= self._first_index and time_s >= self._start and index % self._every == 0

    def _turned(self, image: Image) -> Image:
        turned = image if self._turn is None else cv2.rotate(image, self._turn)
        return np.asarray(cv2.flip(turned, 1) if self._mirror else turned, np.uint8)

    def _estimate(self) -> int | None:
        total, rate = self.source.estimated_frames, self.source.frame_rate
        if self._stop is not None:
            until = math.ceil(self._stop * rate - ROUNDING)
            total = until if total is None else min(total, until)
        if total is None:
            return None
        first = max(self._first_index, math.ceil(self._start * rate - ROUNDING))
        return max(0, math.ceil(total / self._every) - math.ceil(first / self._every))
