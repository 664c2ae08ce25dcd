"""Sources are opened in threads of their own: a camera may hang for as long as it likes."""

import threading
from collections.abc import Callable

from swahr.video import FrameSource

OpenSource = Callable[[], FrameSource]


class Opening:
    """A source that is being opened.

    ready: is notified when it is open, or could not be opened. Whoever calls `abandon` need not wait: a source that
    opens after that is closed at once.
    """

    def __init__(self, open_source: OpenSource, ready: threading.Condition) -> None:
        self._open, self._ready = open_source, ready
        self._source: FrameSource | None = None
        self._error: Exception | None = None
        self._done = self._abandoned = False
        self.thread = threading.Thread(target=self._work, name="swahr opening", daemon=True)
        self.thread.start()

    @property
    def done(self) -> bool:
        """Whether `take` would return."""
        return self._done

    def take(self) -> FrameSource:
        """Return the source once it is done; raises what opening raised."""
        if self._error is not None:
            raise self._error
        assert self._source is not None
        return self._source

    def abandon(self) -> None:
        """Want it no more."""
        with self._ready:
            self._abandoned = True
            source, self._source = self._source, None
        close(source)

    def _work(self) -> None:
        source: FrameSource | None = None
        error: Exception | None = None
        try:
            source = self._open()
        except Exception as found:
            error = found  # whatever it is belongs to whoever takes the source
        with self._ready:
            if not self._abandoned:
                self._source, self._error = source, error
                source = None
            self._done = True
            self._ready.notify_all()
        close(source)


def close(source: FrameSource | None) -> None:
    """Close a source that was never entered."""
    if source is not None:
        source.interrupt()
        source.close()
