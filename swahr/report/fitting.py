"""Whether a video is the one that keypoints come from: how many frames, where joints lie, when frames are."""

import numpy as np

from swahr.errors import Hint, SettingError
from swahr.pose.recording import Recording
from swahr.video.promises import MISSING_PART
from swahr.video.reader import VideoFile

# Part of the joints that may lie outside the frame: other programs guess what is hidden.
MAX_OUTSIDE = 0.05
MAX_STEPS_APART = 1.5  # between the times of a frame in both, steps from frame to frame


def check_video(recording: Recording, source: VideoFile) -> None:
    """Refuse a video that is too short for a recording, or too small.

    Raises:
        SettingError: It is not the recording's.
    """
    last, count = int(recording.frames[-1]) if len(recording) else -1, source.estimated_frames
    if count is not None and last + 1 > count * (1 + MISSING_PART) + 1:
        raise _misfit(source, f"the keypoints go up to frame {last}, and it has {count}")
    places = recording.keypoints[np.isfinite(recording.keypoints[:, :, 0])][:, :2]
    outside = ((places < -1) | (places > source.file_size)).any(axis=1)
    width, height = source.file_size
    if len(places) and outside.mean() > MAX_OUTSIDE:
        raise _misfit(
            source,
            f"{outside.mean():.0%} of the joints lie outside its {width} x {height} pixels: another "
            "turn or size of it?",
        )


def check_time(recording: Recording, source: VideoFile, place: int, time_s: float) -> None:
    """Refuse a video whose frame is at another time than in the recording.

    Args:
        recording: With times or without.
        source: The video.
        place: Of the frame in the recording.
        time_s: Of the frame in the video, seconds.

    Raises:
        SettingError: It is not the recording's.
    """
    known, rate = float(recording.times[place]), recording.frame_rate
    if not np.isfinite(known) or rate is None or not np.isfinite(time_s):
        return
    # Times of some formats count from the first frame that was looked at.
    if abs(known - time_s) * rate > MAX_STEPS_APART:
        raise _misfit(
            source,
            f"frame {recording.frames[place]} is at {time_s:.3f} s in it, and at {known:.3f} s in the keypoints",
        )


def _misfit(source: VideoFile, why: str) -> SettingError:
    return SettingError(
        f"{source.address} is not the video of these keypoints: {why}; give the one that they come from",
        hints=[Hint("video", None)],
    )
