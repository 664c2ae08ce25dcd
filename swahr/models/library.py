"""Where imported and downloaded weights are kept."""

import os
import sys
from pathlib import Path


def library_folder() -> Path:
    """Return the folder of installed weights: $SWAHR_HOME/weights, or the user's cache folder."""
    home = os.environ.get("SWAHR_HOME")
    if home:
        return Path(home) / "weights"
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "swahr" / "weights"


def installed_path(name: str) -> Path:
    """Return where weights of a name are, or would be."""
    return library_folder() / f"{name}.safetensors"


def installed_names() -> list[str]:
    """Return the names of the installed weights."""
    return sorted(path.stem for path in library_folder().glob("*.safetensors"))


def installed_crop_network(name: str) -> Path:
    """Return where a network of crops is, or would be; it is no model that finds people by itself."""
    return library_folder() / "crops" / f"{name}.safetensors"


def installed_start(name: str) -> Path:
    """Return where a backbone that trainings start from is, or would be, as it was published."""
    return library_folder() / "starts" / name
