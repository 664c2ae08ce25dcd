"""Where the window stands, full screen and back, and what is remembered of both."""

from collections.abc import Callable, Sequence

from PyQt6.QtCore import QByteArray, Qt
from PyQt6.QtWidgets import QMainWindow, QSplitter, QWidget

from swahr_app.state.store import Store

SIZE = (1360, 860)
GEOMETRY, ALONE = "geometry", Qt.WindowState.WindowFullScreen


class Place:
    """Full screen shows the picture of a page alone; it is left to the size from before, at the next start too.

    Splitters with a name are remembered as well.

    chrome: what is around the pages. page: the one that is seen; where it has a method `show_alone`, that is told
    whether to show its picture alone.
    """

    def __init__(
        self, window: QMainWindow, store: Store, chrome: Sequence[QWidget], page: Callable[[], QWidget]
    ) -> None:
        self._window, self._store, self._chrome, self._page = window, store, chrome, page
        self._alone: QWidget | None = None
        self._before: QByteArray | None = None  # the window's place before full screen

    def restore(self) -> None:
        """Stand where the window stood at the end of the last start, in no case in full screen."""
        place = self._store.load_bytes(GEOMETRY)
        if place is None or not self._window.restoreGeometry(place):
            self._window.resize(*SIZE)
        self._window.setWindowState(self._window.windowState() & ~ALONE)
        for splitter in self._window.findChildren(QSplitter):
            state = self._store.load_bytes(splitter.objectName())
            if splitter.objectName() and state is not None:
                splitter.restoreState(state)

    def save(self) -> None:
        """Remember where the window stands."""
        before = self._before if self._window.isFullScreen() else None
        self._store.save_bytes(GEOMETRY, self._window.saveGeometry() if before is None else before)
        for splitter in self._window.findChildren(QSplitter):
            if splitter.objectName() and self._alone is None:
                self._store.save_bytes(splitter.objectName(), splitter.saveState())

    def full_screen(self, on: bool) -> None:
        """Fill the screen, or go back to what was before."""
        state = self._window.windowState()
        if on and not state & ALONE:
            self._before = self._window.saveGeometry()
        self._window.setWindowState(state | ALONE if on else state & ~ALONE)
        self.follow()

    def leave(self) -> bool:
        """Go back from full screen; return whether it was that."""
        alone = self._window.isFullScreen()
        if alone:
            self.full_screen(False)
        return alone

    def follow(self) -> None:
        """Show what belongs to the page that is seen, and to the state of the window."""
        page = self._page()
        alone = page if self._window.isFullScreen() and hasattr(page, "show_alone") else None
        for part in self._chrome:
            part.setVisible(alone is None)
        for each in {self._alone, alone} - {None}:
            each.show_alone(each is alone)  # type: ignore[union-attr]
        self._alone = alone
