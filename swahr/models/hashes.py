"""SHA-256 of files, and the record of them: a `SHA256SUMS` beside the files, as `sha256sum` writes it."""

import hashlib
from pathlib import Path

from swahr._util.files import made_whole
from swahr._util.reading import check_regular, read_text
from swahr.errors import UnreadableError

SUMS = "SHA256SUMS"
BLOCK = 1 << 20


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hex. Raises UnreadableError where it cannot be read."""
    digest = hashlib.sha256()
    try:
        check_regular(path)
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                digest.update(block)
    except OSError as error:
        raise UnreadableError(
            f"{path} cannot be read ({error.strerror}); expected a file of weights, or the folder of a run"
        ) from error
    return digest.hexdigest()


def sum_path(path: Path) -> Path:
    """Return where the hash of a file that is made here stands: `network.onnx.sha256` for `network.onnx`."""
    return path.with_name(path.name + ".sha256")


def write_sum(path: Path) -> None:
    """Write a file's hash beside it. Raises OSError."""
    with made_whole(sum_path(path), shared=True) as partial:
        partial.write_text(sha256(path), encoding="utf-8")


def is_whole(path: Path) -> bool:
    """Return whether a file is there and is what `write_sum` found it to be."""
    try:
        return path.is_file() and read_text(sum_path(path)) == sha256(path)
    except (OSError, ValueError, UnreadableError):
        return False


def read_sums(folder: Path) -> dict[str, str]:
    """Return the recorded hashes of a folder by file name; empty where there is no record."""
    record = folder / SUMS
    if not record.exists():
        return {}
    sums = {}
    try:
        text = read_text(record)
    except ValueError as error:
        raise UnreadableError(f"{record} is no text; make the file again") from error
    for line in text.splitlines():
        digest, _, name = line.partition(" ")
        name = name.lstrip(" *")
        if len(digest) != 64 or not name:
            raise UnreadableError(f"{record}: {line[:80]!r} is no line of sha256sum; make the file again")
        sums[name] = digest
    return sums


def record_sum(path: Path) -> str:
    """Write the hash of a file into the record beside it and return it."""
    sums = {**read_sums(path.parent), path.name: sha256(path)}
    with made_whole(path.with_name(SUMS)) as partial:
        partial.write_text("".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items())))
    return sums[path.name]
