"""Where frames come from, and where drawn ones go."""

from swahr.video.camera import list_cameras
from swahr.video.frame import Frame, FrameSource, Notify, ignore
from swahr.video.live import Device, LiveSource, SignalLostError
from swahr.video.photos import Photos, list_photos, write_photo
from swahr.video.prefetch import Prefetch
from swahr.video.reader import VideoFile
from swahr.video.sources import has_no_end, is_live, is_path, open_source, register_source
from swahr.video.suffixes import IMAGE_SUFFIXES, VIDEO_SUFFIXES
from swahr.video.writer import VideoWriter

__all__ = [
    "IMAGE_SUFFIXES",
    "VIDEO_SUFFIXES",
    "Device",
    "Frame",
    "FrameSource",
    "LiveSource",
    "Notify",
    "Photos",
    "Prefetch",
    "SignalLostError",
    "VideoFile",
    "VideoWriter",
    "has_no_end",
    "ignore",
    "is_live",
    "is_path",
    "list_cameras",
    "list_photos",
    "open_source",
    "register_source",
    "write_photo",
]
