"""Where frames come from, and where drawn ones go."""

from swahr.video.frame import Frame, FrameSource
from swahr.video.prefetch import prefetch
from swahr.video.reader import VideoFile
from swahr.video.writer import VideoWriter

__all__ = ["Frame", "FrameSource", "VideoFile", "VideoWriter", "prefetch"]
