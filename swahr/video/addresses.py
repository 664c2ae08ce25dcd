"""What an address says before anything is opened."""

import glob
from pathlib import Path
from urllib.parse import urlsplit


def without_password(address: str) -> str:
    """Return an address as it may be shown and written down.

    >>> without_password("rtsp://me:secret@10.0.0.7/stream")
    'rtsp://me:***@10.0.0.7/stream'
    """
    parts = urlsplit(address)
    if parts.password is None:
        return address
    _, _, host = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{parts.username}:***@{host}").geturl()


def names_server(address: str) -> bool:
    """Return whether an address is scheme://..."""
    return "://" in address


def names_photos(address: str) -> bool:
    """Return whether an address is a folder, or a pattern and no file of that very name."""
    path = Path(address)
    return path.is_dir() or (not names_server(address) and glob.has_magic(address) and not path.exists())


def names_file(address: str) -> bool:
    """Return whether an address can only be a file, which need not be there."""
    return not names_server(address) and not names_photos(address)
