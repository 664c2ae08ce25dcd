"""What a data set says of where it comes from, and a run of the data that it learns from."""

from pathlib import Path
from typing import Any

from swahr._util.reading import parse_json
from swahr.run.data_set import FILE, ORIGIN
from swahr_app.training.run_folder import config_of

MAX_BYTES = 50_000_000  # of labels that are looked into


def has_predictions(data: Path) -> bool:
    """Return whether a folder of labels has people that a network found and nobody corrected."""
    found = _labels_of(data).get("annotations")
    people = found if isinstance(found, list) else ()
    return any(isinstance(each, dict) and each.get("origin") == ORIGIN for each in people)


def video_of(run: Path) -> Path | None:
    """Return the video, or the folder of photos, whose corrections a run learns from; None where it is not known."""
    try:
        data = Path(str(config_of(run)["train"][0]["labels"]))
    except (KeyError, IndexError, TypeError):
        return None
    info = _labels_of(data).get("info")
    made_from = info.get("made_from") if isinstance(info, dict) else None
    name = made_from.get("video") if isinstance(made_from, dict) else None
    folder = (data if data.is_dir() else data.parent).parent
    return folder / name if isinstance(name, str) and name and (folder / name).exists() else None


def _labels_of(data: Path) -> dict[str, Any]:
    """Return the file of a data set; {} where there is none, or another one."""
    path = data / FILE if data.is_dir() else data
    try:
        if path.stat().st_size > MAX_BYTES:
            return {}
        found = parse_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
