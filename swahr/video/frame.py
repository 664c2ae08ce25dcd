"""A frame of a video, and what a source of frames offers."""

from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol

from swahr.images import Image


@dataclass(frozen=True)
class Frame:
    """One frame.

    index: place in the source, from 0. time_s: the source's own time of it, seconds.
    image: [H, W, 3] uint8 BGR, upright; None where the source has a frame that cannot be decoded.
    name: what the source calls it: a photo's file.
    """

    index: int
    time_s: float
    image: Image | None
    name: str = ""


class FrameSource(Protocol):
    """A video, camera or folder, open: a context manager that yields its frames once, in order.

    width, height: of the first readable frame, pixels; later ones may differ. frame_rate: nominal, frames a
    second. estimated_frames: what the source promises; None where it does not say.
    notes: what a user should know of the source, filled while it is read.
    """

    width: int
    height: int
    frame_rate: float
    estimated_frames: int | None
    notes: list[str]

    def __enter__(self) -> "FrameSource": ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def __iter__(self) -> Iterator[Frame]: ...
