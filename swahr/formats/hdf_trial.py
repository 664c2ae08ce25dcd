"""HDF5 files of others, which another process reads through first: damaged ones let HDF5 loop for ever, or crash it."""

from contextlib import suppress
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from swahr._util.reading import check_regular
from swahr.formats.libraries import begins_with, try_apart

HDF5_MAGIC = b"\x89HDF"
# Of an array, what a trial holds in memory, and what a row of no fixed size, such as a picture's file, may be.
HELD_BYTES, LOOSE_ROW_BYTES = 1 << 24, 1 << 20
# What damage makes h5py raise. The other process goes on to the next object, as a reader might look at that one first.
DAMAGE = (OSError, RuntimeError, ValueError, TypeError, LookupError, MemoryError)


def try_hdf5(path: Path) -> None:
    """Have another process read a whole HDF5 file, once as long as it stays the same.

    Args:
        path: Of the file.

    Raises:
        UnreadableError: The library crashed of it, or came to no end.
    """
    check_regular(path)
    there = path.stat()
    _tried(path.absolute(), there.st_mtime_ns, there.st_size)


@lru_cache(maxsize=64)
def _tried(path: Path, modified_ns: int, size: int) -> None:
    del modified_ns, size
    try_apart("from swahr.formats.hdf_trial import read_through; read_through(path)", path)


def hdf5_names(path: Path) -> set[str]:
    """Return the names at the top of an HDF5 file, attributes too; none of another or damaged file, or without h5py.

    Raises:
        UnreadableError: As `try_hdf5`.
    """
    if not begins_with(path, HDF5_MAGIC):
        return set()
    try:
        h5py: Any = import_module("h5py")
    except ImportError:
        return set()
    try_hdf5(path)
    try:
        with h5py.File(path, "r") as file:
            return {*file.keys(), *file.attrs.keys()}
    except DAMAGE:
        return set()


def read_through(path: str) -> None:
    """Read each array and attribute of a file that can be read. Does not return where HDF5 loops."""
    h5py: Any = import_module("h5py")

    with suppress(*DAMAGE), h5py.File(path, "r") as file:
        _look(file, set())


def _look(thing: Any, seen: set[Any]) -> None:
    """Read an object and what is in it; `seen` are the objects that were met, as links may lead back."""
    names: list[str] = []
    with suppress(*DAMAGE):
        if thing.id in seen:
            return
        seen.add(thing.id)
        names = list(thing.attrs)
    for name in names:
        with suppress(*DAMAGE):
            thing.attrs[name]
    if hasattr(thing, "keys"):
        inner: list[str] = []
        with suppress(*DAMAGE):
            inner = list(thing)
        for name in inner:
            with suppress(*DAMAGE):
                _look(thing[name], seen)
    elif getattr(thing, "shape", ()):
        loose = thing.dtype.hasobject
        row_bytes = LOOSE_ROW_BYTES if loose else thing.nbytes // max(1, thing.shape[0])
        rows = max(1, HELD_BYTES // max(1, row_bytes))
        for row in range(0, thing.shape[0], rows):
            with suppress(*DAMAGE):
                thing[row : row + rows]
    elif hasattr(thing, "dtype"):
        with suppress(*DAMAGE):
            thing[()]
