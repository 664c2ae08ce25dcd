"""The time axis that timeline and plot share: which frames are shown, from where names end to the right edge."""

from PyQt6.QtCore import QObject, pyqtSignal

from swahr_app.review.session import Session

NAMES = 88  # pixels at the left, for names
MIN_FRAMES = 20  # that are shown at least, where there are so many


class Axis(QObject):
    """Which frames are shown.

    first, count: the frames; may be parts of frames.
    """

    changed = pyqtSignal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.first, self.count = 0.0, 1.0
        self._whole = True
        session.frame_changed.connect(self._follow)
        session.tracks_changed.connect(self._grow)
        session.opened.connect(self._opened)

    def frame_at(self, x: float, width: int) -> float:
        """Return which frame is at a column of a widget of a width."""
        return self.first + (x - NAMES) / max(1, width - NAMES) * self.count

    def column_of(self, frame: float, width: int) -> float:
        """Return at which column of a widget of a width a frame begins."""
        return NAMES + (frame - self.first) / self.count * max(1, width - NAMES)

    def change_zoom(self, factor: float, pivot: float | None = None) -> None:
        """Show `factor` times as many frames, about one of them, or the one that is seen; 0: all."""
        most = self._most()
        if factor == 0:
            self._whole, self.first, self.count = True, 0.0, most
            self.changed.emit()
            return
        about = self._session.index + 0.5 if pivot is None else pivot
        count = max(min(MIN_FRAMES, most), min(self.count * factor, most))
        part = (about - self.first) / self.count
        part = part if 0 <= part <= 1 else 0.5
        self._whole = count >= most
        self.count = count
        self.scroll_to(about - part * count)

    def scroll_to(self, first: float) -> None:
        """Let the shown frames begin with one, as far as there are frames."""
        self.first = min(max(0.0, first), max(0.0, self._most() - self.count))
        self.changed.emit()

    def turn(self, turned: float, moves: bool, pivot: float) -> None:
        """Do what the wheel does: zoom about a frame, or move."""
        if moves:
            self.scroll_to(self.first - turned / 120 * self.count / 8)
        else:
            self.change_zoom(0.8 if turned > 0 else 1.25, pivot)

    def _follow(self) -> None:
        """Keep the frame that is seen in view."""
        index = self._session.index
        if not self.first <= index < self.first + self.count:
            self.scroll_to(index - self.count / 2)

    def _grow(self) -> None:
        if self._whole and self.count != self._most():
            self.change_zoom(0)

    def _opened(self) -> None:
        if self._session.document is None:
            self._whole = True
        self._grow()

    def _most(self) -> float:
        return float(self._session.frame_count)
