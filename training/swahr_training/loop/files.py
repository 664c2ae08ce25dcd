"""Files of a run: whole at any moment, and a clear word where the disk is full."""

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from swahr._util.files import made_whole
from swahr.errors import Hint, OutputError, SwahrError

NO_ROOM = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
# safetensors writes by Rust, whose errors carry the number in their text alone.
RUST_ERROR = re.compile(r"\(os error (\d+)\)")


def write_atomically(path: Path, content: bytes | memoryview) -> None:
    """Write to a file beside `path`, bring it to the disk and rename it: `path` is the old one or the new one."""
    with made_whole(path, lasting=True) as partial:
        partial.write_bytes(content)


@contextmanager
def full_disk_said(run: Path) -> Iterator[None]:
    """Turn a write that found no room into one clear line."""
    try:
        yield
    except (OSError, SwahrError) as error:
        number = error.errno if isinstance(error, OSError) else _number(str(error))
        if number not in NO_ROOM:
            raise
        last = run / "last.pt"
        kept = "the last checkpoint is whole" if last.exists() else "there is no checkpoint yet"
        raise OutputError(
            f"{run}: no room to write ({os.strerror(number)}), and {kept}: make room, and then go on",
            hints=[Hint("resume", True)],
        ) from error


def _number(message: str) -> int | None:
    found = RUST_ERROR.search(message)
    return int(found.group(1)) if found else None
