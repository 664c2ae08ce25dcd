"""The weights that come with the package."""

from pathlib import Path

from swahr.errors import SwahrError

DEFAULT = "default"
FOLDER = Path(__file__).parent / "weights"


def bundled_names() -> list[str]:
    """Return the names of the bundled weights."""
    return sorted(path.stem for path in FOLDER.glob("*.safetensors"))


def resolve(model: str | Path) -> Path:
    """Return the file of a bundled or installed name, or the path itself.

    Raises SwahrError where neither a file nor a known name fits.
    """
    from swahr.models.library import installed_path

    path = Path(model)
    if path.exists() or path.suffix or path.parent != Path():
        return path
    for candidate in (FOLDER / f"{model}.safetensors", installed_path(str(model))):
        if candidate.exists():
            return candidate
    raise SwahrError(
        f"no model {str(model)!r}: expected a file, or one of {', '.join(bundled_names())} "
        "(`swahr weights list` shows what can be installed)"
    )
