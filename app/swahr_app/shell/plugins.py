"""Imports what other packages bring, beside the window, which is there before them."""

from collections.abc import Callable

from swahr._util.registry import load_plugins
from swahr_app.state.texts import worded
from swahr_app.threads.worker import Failed, Worker


class PluginLoader(Worker):
    """Calls `loaded` when all are there; one that cannot be imported is given to `failed`, and left out."""

    def __init__(self, loaded: Callable[[], None], failed: Failed) -> None:
        super().__init__("plugins", failed)
        self._loaded = loaded

    def work(self) -> None:
        """Import them."""
        for failure in load_plugins():
            self._failed(worded(failure))
        if not self.stopping:
            self._loaded()
