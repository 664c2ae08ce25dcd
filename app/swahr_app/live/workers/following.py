"""Who is who from frame to frame, and joints without jitter, as the settings ask."""

from swahr.config import TrackSettings
from swahr.pose.poses import Poses
from swahr.pose.skeleton import Skeleton
from swahr.tracking import OneEuro, Tracker, make_tracker
from swahr_app.state.facts import Taken


class Following:
    """Gives the people of frames ids and smooths them; settings may change between two frames."""

    def __init__(self) -> None:
        self.tracker: Tracker | None = None
        self._made_for: tuple[TrackSettings, Skeleton] | None = None
        self._smoother: OneEuro | None = None

    def forget(self) -> None:
        """Begin anew with another source or network."""
        self.tracker = self._smoother = None

    def __call__(self, poses: Poses, taken: Taken, settings: TrackSettings) -> Poses:
        """Return the people of a frame with what the settings ask for.

        Raises:
            SettingError: Where there is no tracker of that name.
        """
        if not settings.track:
            self.forget()
            return poses
        wanted = (settings.changed(smooth=False), poses.skeleton)
        if self.tracker is None or self._made_for != wanted:
            self.forget()
            self.tracker, self._made_for = make_tracker(*wanted), wanted
        # Times grow for the tracker also where a file is looped; after a jump it looks for the same people again.
        poses = self.tracker(poses, taken.record_s, taken.image)
        if not settings.smooth:
            self._smoother = None
            return poses
        if self._smoother is None:
            self._smoother = OneEuro(poses.skeleton)
        return self._smoother(poses, taken.record_s)
