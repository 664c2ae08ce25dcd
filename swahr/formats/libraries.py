"""Libraries that some formats need, imported late: most people need none of them."""

from importlib import import_module
from pathlib import Path
from typing import Any

from swahr._util.reading import check_regular
from swahr.errors import MissingError

HDF5_MAGIC = b"\x89HDF"


def load_library(module: str, format: str) -> Any:
    """Return a module.

    Args:
        module: Its name.
        format: What needs it.

    Raises:
        MissingError: It is not installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise MissingError(f"{format} files need {module} ({error}); pip install 'swahr[formats]'") from error


def begins_with(path: Path, magic: bytes) -> bool:
    """Return whether a file begins so; False for a folder."""
    if path.is_dir():
        return False
    check_regular(path)
    with path.open("rb") as file:
        return file.read(len(magic)) == magic


def hdf5_names(path: Path) -> set[str]:
    """Return the names at the top of an HDF5 file, attributes too; none of another file, or without h5py."""
    if not begins_with(path, HDF5_MAGIC):
        return set()
    try:
        h5py: Any = import_module("h5py")
    except ImportError:
        return set()
    with h5py.File(path, "r") as file:
        return {*file.keys(), *file.attrs.keys()}
