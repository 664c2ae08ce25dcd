"""Names of new files: telling, and never those of files that are there."""

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from PyQt6.QtCore import QCoreApplication

from swahr._util.files import partial_path
from swahr.errors import SwahrError
from swahr.run.names import source_stem
from swahr.video import VIDEO_SUFFIXES, is_path
from swahr.video.addresses import without_password

# What a file dialog shows.
VIDEOS = " ".join(f"*{suffix}" for suffix in VIDEO_SUFFIXES)


def stem_of(title: str) -> str:
    """Return what files that are made of a source are called: short, of letters that need no quotes anywhere."""
    return re.sub(r"[^\w.-]+", "_", source_stem(title)).strip("_.")[:60] or "swahr"


def new_stem(folder: Path, title: str, suffixes: Sequence[str], now: datetime | None = None) -> Path:
    """Return folder and stem of new files: the source's title and the time, with a number where these are taken.

    Args:
        folder: Is made where it is not there.
        title: Of the source.
        suffixes: Of all files that will be made, none of which is there yet.
        now: The time in the name; None: the clock's.

    Raises:
        SwahrError: The folder cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SwahrError(
            QCoreApplication.translate(
                "Recorder", "{} cannot be made ({}); choose another folder under Recording"
            ).format(folder, error.strerror)
        ) from error
    stem = f"{stem_of(title)}_{now or datetime.now():%Y-%m-%d_%H-%M-%S}"
    return free_stem(folder / stem, suffixes)


def free_stem(stem: Path, suffixes: Sequence[str]) -> Path:
    """Return a stem, with a number where one of its files is there already, or is being written."""
    number, candidate = 1, stem
    while any(_taken(Path(f"{candidate}{suffix}")) for suffix in suffixes):
        number += 1
        candidate = stem.with_name(f"{stem.name}_{number}")
    return candidate


def _taken(path: Path) -> bool:
    return path.exists() or partial_path(path).exists()


def title_of(address: str) -> str:
    """Return a short name of an address: a file's name, or a server's."""
    return Path(address).name or address if is_path(address) else without_password(address)
