"""The sources that are open beside each other: what each is, what it does, and its newest picture."""

from PyQt6.QtCore import QObject, pyqtSignal

from swahr_app.state.facts import Playback, Shown, SourceInfo
from swahr_app.state.names import title_of
from swahr_app.state.presence import Presence


class Feed(QObject):
    """A source that is open, or that failed and still says so; it belongs to the main thread.

    session: a number that its frames carry. source: None until it is open. presence: where people are in it.
    """

    changed = pyqtSignal()  # source or playback
    shown_changed = pyqtSignal(Shown)

    def __init__(self, session: int, address: str) -> None:
        super().__init__()
        self.session, self.address = session, address
        self.source: SourceInfo | None = None
        self.playback = Playback.OPENING
        self.shown: Shown | None = None
        self.presence = Presence()

    @property
    def title(self) -> str:
        """A short name."""
        return title_of(self.address) if self.source is None else self.source.title

    def set_source(self, source: SourceInfo) -> None:
        """Note what it is."""
        known = self.source
        if known is None or (known.duration_s, known.start_s) != (source.duration_s, source.start_s):
            self.presence = Presence(source.start_s, source.duration_s or 0.0)
        self.source = source
        self.changed.emit()

    def set_playback(self, playback: Playback) -> None:
        """Note what it does."""
        if playback is not self.playback:
            self.playback = playback
            self.changed.emit()

    def set_shown(self, shown: Shown) -> None:
        """Note which frame is to be seen."""
        self.shown = shown
        self.shown_changed.emit(shown)
