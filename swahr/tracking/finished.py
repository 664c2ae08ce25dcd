"""Ids for a recording that is finished: by poses and motion alone, as its frames are no longer there."""

from dataclasses import replace

import numpy as np

from swahr.config import TrackSettings
from swahr.pose.recording import DEFAULT_FRAME_RATE, Recording
from swahr.tracking.growing import GrowingClock
from swahr.tracking.tracker import make_tracker


def track_recording(recording: Recording, settings: TrackSettings | None = None) -> Recording:
    """Return a recording whose people have ids, anew where they had some.

    Args:
        recording: Frames and their people; a time that is not known follows from the frame rate, 25 per second where
            that is not known either.
        settings: Which tracker, and for how long it remembers.

    Raises:
        SettingError: There is no such tracker.

    >>> from swahr.pose.builder import RecordingBuilder
    >>> from swahr.pose.skeleton import COCO_17
    >>> walk = RecordingBuilder(COCO_17)
    >>> for index in range(3):
    ...     walk.frame(index, index / 25)
    ...     walk.person(index, [(joint + 2 * index, 3 * joint, 1.0) for joint in range(17)], None, None)
    >>> track_recording(walk.build()).ids.tolist()
    [0, 0, 0]
    """
    tracker = make_tracker(settings or TrackSettings(), recording.skeleton)
    clock = GrowingClock()
    rate = recording.frame_rate or DEFAULT_FRAME_RATE
    ids = [np.zeros(0, np.int32)]
    for index, time_s, poses in recording:
        tracked = tracker(poses, clock(index / rate if np.isnan(time_s) else time_s))
        assert tracked.ids is not None
        ids.append(tracked.ids)
    return replace(recording, ids=np.concatenate(ids))
