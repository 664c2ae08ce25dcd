"""What an address says before anything is opened."""

import glob
from pathlib import Path

from swahr._util.text import without_secrets


def without_password(address: str) -> str:
    """Return an address as it may be shown and written down; it need not make sense.

    >>> without_password("rtsp://me:secret@10.0.0.7/stream")
    'rtsp://me:***@10.0.0.7/stream'
    >>> without_password("https://10.0.0.7/clip.mp4?user=me&password=secret")
    'https://10.0.0.7/clip.mp4?user=me&password=***'
    """
    return without_secrets(address)


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
