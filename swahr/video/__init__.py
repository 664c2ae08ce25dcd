"""Where frames come from, and where drawn ones go."""

from pathlib import Path

from swahr.video.frame import Frame, FrameSource
from swahr.video.photos import Photos, list_photos, write_photo
from swahr.video.prefetch import Prefetch
from swahr.video.reader import VideoFile
from swahr.video.writer import VideoWriter

__all__ = [
    "Frame",
    "FrameSource",
    "Photos",
    "Prefetch",
    "VideoFile",
    "VideoWriter",
    "list_photos",
    "open_source",
    "write_photo",
]


def open_source(path: str | Path) -> FrameSource:
    """Open a video file, or the photos of a folder. Raises SwahrError where nothing of it can be read."""
    path = Path(path)
    return Photos(list_photos([path])) if path.is_dir() else VideoFile(path)
