"""Memory: Python's search for garbage, kept short, as it holds all threads up, and what is free given back."""

import ctypes
import gc
import sys
import threading
from contextlib import suppress
from functools import cache
from importlib import import_module

_lock = threading.Lock()
_importing = 0


@cache
def import_once(*names: str) -> None:
    """Import large modules, as that of torch, without a search for garbage in what they make.

    A search goes through everything that there is, which after such an import are a million things: hundreds of
    milliseconds in which no thread runs Python. What is there at the end is left out of all later ones; what it holds
    is freed all the same, save for cycles that were garbage at that moment.
    """
    global _importing
    with _lock:
        _importing += 1
        gc.disable()
    try:
        for name in names:
            import_module(name)
    finally:
        with _lock:
            _importing -= 1
            gc.freeze()
            if not _importing:
                gc.enable()


def give_back_memory() -> None:
    """Give the system what is free: glibc keeps it for each thread that there was, a network's gigabyte as well."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another library of C has none of it
            ctypes.CDLL("libc.so.6").malloc_trim(0)
