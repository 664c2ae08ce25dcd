"""What follows people from frame to frame: ids and smoothing, one after the other, with a state that can be kept."""

from typing import Any

from swahr.config import TrackSettings
from swahr.errors import Hint, SettingError
from swahr.pose.poses import Poses
from swahr.pose.skeleton import Skeleton
from swahr.tracking import GrowingClock, OneEuro, Tracker, make_tracker
from swahr.video.images import Image


class Followers:
    """Gives people ids and smooths them, as the settings ask; neither: they stay as they are.

    Args:
        settings: Of the tracker, by whose name it is found, and whether joints are smoothed.
        skeleton: Of the people.

    Raises:
        SettingError: Settings do not go together, or there is no such tracker.
    """

    def __init__(self, settings: TrackSettings, skeleton: Skeleton) -> None:
        if settings.smooth and not settings.track:
            raise SettingError("smoothing needs ids to know who is who", hints=[Hint("track", True)])
        self._clock = GrowingClock()
        self._steps: dict[str, Tracker | OneEuro] = {}
        if settings.track:
            self._steps["tracker"] = make_tracker(settings, skeleton)
        if settings.smooth:
            self._steps["one_euro"] = OneEuro(skeleton)

    def __call__(self, poses: Poses, time_s: float, image: Image) -> Poses:
        """Return the people of a frame with ids, smoothed."""
        time_s = self._clock(time_s)
        for step in self._steps.values():
            poses = step(poses, time_s, image)
        return poses

    def state_dict(self) -> dict[str, Any]:
        """Return all that the next frame depends on, as plain values."""
        steps = {name: step.state_dict() for name, step in self._steps.items()}
        return {"clock": self._clock.state_dict(), **steps}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a state."""
        self._clock.load_state_dict(state["clock"])
        for name, step in self._steps.items():
            step.load_state_dict(state[name])
