"""Who is who through a video, and joints without jitter.

`Tracker` gives people ids; `OneEuro` smooths their joints while a video runs.
"""

from swahr.tracking.one_euro import OneEuro
from swahr.tracking.params import TrackerParams
from swahr.tracking.tracker import Tracker

__all__ = ["OneEuro", "Tracker", "TrackerParams"]
