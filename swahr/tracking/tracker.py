"""The door for trackers: what gives people ids, and how one is chosen."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from swahr._util.registry import Modules, Registry
from swahr.config import TrackSettings
from swahr.pose.poses import Poses
from swahr.pose.skeleton import Skeleton
from swahr.video.images import Image


class Tracker(Protocol):
    """Gives the people of a video, frame after frame, ids that stay theirs.

    One tracker follows one video. Its state is kept in the journal of a run, so that a run that was killed goes on
    as if it never stopped: whatever the next ids depend on belongs into it.

    >>> from swahr.pose.skeleton import COCO_17
    >>> tracker = make_tracker(TrackSettings(remember=60), COCO_17)
    >>> people = Poses(np.ones((2, 17, 3), np.float32), np.ones(2, np.float32), COCO_17)
    >>> tracker(people, time_s=0.0).ids.tolist()
    [0, 1]
    """

    def __call__(self, poses: Poses, time_s: float, image: Image | None = None) -> Poses:
        """Return the poses with ids [P] int32, in their order.

        Args:
            poses: The people of the next frame.
            time_s: Of the frame, seconds; times grow.
            image: The frame [H, W, 3] uint8 BGR, where there is one.
        """

    def state_dict(self) -> dict[str, Any]:
        """Return all that the next frame depends on, as values that JSON keeps."""

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a state.

        Raises:
            UnreadableError: It is none.
        """


# Makes a tracker for a run: its settings, the skeleton of its poses.
MakeTracker = Callable[[TrackSettings, Skeleton], Tracker]
M = TypeVar("M", bound=MakeTracker)


TRACKERS: Registry[MakeTracker] = Registry("tracker", Modules("swahr.tracking"))


def register_tracker(name: str) -> Callable[[M], M]:
    """Add what makes a tracker, by the name that `TrackSettings.tracker` takes; a decorator.

    Args:
        name: Such as "default".

    Raises:
        SettingError: The name is taken.
    """
    return TRACKERS.adding(name)


def make_tracker(settings: TrackSettings, skeleton: Skeleton) -> Tracker:
    """Make the tracker that the settings name.

    Args:
        settings: Of a run.
        skeleton: Of the poses that will come.

    Raises:
        SettingError: There is no such tracker.
    """
    return TRACKERS.find(settings.tracker)(settings, skeleton)
