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
    from swahr.models.catalogue import CATALOGUE
    from swahr.models.library import installed_names, installed_path

    path = Path(model)
    if path.is_file() or path.suffix or path.parent != Path():
        return path
    for candidate in (FOLDER / f"{model}.safetensors", installed_path(str(model))):
        if candidate.exists():
            return candidate
    if any(weights.name == model for weights in CATALOGUE):
        raise SwahrError(f"{model} is not installed; `swahr weights fetch {model}` gets it or says how")
    raise SwahrError(
        f"no model {str(model)!r}: expected a file, or one of {', '.join([*bundled_names(), *installed_names()])} "
        "(`swahr weights list` shows what can be installed)"
    )
