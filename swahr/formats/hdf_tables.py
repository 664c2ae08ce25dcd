"""Tables of pandas in HDF5 files, read without running anything that they hold.

PyTables keeps what HDF5 has no type for as pickles, names of columns among them, and would load any pickle that stands
in a file. Here it is given a loader that knows numbers, text and lists of them alone.
"""

import io
import pickle
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from swahr._util.reading import check_regular
from swahr.errors import UnreadableError, first_line
from swahr.formats.libraries import load_library, try_apart

# What numbers, text and lists of them are made of in pickles of numpy 1 and 2.
ALLOWED = {
    *(("numpy", name) for name in ("dtype", "ndarray")),
    *(
        (f"numpy.{core}.multiarray", name)
        for core in ("core", "_core")
        for name in ("scalar", "_reconstruct")
    ),
    ("numpy._core.numeric", "_frombuffer"),
    ("numpy.core.numeric", "_frombuffer"),
    ("_codecs", "encode"),
    *(("builtins", name) for name in ("list", "tuple", "dict", "set", "frozenset", "slice", "range")),
}
MAX_READ_BYTES = 1 << 30  # of an array: damaged ones say that they are of any size
_one_at_a_time = threading.Lock()


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in ALLOWED:
            return super().find_class(module, name)
        raise _NotPlainError(f"it holds {module}.{name}, which is no plain value; nothing in it was run")


class _NotPlainError(BaseException):
    """No Exception: PyTables passes over those, and takes what cannot be loaded for text."""


class _Pickle:
    """Stands where PyTables looks for the module pickle."""

    UnpicklingError = pickle.UnpicklingError

    @staticmethod
    def loads(content: bytes, **options: Any) -> Any:
        return _Unpickler(io.BytesIO(content), **options).load()


@contextmanager
def _plain_values_alone() -> Iterator[None]:
    modules = [import_module("tables.attributeset"), import_module("tables.atom")]
    with _one_at_a_time:
        try:
            for module in modules:
                vars(module)["pickle"] = _Pickle
            yield
        finally:
            for module in modules:
                vars(module)["pickle"] = pickle


@contextmanager
def _closing(tables: Any, path: Path) -> Iterator[None]:
    """Close what PyTables leaves open of a file where it does not come to its end."""
    try:
        yield
    except BaseException:
        for handle in list(tables.file._open_files.get_handlers_by_name(str(path))):
            handle.close()
        raise


def look(path: str) -> None:
    """Open a file and read all that is in it; for a process that may crash of it."""
    tables = import_module("tables")
    with _plain_values_alone(), tables.open_file(path) as file:
        for node in file.walk_nodes():
            list(node._v_attrs._f_list("all"))
            if isinstance(node, tables.Leaf) and node.size_in_memory <= MAX_READ_BYTES:
                node.read()


def read_table(path: Path, key: str | None, format: str) -> Any:
    """Return a table as a pandas.DataFrame.

    Args:
        path: Of the HDF5 file.
        key: Of the table in it; None where it is the only one.
        format: What needs it, for messages.

    Raises:
        MissingError: pandas or PyTables is not installed.
        UnreadableError: It is damaged, has no such table, or holds more than plain values.
    """
    pandas = load_library("pandas", format)
    tables = load_library("tables", format)
    try:
        check_regular(path)
        try_apart("from swahr.formats.hdf_tables import look; look(path)", path)
        with _plain_values_alone(), _closing(tables, path):
            return pandas.read_hdf(path, key=key)
    except (
        OSError,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        RuntimeError,
        SystemError,
        tables.HDF5ExtError,
        _NotPlainError,
    ) as error:
        said = str(getattr(error, "strerror", None) or first_line(error))
        raise UnreadableError(f"{path}: no table that pandas reads ({said})") from error
