"""What workers pass on and widgets show: plain values that both sides know."""

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from swahr.pose.poses import Poses
from swahr.pose.skeleton import Skeleton
from swahr.video import Frame
from swahr.video.images import Image


class Playback(Enum):
    """What a source is doing."""

    NONE = "none"
    OPENING = "opening"
    PLAYING = "playing"
    PAUSED = "paused"
    LOST = "lost"
    ENDED = "ended"
    FAILED = "failed"


@dataclass(frozen=True)
class SourceInfo:
    """A source that is open.

    title: a short name. live: a camera or stream. start_s: time of the first frame, seconds. duration_s: None where
    it is not known. frame_rate: nominal, frames per second.
    """

    address: str
    title: str
    live: bool
    width: int
    height: int
    frame_rate: float
    start_s: float = 0.0
    duration_s: float | None = None


@dataclass(frozen=True)
class Taken:
    """A frame on its way to the network.

    session: which opening of a source it belongs to. read_ms: what reading it took. put_at: when it was put into the
    network's box, seconds of the monotonic clock. dropped: frames that the source itself has left out so far.
    record_index, record_s: its place and time in a recording, which grow where a file is looped or seeked in.
    clock_s: when it was taken, seconds of the monotonic clock, which all sources share.
    again: the frame was there before, and only appears otherwise now. waited_for: no frame is left out, however long it
    takes.
    """

    session: int
    frame: Frame
    image: Image
    live: bool
    read_ms: float
    put_at: float
    dropped: int
    record_index: int
    record_s: float
    clock_s: float = 0.0
    again: bool = False
    waited_for: bool = False


@dataclass(frozen=True)
class Shown:
    """A frame as it is to be seen, with the joints that were found in it.

    image: [h, w, 3] uint8 BGR, drawn at the size of the view; None where nobody sees it. poses: in frame pixels;
    None without a network.
    stages: milliseconds of each stage, by name, in order; frame_rate: frames that were analysed per second;
    dropped: frames that were left out so far.
    """

    session: int
    image: Image | None
    frame_index: int
    time_s: float
    poses: Poses | None
    stages: dict[str, float] = field(default_factory=dict)
    frame_rate: float = 0.0
    dropped: int = 0


@dataclass(frozen=True)
class ModelInfo:
    """The network that runs.

    name: as it was asked for. device: such as "cpu". backend: what runs it. ms: of a picture by each that was compared.
    """

    name: str
    device: str
    input_size: int
    skeleton: Skeleton
    threshold: float
    min_score: float
    backend: str = ""
    ms: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class RecordingStatus:
    """A recording that runs.

    seconds: its length. size: bytes so far. dropped: frames that the disk was too slow for. waits: what it waits for
    before it begins, in words; "" for one that runs.
    """

    seconds: float
    size: int
    frames: int
    dropped: int
    paths: tuple[Path, ...]
    waits: str = ""


class Level(Enum):
    """How much a message matters."""

    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Message:
    """Something that a person should read.

    path: a file or folder to show. about: what it speaks of, such as "source"; it goes when that has changed.
    """

    level: Level
    text: str
    path: Path | None = None
    about: str = ""
