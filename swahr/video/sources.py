"""From an address to a source of frames: file, folder, glob, camera, stream."""

import glob
from pathlib import Path

from swahr.errors import SwahrError
from swahr.video.camera import CameraDevice, find_camera
from swahr.video.frame import FrameSource, Tell
from swahr.video.live import LiveSource
from swahr.video.photos import Photos, list_photos
from swahr.video.reader import VideoFile
from swahr.video.selection import Selection, check_selection
from swahr.video.stream import StreamDevice, is_stream, without_password

CAMERA = "camera:"


def open_source(
    address: str | Path,
    *,
    start: float = 0.0,
    stop: float | None = None,
    every: int = 1,
    rotate: int | None = None,
    mirror: bool = False,
    tell: Tell | None = None,
    first_index: int = 0,
) -> FrameSource:
    """Open what an address names.

    address: a video file; a folder or glob of images; `camera:0` or `camera:` and a part of its name; rtsp://,
    http:// and the like, where a file of known length on a web server is read as a file.
    start, stop: seconds on the source's own clock, the first in, the second out. every: take each n-th frame.
    rotate: degrees clockwise, 0, 90, 180 or 270; mirror: then left and right change places.
    tell: is given a line when the signal of a live source is lost, and when it is back.
    first_index: leave out the frames before, to go on where a run ended.
    Raises SwahrError where nothing can be read, and for options that make no sense.
    """
    check_selection(start, stop, every, rotate)
    source = _open(address, tell)
    if (start, stop, every, rotate or 0, mirror, first_index) == (0.0, None, 1, 0, False, 0):
        return source
    chosen = Selection(
        source,
        start=start,
        stop=stop,
        every=every,
        rotate=rotate,
        mirror=mirror,
        first_index=first_index,
    )
    if isinstance(source, VideoFile | Photos):
        source.wanted = chosen.wants
    # A frame's exact index is known after a seek, but whether decoding from there gives the very same pixels is up
    # to the file; so what must go on bit by bit goes to the start and decodes all that lies between, as the first run.
    if isinstance(source, VideoFile) and start > 0:
        try:
            source.seek(start)
        except BaseException:
            source.__exit__(None, None, None)
            raise
    return chosen


def is_live(address: str | Path) -> bool:
    """Return whether an address looks like a camera or stream; of http:// only opening it tells."""
    return str(address).startswith(CAMERA) or is_stream(str(address))


def has_no_end(address: str | Path) -> bool:
    """Return whether an address can only be live: http:// may name a file, too."""
    return is_live(address) and not str(address).lower().startswith(("http://", "https://"))


def _open(address: str | Path, tell: Tell | None) -> VideoFile | Photos | LiveSource:
    text = str(address)
    if text.startswith(CAMERA):
        device = find_camera(text.removeprefix(CAMERA))
        return LiveSource(text, lambda: CameraDevice(device), tell=tell)
    if is_stream(text):
        return _open_stream(text, tell)
    path = Path(address)
    if path.is_dir():
        return Photos(list_photos([path]), address=text)
    if not path.exists() and glob.has_magic(text):
        found = sorted(Path(name) for name in glob.glob(text, recursive=True))
        if not found:
            raise SwahrError(f"{text}: no file has such a name")
        return Photos(list_photos(found), address=text)
    return VideoFile(path)


def _open_stream(address: str, tell: Tell | None) -> VideoFile | LiveSource:
    first: StreamDevice | None = StreamDevice(address)
    assert first is not None
    if first.duration_s is not None:
        first.close()
        return VideoFile(address)

    def connect() -> StreamDevice:
        nonlocal first
        device, first = first, None
        return StreamDevice(address) if device is None else device

    return LiveSource(without_password(address), connect, tell=tell)
