"""Who is who through a video, and joints without jitter.

A `Tracker` gives people ids: `PoseTracker` is ours, `make_tracker` makes the one that a run asks for, and
`register_tracker` adds others; `track_recording` gives ids to a recording that is finished, and `track_again` better
ones, by all of its video. `OneEuro` smooths joints
while a video runs.
"""

from swahr.tracking.finished import track_recording
from swahr.tracking.growing import GrowingClock
from swahr.tracking.one_euro import OneEuro
from swahr.tracking.params import TrackerParams
from swahr.tracking.pose_tracker import PoseTracker
from swahr.tracking.second_pass import track_again
from swahr.tracking.tracker import Tracker, make_tracker, register_tracker

__all__ = [
    "GrowingClock",
    "OneEuro",
    "PoseTracker",
    "Tracker",
    "TrackerParams",
    "make_tracker",
    "register_tracker",
    "track_again",
    "track_recording",
]
