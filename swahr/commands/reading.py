"""A file of keypoints, read as a command's options ask."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from swahr.errors import UnreadableError

if TYPE_CHECKING:
    from swahr.config import ReadSettings
    from swahr.pose.recording import Recording


def read_as(source: Path, settings: "ReadSettings", video: Path | None = None) -> "Recording":
    """Read a file or folder of keypoints.

    Args:
        source: The file.
        settings: What it does not say itself.
        video: Its frames' times are taken where the file has none; None: they stay unknown.

    Raises:
        SwahrError: It cannot be read, or the video is another one.
    """
    from swahr.formats import read
    from swahr.pose.skeleton import Skeleton

    skeleton = None if settings.skeleton is None else Skeleton.from_json(settings.skeleton)
    recording = read(source, settings.from_, skeleton=skeleton, frame_rate=settings.frame_rate)
    return recording if video is None or recording.has_times else _timed_by(video, recording)


def _timed_by(video: Path, recording: "Recording") -> "Recording":
    import numpy as np

    from swahr.video.reader import frame_times

    times = frame_times(video)
    if len(recording) and recording.frames[-1] >= len(times):
        raise UnreadableError(
            f"{video} has {len(times)} frames, and the keypoints go up to number {recording.frames[-1]}: another video?"
        )
    return replace(recording, times=np.asarray(times)[recording.frames])
