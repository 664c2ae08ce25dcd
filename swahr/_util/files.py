"""Output files: written under a partial name, and refused where they would destroy something."""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from swahr.errors import Hint, OutputError, OutputExistsError

# What runs write beside an output.
BESIDE = (".part", ".journal", ".journal.part", ".spool", ".lock")


def partial_path(path: Path) -> Path:
    """Return where an output is written until it is whole: `out.csv.part` for `out.csv`."""
    return path.with_name(path.name + ".part")


@contextmanager
def made_whole(path: Path, shared: bool = False, lasting: bool = False) -> Iterator[Path]:
    """Give a partial name to write to, which is renamed to `path` at the end: that is the old file or the new one.

    Where anything fails nothing is left behind: a file that is cut off helps nobody, and fills the disk.

    Args:
        path: The file.
        shared: Several processes may write it at a time, as they do into a cache: each has a partial name of its own.
        lasting: It is brought to the disk first, so that a power cut leaves one of both, too.

    Raises:
        OSError: It cannot be renamed.
    """
    partial = partial_path(path.with_name(f"{path.name}.{os.getpid()}") if shared else path)
    try:
        yield partial
        if lasting:
            with partial.open("rb+") as file:
                os.fsync(file.fileno())
        os.replace(partial, path)
    except BaseException:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise


def write_text(path: Path, text: str) -> None:
    """Write a file of text, UTF-8, whole or not at all.

    Raises:
        OutputError: It cannot be written.
    """
    try:
        with made_whole(path) as partial:
            partial.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{path} could not be written ({error.strerror or error})") from error


def copy_file(source: Path, target: Path) -> None:
    """Copy a file, whole or not at all; onto itself nothing is done.

    Raises:
        OutputError: It cannot be copied.
    """
    try:
        if source.resolve() != target.resolve():
            with made_whole(target) as partial:
                shutil.copyfile(source, partial)
    except OSError as error:
        raise OutputError(f"{source} could not be copied to {target} ({error.strerror or error})") from error


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it; one that is there is left as it is.

    Raises:
        OutputError: It cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: the folder could not be made ({error.strerror})") from error


def check_output(path: Path, overwrite: bool, taken: Iterable[Path] = (), folder: bool = False) -> None:
    """Refuse an output that cannot be written, or that would replace something by mistake.

    Args:
        path: The output.
        overwrite: It may be there already.
        taken: Inputs and other outputs; neither `path` nor its partial file may be one of them.
        folder: The output is one.

    Raises:
        OutputExistsError: It is there already, and not `overwrite`.
        OutputError: No such folder, no right to write there, a folder of that name, a device, a link, or taken.
    """
    if path.is_dir() and (not folder or not path.name):
        raise OutputError(f"{path} is a folder; expected a file name")
    if not path.parent.is_dir():
        raise OutputError(f"{path}: there is no folder {path.parent}; make it first")
    if not os.access(path.parent, os.W_OK):
        raise OutputError(f"{path}: no right to write into {path.parent}; choose another folder")
    resolved = {path.resolve(), partial_path(path).resolve()}
    for other in taken:
        if other.resolve() in resolved or (path.exists() and other.exists() and path.samefile(other)):
            raise OutputError(f"{path} would overwrite {other}; choose another output")
    for name in (path.name, *(path.name + ending for ending in BESIDE)):
        link = path.with_name(name)
        if link.is_symlink():
            raise OutputError(
                f"{link} is a link to {os.readlink(link)}, which would be replaced or written through; choose the file "
                "itself, or another output"
            )
    if path.exists() and not (path.is_dir() if folder else path.is_file()):
        kind = "folder" if folder else "regular file"
        raise OutputError(f"{path} is no {kind}; choose another output")
    if path.exists() and not overwrite:
        raise OutputExistsError(f"{path} exists; choose another name", hints=[Hint("overwrite", True)])
