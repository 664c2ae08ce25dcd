"""Iterating ahead in a thread, so that work on one item overlaps with work on the next."""

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")

# Waits are cut into pieces, so that a stop is seen, and Ctrl-C on Windows too.
WAIT_S = 0.1


class _Failed:
    def __init__(self, error: Exception) -> None:
        self.error = error


class _Finished:
    pass


class Prefetch(Generic[T]):
    """Iterate over `items` in a thread, at most `depth` ahead. A context manager: leaving it joins the thread.

    Errors of `items` are raised where the item was wanted. Order is kept and nothing is dropped. Iterate once.

    Args:
        items: What is iterated over, in the thread.
        depth: How many items may wait.
        stop: Ends the iteration on both sides when it is set; leaving sets it. Share one among prefetches that feed
            each other, so that none waits for another that has ended.
        name: Of the thread.

    >>> with Prefetch(range(3)) as ahead:
    ...     list(ahead)
    [0, 1, 2]
    """

    def __init__(
        self,
        items: Iterable[T],
        depth: int = 4,
        *,
        stop: threading.Event | None = None,
        name: str = "prefetch",
    ) -> None:
        self._queue: queue.Queue[T | _Failed | _Finished] = queue.Queue(depth)
        self._stop = threading.Event() if stop is None else stop
        self._thread = threading.Thread(target=self._work, args=(items,), name=name, daemon=True)

    def __enter__(self) -> "Prefetch[T]":
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stop.set()
        self._thread.join()

    def __iter__(self) -> Iterator[T]:
        return self.each()

    def each(self, waiting: Callable[[], None] | None = None) -> Iterator[T]:
        """Iterate; call `waiting` some times per second while there is nothing."""
        while True:
            try:
                item = self._queue.get(timeout=WAIT_S)
            except queue.Empty:
                if self._stop.is_set():
                    return
                if waiting is not None:
                    waiting()
                continue
            if isinstance(item, _Finished):
                return
            if isinstance(item, _Failed):
                raise item.error
            yield item

    def _work(self, items: Iterable[T]) -> None:
        try:
            for item in items:
                if not self._put(item):
                    return
            self._put(_Finished())
        except Exception as error:
            # Whatever it is belongs to the consumer, who raises it.
            self._put(_Failed(error))

    def _put(self, item: "T | _Failed | _Finished") -> bool:
        while not self._stop.is_set():
            try:
                self._queue.put(item, timeout=WAIT_S)
            except queue.Full:
                continue
            return True
        return False
