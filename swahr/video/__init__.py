"""Where frames come from, and where drawn ones go."""

from swahr.video.camera import list_cameras
from swahr.video.frame import Frame, FrameSource
from swahr.video.live import LiveSource
from swahr.video.photos import Photos, list_photos, write_photo
from swahr.video.prefetch import Prefetch
from swahr.video.reader import VideoFile
from swahr.video.sources import is_live, open_source
from swahr.video.writer import VideoWriter

__all__ = [
    "Frame",
    "FrameSource",
    "LiveSource",
    "Photos",
    "Prefetch",
    "VideoFile",
    "VideoWriter",
    "is_live",
    "list_cameras",
    "list_photos",
    "open_source",
    "write_photo",
]
