"""The door for sources of frames: from an address to the kind of source that reads it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from swahr._util.registry import Modules, Registry, require_complete
from swahr.config import SourceSettings
from swahr.errors import Hint, SettingError
from swahr.video.addresses import names_server, without_password
from swahr.video.frame import FrameSource, Notify, ignore
from swahr.video.selection import Selection

S = TypeVar("S", bound=FrameSource)


@dataclass(frozen=True)
class SourceKind:
    """Which addresses a class of sources reads: those that begin so, or of which `when` is true; see there."""

    source: type[FrameSource]
    prefix: str = ""
    when: Callable[[str], bool] | None = None
    fallback: bool = False


SOURCES: Registry[SourceKind] = Registry("source", Modules("swahr.video"))


def register_source(
    *prefixes: str, when: Callable[[str], bool] | None = None, fallback: bool = False
) -> Callable[[type[S]], type[S]]:
    """Let a class of sources read addresses; a decorator.

    Args:
        prefixes: What its addresses begin with, such as "camera:" or "rtsp://", in small letters.
        when: In place of prefixes: whether an address, a path as a rule, is one of its.
        fallback: `when` is asked after all others, as that of our own files and photos is, so that a new kind of file
            needs no change of ours.

    Raises:
        SettingError: Neither is given, or a prefix is taken.

    >>> from swahr.video import Frame
    >>> @register_source("black:")
    ... class Black(FrameSource):
    ...     width, height, frame_rate, estimated_frames = 64, 48, 25.0, 3
    ...     def __iter__(self):
    ...         for index in range(3):
    ...             yield Frame(index, index / 25, np.zeros((48, 64, 3), np.uint8))
    >>> with open_source("black:") as source:
    ...     [frame.index for frame in source]
    [0, 1, 2]
    >>> SOURCES.remove("black:")
    """
    if not prefixes and when is None:
        raise SettingError("a source needs a prefix of its addresses, or `when`; got neither")

    def register(source: type[S]) -> type[S]:
        require_complete("source", source)
        for prefix in prefixes:
            SOURCES.register(prefix, SourceKind(source, prefix=prefix))
        if when is not None:
            SOURCES.register(source.__name__, SourceKind(source, when=when, fallback=fallback))
        return source

    return register


def find_kind(address: str | Path) -> SourceKind:
    """Return the kind of source that reads an address; nothing is opened.

    Raises:
        SettingError: There is none.
    """
    kind, text = _find_kind(str(address)), str(address)
    if kind is not None:
        return kind
    known = ", ".join(kind.prefix for kind in SOURCES if kind.prefix)
    read = f"{text.split('://')[0]}:// is not read" if names_server(text) else "no source reads this"
    raise SettingError(f"{without_password(text)}: {read}; expected a path, or one of {known}")


def _find_kind(text: str) -> SourceKind | None:
    # Longer prefixes say more, and what says nothing of itself comes last.
    kinds = sorted(SOURCES, key=lambda kind: (kind.fallback, not kind.prefix, -len(kind.prefix)))
    for kind in kinds:
        if kind.when(text) if kind.when is not None else text.lower().startswith(kind.prefix):
            return kind
    return None


def is_path(address: str | Path) -> bool:
    """Return whether an address names files of this machine, whether or not they are there.

    >>> is_path("in.mp4"), is_path("camera:0"), is_path("https://example.org/in.mp4")
    (True, False, False)
    """
    kind = _find_kind(str(address))
    return kind is not None and not kind.prefix


def is_live(address: str | Path) -> bool:
    """Return whether an address looks like a camera or stream; of http:// only opening it tells."""
    return find_kind(address).source.endless is not False


def has_no_end(address: str | Path) -> bool:
    """Return whether an address can only be live: http:// may name a file, too."""
    return find_kind(address).source.endless is True


def open_source(
    address: str | Path,
    settings: SourceSettings | None = None,
    *,
    notify: Notify = ignore,
    first_index: int = 0,
) -> FrameSource:
    """Open what an address names.

    Args:
        address: A video file; a folder or glob of images; `camera:0` or `camera:` and a part of its name; rtsp://,
            http:// and the like, where a file of known length on a web server is read as a file; or what
            `register_source` added.
        settings: Which of its frames, and which way up; None: all, as they are.
        notify: Is given a line when the signal of a live source is lost, and when it is back; from any thread.
        first_index: Leave out the frames before, to go on where a run ended.

    Raises:
        SwahrError: There is nothing that can be read.

    >>> with open_source(clip, SourceSettings(every=4)) as source:
    ...     [frame.index for frame in source][:3]
    [0, 4, 8]
    """
    settings = settings or SourceSettings()
    source = find_kind(address).source.from_address(str(address), notify)
    if settings.frame_rate is not None and not source.set_rate(settings.frame_rate):
        source.close()
        raise SettingError(
            f"{source.address} has times of its own; a frame rate is for images",
            hints=[Hint("frame_rate", None)],
        )
    if settings == SourceSettings() and not first_index:
        return source
    chosen = Selection(source, settings, first_index)
    source.wanted = chosen.wants
    # A frame's exact index is known after a seek, but whether decoding from there gives the very same pixels is up
    # to the file; so what must go on bit by bit goes to the start and decodes all that lies between, as the first run.
    if settings.start > 0:
        try:
            source.seek(settings.start)
        except BaseException:
            source.close()
            raise
    return chosen
