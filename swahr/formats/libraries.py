"""Libraries that some formats need, imported late: most people need none of them."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from swahr._util.reading import check_regular
from swahr.document.schema import is_document
from swahr.errors import MissingError, UnreadableError

# For a trial in another process: what a library takes to load, and to read on a busy machine.
TRIED_S, TRIED_S_PER_MB = 30.0, 1.0


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


def try_apart(statement: str, path: Path) -> None:
    """Have another process open a file first, by a library in C that a damaged one may crash.

    Args:
        statement: What it does; the file is `path`.
        path: Of the file.

    Raises:
        UnreadableError: The other process crashed, or did not end. What it raises is left for this one to find.
    """
    if getattr(sys, "frozen", False) or not sys.executable:  # nothing that could run the statement
        return
    limit_s = TRIED_S + TRIED_S_PER_MB * path.stat().st_size / 1e6
    program = f"import sys; path, *sys.path[:] = sys.argv[1:]; {statement}"
    command = [sys.executable, "-I", "-c", program, str(path), *sys.path]
    try:
        done = subprocess.run(
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=limit_s,
        )
    except subprocess.TimeoutExpired:
        raise UnreadableError(
            f"{path} is damaged: the library that reads it does not come to an end"
        ) from None
    except OSError:  # no room for another process
        return
    if not 0 <= done.returncode <= 255:  # ended by a signal, or by what Windows has for one
        raise UnreadableError(f"{path} is damaged: the library that reads it crashes of it")


def begins_with(path: Path, magic: bytes) -> bool:
    """Return whether a file begins so; False for a folder, and for a document, which is read by SQLite alone."""
    if path.is_dir():
        return False
    check_regular(path)
    if is_document(path):
        return False
    with path.open("rb") as file:
        return file.read(len(magic)) == magic
