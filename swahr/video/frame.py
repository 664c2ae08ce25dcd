"""A frame of a video, and what a source of frames offers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol

from swahr.video.images import Image

# Whether a frame is asked for, by its index and its time in seconds; others need not be decoded to pixels.
Wanted = Callable[[int, float], bool]
# Takes a line that a user should read while a source runs: a loss, a return.
Tell = Callable[[str], None]


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
    """A video, camera, stream or folder, open: a context manager that yields its frames once, in order.

    address: what it was opened by, without a password. live: frames come when they come, and old ones are
    dropped for new ones; other sources drop none.
    width, height: of the first readable frame, pixels; later ones may differ. frame_rate: nominal, frames a
    second. estimated_frames: what the source promises; None where it does not say.
    notes: what a user should know of the source, filled while it is read.
    """

    address: str
    width: int
    height: int
    frame_rate: float
    estimated_frames: int | None
    notes: list[str]

    @property
    def live(self) -> bool:
        """Whether old frames give way to new ones."""

    def __enter__(self) -> "FrameSource": ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def __iter__(self) -> Iterator[Frame]: ...

    def interrupt(self) -> None:
        """End an iteration that waits for a frame; from any thread. A file never waits: nothing is done."""


def any_frame(_index: int, _time_s: float) -> bool:
    """Want every frame."""
    return True
