"""The weights that come with the package."""

from pathlib import Path

from swahr._util.alike import alike
from swahr.errors import MissingError, Step

DEFAULT = "default"
FOLDER = Path(__file__).parent / "weights"
CROPS = FOLDER / "crops"  # networks of the second stage
OF_A_RUN = ("best.safetensors", "last.safetensors")


def bundled_names() -> list[str]:
    """Return the names of the bundled weights."""
    return sorted(path.stem for path in FOLDER.glob("*.safetensors"))


def resolve(model: str | Path) -> Path:
    """Return the file of a bundled or installed name, the best checkpoint of a run's folder, or the path itself.

    Raises:
        MissingError: where neither a file nor a known name fits.
    """
    from swahr.models.library import installed_names, installed_path, installed_start

    path = Path(model)
    if path.is_file():
        return path
    names_a_place = bool(path.suffix) or path.parent != Path()
    for candidate in (
        FOLDER / f"{model}.safetensors",
        installed_path(str(model)),
        installed_start(str(model)),
    ):
        if not names_a_place and candidate.exists():
            return candidate
    if path.is_dir():
        there = [path / name for name in OF_A_RUN if (path / name).is_file()]
        if there:
            return there[0]
        raise MissingError(f"{model}: a folder without {' or '.join(OF_A_RUN)}")
    if names_a_place:
        if path.suffix or path.exists():
            return path
        meant = _meant(path)
        known = () if meant else (Step("weights list"),)
        raise MissingError(f"{model}: no such file or folder of a run{meant}", hints=known)
    from swahr.models.catalogue import CATALOGUE

    if any(weights.name == model and (weights.finds_people or weights.start) for weights in CATALOGUE):
        raise MissingError(f"{model} is not installed", hints=[Step("weights fetch", model)])
    names = [*bundled_names(), *installed_names()]
    near = alike(str(model), names)
    meant = f"; did you mean {near}?" if near else _meant(path)
    raise MissingError(
        f"no model {str(model)!r}: expected a file, or one of {', '.join(names)}{meant}",
        hints=[] if meant else [Step("weights list")],
    )


def _meant(path: Path) -> str:
    """Return which run's folder or file was meant by a path that is not there; "" where none is alike."""
    try:
        there = [each.name for each in path.parent.iterdir()]
    except OSError:
        return ""
    near = alike(path.name, there)
    return f"; did you mean {path.parent / near}?" if near else ""
