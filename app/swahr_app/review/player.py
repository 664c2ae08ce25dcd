"""Lets the frames of a session go on by themselves, in the time of the video; none is left out."""

from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from swahr_app.review.session import Session


class Player(QObject):
    """Plays a session."""

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._go_on)

    @property
    def playing(self) -> bool:
        """Whether frames go on by themselves."""
        return self._timer.isActive()

    def play(self, on: bool) -> None:
        """Let frames go on, or stop."""
        session = self._session
        if on and session.opening is not None and not session.opening.photos:
            if session.index >= session.frame_count - 1:
                session.show_frame(0)
            self._timer.start(max(1, round(1000 / session.frame_rate)))
        else:
            self._timer.stop()
        session.frame_changed.emit()

    def _go_on(self) -> None:
        session = self._session
        if session.picture is None or session.picture.index != session.index:
            return  # the disk or the decoder is behind; nothing is left out
        if session.index >= session.frame_count - 1:
            self.play(False)
            return
        session.show_frame(session.index + 1)
