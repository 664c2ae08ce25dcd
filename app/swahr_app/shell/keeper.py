"""Keeps settings when they change, so that nothing is lost with a window that is killed."""

from collections.abc import Callable

from PyQt6.QtCore import QObject, QTimer

from swahr_app.state.facts import Level
from swahr_app.state.state import AppState
from swahr_app.state.store import Store

DELAY_MS = 400  # changes that come quickly, as of a box that is turned, are written once
ABOUT = "settings file"


class Keeper(QObject):
    """Writes the settings of a state a moment after they have changed. also: keeps what else is remembered."""

    def __init__(self, state: AppState, store: Store, also: Callable[[], None]) -> None:
        super().__init__()
        self._state, self._store, self._also = state, store, also
        self._closed = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self.keep)
        state.settings_changed.connect(lambda *_: self.soon())

    def soon(self) -> None:
        """Keep everything in a moment, unless `close` did."""
        if not self._closed:
            self._timer.start()

    def keep(self) -> None:
        """Keep everything now."""
        self._also()
        if self._store.save(self._state.settings):
            self._state.withdraw(ABOUT)
        else:
            self._state.notify(
                Level.WARNING,
                self.tr(
                    "Settings cannot be kept in {}: make the folder writable, or free space on its disk."
                ).format(self._store.place),
                about=ABOUT,
            )

    def close(self) -> None:
        """Keep everything, and stop."""
        self._closed = True
        self._timer.stop()
        self.keep()
