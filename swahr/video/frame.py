"""A frame of a video, and what every source of frames offers."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import ClassVar, TypeVar

from swahr.video.images import Image

S = TypeVar("S", bound="FrameSource")

# Whether a frame is asked for, by its index and its time in seconds.
Wanted = Callable[[int, float], bool]
# Takes a line that a user should read while a source runs: a loss, a return.
Notify = Callable[[str], None]


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


def any_frame(_index: int, _time_s: float) -> bool:
    """Want every frame."""
    return True


def ignore(_line: str) -> None:
    """Take a line that nobody reads."""


class FrameSource(ABC):
    """A video, camera, stream or folder, open: a context manager that yields its frames once, in order.

    A source of one's own sets `width`, `height` and `frame_rate` and yields frames; all else has a default.
    width, height: of the first readable frame, square pixels; later ones may differ. stored_size: the same in the
    pixels that the source stores, of which places in files are, where these are not square; None: they are.
    frame_rate: nominal, frames per second. estimated_frames: what the source promises; None where it does not say.
    address: what it was opened by, without a password. notes: what a user should know of the source, filled while it
    is read.
    wanted: which frames are asked for; set it before reading. Others need not be made, and may be yielded all the
    same.
    endless: of the class, whether its sources have no end; None where only opening one tells.
    """

    endless: ClassVar[bool | None] = False

    width: int
    height: int
    frame_rate: float
    estimated_frames: int | None = None
    stored_size: tuple[int, int] | None = None

    def __init__(self, address: str) -> None:
        self.address = address
        self.notes: list[str] = []
        self.wanted: Wanted = any_frame

    @classmethod
    def from_address(cls, address: str, notify: Notify = ignore) -> "FrameSource":
        """Open what an address names; a class whose making takes more than the address has its own.

        Args:
            address: As the user gave it.
            notify: Is given a line when the signal of a live source is lost, and when it is back; from any thread.

        Raises:
            SwahrError: There is nothing that can be read.
        """
        return cls(address)

    @abstractmethod
    def __iter__(self) -> Iterator[Frame]:
        """Yield the frames, with growing indices and times; called once, and again after `seek`."""

    @property
    def live(self) -> bool:
        """Whether frames come when they come, and old ones give way to new ones; other sources drop none."""
        return bool(self.endless)

    @property
    def connected(self) -> bool:
        """Whether pictures come, as far as the source can lose its signal."""
        return True

    @property
    def dropped(self) -> int:
        """Frames that came and that nobody took in time."""
        return 0

    @property
    def losses(self) -> int:
        """How often the signal was lost."""
        return 0

    @property
    def length_s(self) -> float | None:
        """Length of the whole source, seconds, by what it promises; None where it does not say."""
        return None if self.estimated_frames is None else self.estimated_frames / self.frame_rate

    @property
    def sound_file(self) -> str | None:
        """The video file whose sound belongs to the frames; None where there is none."""
        return None

    @property
    def file_size(self) -> tuple[int, int]:
        """Width and height in the pixels that the source stores: those of places in files."""
        return self.stored_size or (self.width, self.height)

    @property
    def pixel_scale(self) -> tuple[float, float]:
        """What brings x and y of an image to the pixels that the source stores; 1 and 1 where these are square."""
        return self.file_size[0] / self.width, self.file_size[1] / self.height

    @property
    def sound_ahead_s(self) -> float:
        """What the frames' times are ahead of the clock of `sound_file`, seconds."""
        return 0.0

    @property
    def frame_names(self) -> Mapping[int, str]:
        """What frames are called, by their index, where each has a name: the files of photos."""
        return {}

    def set_rate(self, frame_rate: float) -> bool:
        """Say how many frames there are per second, of a source that has no times; before reading.

        Returns:
            Whether it is one.
        """
        return False

    def seek(self, time_s: float) -> bool:
        """Go on with the first frame at `time_s` or later, which keeps its index and time.

        Returns:
            Whether this source can. One that cannot stays where it is: open it anew.
        """
        return False

    def interrupt(self) -> None:  # noqa: B027 - a default, not a duty
        """End an iteration that waits for a frame; from any thread. A source that never waits has nothing to do."""

    def close(self) -> None:  # noqa: B027
        """Let go of what is open; a second call does nothing."""

    def __enter__(self: S) -> S:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
