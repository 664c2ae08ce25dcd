"""Names of new files: telling, and never those of files that are there."""

import glob
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
from swahr.video.photos import holds_images, matching_files
from swahr.video.suffixes import IMAGE_SUFFIXES

# What a file dialog shows.
VIDEOS = " ".join(f"*{suffix}" for suffix in VIDEO_SUFFIXES)
COUNTED = re.compile(r"%0?\d*d")  # where programs that write sequences put the number


def is_photos(path: Path) -> bool:
    """Return whether a path is a folder of photos, or a photo."""
    try:
        return (
            holds_images(path) if path.is_dir() else path.suffix.lower() in IMAGE_SUFFIXES and path.is_file()
        )
    except SwahrError:
        return False


def photo_of(address: str) -> Path | None:
    """Return the folder or photo that an address names, and of a pattern, `a/*.png` or `img_%04d.png`, the first photo.

    None where it names no photos. Beside a counter all is taken as it stands: `run[1]/img_%04d.png` is in `run[1]`.
    """
    path = Path(address)
    if is_photos(path):
        return path
    parts = COUNTED.split(address)
    pattern = address if len(parts) == 1 else "[0-9]*".join(map(glob.escape, parts))
    if path.exists() or not glob.has_magic(pattern) or not is_path(address):
        return None
    return next((photo for photo in matching_files(pattern) if is_photos(photo)), None)


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


def new_stems(folder: Path, titles: Sequence[str], suffixes: Sequence[str]) -> list[Path]:
    """Return a stem for each of several sources, of one time, none of them twice.

    Raises:
        SwahrError: The folder cannot be made.
    """
    now, found = datetime.now(), list[Path]()
    for title in titles:
        stem = first = new_stem(folder, title, suffixes, now)
        number = 1
        while stem in found:
            number += 1
            stem = free_stem(first.with_name(f"{first.name}_{number}"), suffixes)
        found.append(stem)
    return found


def free_stem(stem: Path, suffixes: Sequence[str]) -> Path:
    """Return a stem, with a number where one of its files is there already, or is being written."""
    number, candidate = 1, stem
    while any(_taken(Path(f"{candidate}{suffix}")) for suffix in suffixes):
        number += 1
        candidate = stem.with_name(f"{stem.name}_{number}")
    return candidate


def _taken(path: Path) -> bool:
    return path.exists() or partial_path(path).exists()


def place_of(address: str) -> str:
    """Return a short name with the folder where it is, as lists have it: files of one name are told apart."""
    path = Path(address)
    if not is_path(address) or not path.is_absolute():
        return title_of(address)
    return QCoreApplication.translate("Sources", "{}, in {}").format(
        title_of(address), _from_home(path.parent)
    )


def _from_home(folder: Path) -> str:
    home = Path.home()
    return f"~/{folder.relative_to(home)}" if folder != home and folder.is_relative_to(home) else str(folder)


def title_of(address: str) -> str:
    """Return a short name of an address: a file's name, or a server's."""
    return Path(address).name or address if is_path(address) else without_password(address)
