"""HDF5 files are made in memory: where a disk is full, HDF5 ends the process, or says pages while it lets a file go."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from swahr.formats.libraries import load_library


@contextmanager
def hdf5_file(path: Path, format: str) -> Iterator[Any]:
    """Open an h5py.File that is written to a path when it is finished.

    Args:
        path: Of the file.
        format: What is written.

    Raises:
        MissingError: h5py is not there.
        OSError: It cannot be written.
    """
    h5py = load_library("h5py", format)
    with h5py.File(path, "w", driver="core", backing_store=False) as file:
        yield file
        file.flush()
        image = file.id.get_file_image()
    path.write_bytes(image)
