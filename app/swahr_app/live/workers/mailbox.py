"""A box for one thing: the newest wins."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Mailbox(Generic[T]):
    """Holds the newest of what was put; what nobody took in time is counted in `replaced`.

    changed: is notified when something comes; None: nobody waits.
    """

    def __init__(self, changed: threading.Condition | None = None) -> None:
        self.replaced = 0
        self._changed = changed or threading.Condition()
        self._newest: T | None = None

    def put(self, thing: T) -> bool:
        """Leave something; return whether the box was empty."""
        with self._changed:
            empty = self._newest is None
            self.replaced += not empty
            self._newest = thing
            self._changed.notify_all()
        return empty

    def take(self) -> T | None:
        """Take what is there."""
        with self._changed:
            thing, self._newest = self._newest, None
            self._changed.notify_all()
        return thing

    @property
    def newest(self) -> T | None:
        """What `take` would give."""
        return self._newest

    @property
    def full(self) -> bool:
        """Whether something is there."""
        return self._newest is not None

    def wait_until_empty(self, enough: Callable[[], bool]) -> None:
        """Wait until what is there was taken, or `enough` says so."""
        with self._changed:
            while self._newest is not None and not enough():
                self._changed.wait(0.1)
