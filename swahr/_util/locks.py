"""One run per output: a second one that would write the same file is refused."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from swahr.errors import BusyError, OutputError

if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def lock_path(path: Path) -> Path:
    """Return the lock file of an output: `out.csv.lock` for `out.csv`."""
    return path.with_name(path.name + ".lock")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of an output.

    The system lets go of the lock of a killed process; its lock file may stay and does no harm.

    Raises:
        BusyError: Another run holds it.
        OutputError: It cannot be made.
    """
    lock = lock_path(path)
    descriptor = _open(lock, path)
    try:
        yield
    finally:
        # Removed while it is held, so that nobody's lock is removed; Windows refuses and needs it closed first.
        with suppress(OSError):
            lock.unlink()
        os.close(descriptor)
        with suppress(OSError):
            if sys.platform == "win32":
                lock.unlink()


def _open(lock: Path, path: Path) -> int:
    while True:
        try:
            descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise OutputError(f"{path}: its lock {lock.name} cannot be made ({error.strerror})") from error
        try:
            _take(descriptor)
        except OSError as error:
            os.close(descriptor)
            raise BusyError(
                f"{path} is being written by another run; wait for it, or choose another output"
            ) from error
        # Between opening and locking, the run that held it may have removed it.
        with suppress(OSError):
            if os.path.samestat(os.fstat(descriptor), os.stat(lock)):
                return descriptor
        os.close(descriptor)
