"""A frame of a video, and what a source of frames offers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from swahr.images import Image


@dataclass(frozen=True)
class Frame:
    """One frame.

    index: place in the source, from 0. time_s: the container's time of it, seconds.
    image: [H, W, 3] uint8 BGR, upright; None where the source has a frame that cannot be decoded.
    """

    index: int
    time_s: float
    image: Image | None


class FrameSource(Protocol):
    """A video, camera or folder, open: yields its frames in order."""

    width: int
    height: int
    frame_rate: float
    estimated_frames: int | None
    notes: list[str]

    def __iter__(self) -> Iterator[Frame]: ...
