"""What a person does with named frames: add, name anew, move, delete them, and go from one to the next."""

from collections.abc import Callable

import numpy as np

from swahr.document import AddEvent, ChangeEvent, DeleteEvent
from swahr.errors import SwahrError
from swahr.pose.events import EventMark
from swahr_app.review.lanes import next_in
from swahr_app.review.session import Session

# Is given the name that is there and those of other events; returns the new one, None for none.
AskName = Callable[[str, list[str]], str | None]


class Events:
    """The events of a session. ask: lets a person type a name."""

    def __init__(self, session: Session, ask: AskName) -> None:
        self.session, self._ask = session, ask
        self._last = ""  # name that was given last: events often repeat

    def here(self) -> EventMark | None:
        """Return the event of the frame that is seen; of several, the chosen one, or the first."""
        session = self.session
        here = [event for event in session.annotations.events if event.frame == session.index]
        return next(
            (event for event in here if event.number == session.event_number), here[0] if here else None
        )

    def choose(self, event: EventMark) -> None:
        """Choose an event, and go there."""
        self.session.event_number = event.number
        self.session.show_frame(event.frame)

    def add(self) -> None:
        """Give the frame that is seen a name."""
        session = self.session
        if session.document is None or session.people is None:
            return
        session.play(False)
        frame, name = session.index, self._asked(self._last)
        if name:
            number = session.document.free_event()
            if self._do(lambda: AddEvent(event=number, frame=frame, name=name)):
                session.event_number, self._last = number, name
                session.tracks_changed.emit()

    def rename(self) -> None:
        """Give the event of the frame another name."""
        event = self.here()
        name = self._asked(event.name) if event is not None else None
        if event is not None and name and name != event.name:
            self._do(lambda: ChangeEvent(event=event.number, frame=event.frame, name=name))

    def delete(self) -> None:
        """Take the event of the frame away."""
        event = self.here()
        if event is not None:
            self._do(lambda: DeleteEvent(event=event.number))

    def move(self, frames: int) -> None:
        """Bring the event of the frame some frames on, and go with it."""
        event = self.here()
        if event is None:
            return
        self.session.event_number = event.number
        frame = min(max(0, event.frame + frames), self.session.frame_count - 1)
        if self.put(event, frame):
            self.session.show_frame(frame)

    def put(self, event: EventMark, frame: int) -> bool:
        """Bring an event to a frame; return whether that changed something."""
        known = {each.number: each.frame for each in self.session.annotations.events}
        if known.get(event.number, frame) == frame:
            return False
        return self._do(lambda: ChangeEvent(event=event.number, frame=frame, name=event.name))

    def jump(self, forward: bool = True) -> None:
        """Go to the next event, or to the one before."""
        frames = np.asarray([event.frame for event in self.session.annotations.events], np.int64)
        found = next_in(frames, self.session.index, forward)
        if found is not None:
            self.session.play(False)
            self.session.show_frame(found)

    def _asked(self, name: str) -> str | None:
        others = [event.name for event in self.session.annotations.events]
        found = self._ask(name, list(dict.fromkeys(others)))
        return None if found is None else found.strip()

    def _do(self, make: Callable[[], AddEvent | ChangeEvent | DeleteEvent]) -> bool:
        try:
            edit = make()
        except SwahrError as error:
            self.session.notify_error(error)
            return False
        return self.session.do(edit)
