"""Better ids for a file of keypoints, by its video."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from swahr.errors import Hint, SettingError

if TYPE_CHECKING:
    from swahr.pose.recording import Recording
    from swahr.video.images import Image
    from swahr.video.reader import VideoFile


def with_better_ids(recording: "Recording", video: Path | None) -> "Recording":
    """Return a recording whose ids were cut and joined by all of its video.

    Args:
        recording: With ids.
        video: That it comes from.

    Raises:
        SettingError: The video is missing or another one, or there are no ids.
        SwahrError: The video cannot be read.
    """
    from swahr.report.fitting import check_video
    from swahr.tracking import track_again
    from swahr.video.reader import VideoFile

    if video is None:
        raise SettingError(
            "better ids are found by what people wear, for which the video is needed", hints=[Hint("video")]
        )
    if recording.ids is None:
        raise SettingError("people have no ids that could be made better", hints=[Hint("track", True)])
    with VideoFile(video) as source:
        check_video(recording, source)
        # Places are of the file's pixels, pictures of square ones.
        to_square = np.asarray([1 / scale for scale in (*source.pixel_scale, 1.0)], np.float32)
        square = replace(recording, keypoints=recording.keypoints * to_square)
        return replace(recording, ids=track_again(square, _images(source)).ids)


def _images(source: "VideoFile") -> "Iterator[tuple[int, Image | None]]":
    for frame in source:
        yield frame.index, frame.image
