"""A file of keypoints, read as a command's options ask."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from swahr.config import ReadSettings
    from swahr.pose.recording import Recording


def read_as(source: Path, settings: "ReadSettings") -> "Recording":
    """Read a file or folder of keypoints. Raises SwahrError where it cannot be read."""
    from swahr.formats import read
    from swahr.pose.skeleton import Skeleton

    skeleton = None if settings.skeleton is None else Skeleton.from_json(settings.skeleton)
    return read(source, settings.from_, skeleton=skeleton, frame_rate=settings.frame_rate)
