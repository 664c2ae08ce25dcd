"""Which kind of file a path means: labels, a YOLO data set, or the settings of a run."""

from pathlib import Path
from typing import Any

from swahr.errors import SwahrError
from swahr_training.data.yolo import is_yolo
from swahr_training.reading import read_yaml

YAML_SUFFIXES = (".yaml", ".yml")


def find_labels(path: Path) -> Path:
    """Return the label file that a path means: itself, or the one of a folder."""
    if not path.is_dir():
        return path
    yolo = [file for file in sorted(path.glob("*.y*ml")) if is_yolo(_content(file, ()))]
    found = yolo or sorted(path.glob("*.json")) or sorted(path.glob("annotations/*.json"))
    if len(found) != 1:
        names = ", ".join(file.name for file in found) or "none"
        raise SwahrError(
            f"{path}: expected one data.yaml or one JSON of labels, found {names}; name the file itself"
        )
    return found[0]


def is_settings(path: Path) -> bool:
    """Whether a file holds the settings of a run: YAML, but no data.yaml. Raises SwahrError for broken YAML."""
    return path.suffix.lower() in YAML_SUFFIXES and not is_yolo(read_yaml(path))


def has_splits(path: Path) -> bool:
    """Whether a path is a YOLO data set with photos to train on and photos to validate on."""
    file = find_labels(path)
    if file.suffix.lower() not in YAML_SUFFIXES:
        return False
    content = read_yaml(file)
    return is_yolo(content) and bool(content.get("train") and content.get("val"))


def _content(path: Path, otherwise: Any) -> Any:
    try:
        return read_yaml(path)
    except SwahrError:
        return otherwise
