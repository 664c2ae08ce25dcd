"""What the analyser knows of one source: its newest frame, the one that is shown, and who is who in it."""

import threading
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from swahr.overlay import FrameMaps
from swahr.pose.poses import Poses
from swahr_app.live.workers.figures import Figures
from swahr_app.live.workers.following import Following
from swahr_app.live.workers.mailbox import Mailbox
from swahr_app.live.workers.painting import Drawing
from swahr_app.state.facts import Taken

if TYPE_CHECKING:
    from swahr.inference.output import NetworkOutput


@dataclass
class Current:
    """The frame that is shown, and what was made of it.

    inferred: what the network said of the frames that it saw together; row: which of them this is.
    """

    taken: Taken
    inferred: "NetworkOutput | None" = None
    row: int = 0
    found: Poses | None = None
    poses: Poses | None = None
    wait_ms: float = 0.0  # in the box


class Lane:
    """A source. box: where its frames come in; changed: is notified of them."""

    def __init__(self, session: int, changed: threading.Condition) -> None:
        self.session = session
        self.box: Mailbox[Taken] = Mailbox(changed)
        self.current: Current | None = None
        self.drawing, self.picture = Drawing(), Drawing()
        self.following = Following()
        self.figures = Figures()

    def take(self, taken: Taken) -> None:
        """Go on with another frame."""
        self.current = Current(taken, wait_ms=1e3 * (monotonic() - taken.put_at))

    def forget(self) -> None:
        """Begin anew with another network."""
        self.following.forget()
        self.figures.forget_stages()

    def maps(self, wanted: bool) -> FrameMaps | None:
        """Return the maps of the frame, where they are wanted and there are some."""
        current = self.current
        if not wanted or current is None or current.inferred is None:
            return None
        return current.inferred.maps(current.row)
