"""What a run folder of `swahr train` holds: settings, log, checkpoints, photos that it is tried on."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QCoreApplication

from swahr._util.reading import parse_json, read_yaml
from swahr.errors import SwahrError
from swahr.video.suffixes import IMAGE_SUFFIXES

CHECKPOINTS = ("best.safetensors", "last.safetensors")
LOSSES = ("total", "heatmap", "scale", "push", "pull")
MAX_VISITED = 2000  # entries of a folder that are looked at for photos


@dataclass
class Curves:
    """What the log says: values by name, each with its steps."""

    steps: dict[str, list[int]] = field(default_factory=dict)
    values: dict[str, list[float]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    last_step: int = 0
    seconds_left: float | None = None
    photos_per_s: float | None = None

    @property
    def start_is_best(self) -> bool:
        """Whether the weights that the run started from were measured, and no checkpoint is better so far."""
        steps, values = self.steps.get("AP", []), self.values.get("AP", [])
        return bool(steps) and steps[0] == 0 and max(values) == values[0]

    def add(self, entry: dict[str, Any]) -> None:
        """Take up a line of the log."""
        step = int(entry["step"])
        self.last_step = max(self.last_step, step)
        if "note" in entry:
            self.notes.append(str(entry["note"]))
        for name, value in entry.items():
            if name == "step" or isinstance(value, bool) or not isinstance(value, int | float):
                continue
            self.steps.setdefault(name, []).append(step)
            self.values.setdefault(name, []).append(float(value))
        self.seconds_left = entry.get("seconds_left", self.seconds_left)
        self.photos_per_s = entry.get("photos_per_s", self.photos_per_s)


class LogReader:
    """Reads what was added to a run's log since the last time; a log that became shorter is read anew."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "log.jsonl"
        self._read = 0
        self._rest = b""
        self.curves = Curves()

    def update(self) -> bool:
        """Return whether there is something new."""
        try:
            with self._path.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                if size < self._read:
                    self._read, self._rest, self.curves = 0, b"", Curves()
                file.seek(self._read)
                added = file.read()
        except FileNotFoundError:
            return False
        self._read += len(added)
        *lines, self._rest = (self._rest + added).split(b"\n")
        for line in lines:
            try:
                self.curves.add(parse_json(line))
            except (ValueError, KeyError, TypeError, AttributeError):
                continue  # a line that a killed run was writing
        return bool(lines)


def is_run(folder: Path) -> bool:
    """Return whether a run has written into a folder."""
    return (folder / "config.yaml").exists() or (folder / "log.jsonl").exists()


def check_run(folder: Path) -> None:
    """Raise SwahrError for a folder that no run has written."""
    if not folder.is_dir():
        raise SwahrError(QCoreApplication.translate("Run", "{}: no such folder").format(folder))
    if not is_run(folder):
        raise SwahrError(
            QCoreApplication.translate(
                "Run",
                "{} is not the folder of a run: it holds neither config.yaml nor log.jsonl; choose the one that "
                "a training wrote",
            ).format(folder)
        )


def checkpoint_of(folder: Path) -> Path | None:
    """Return the best checkpoint of a run, or the last; None before there is one."""
    return next((folder / name for name in CHECKPOINTS if (folder / name).is_file()), None)


def config_of(folder: Path) -> dict[str, Any]:
    """Return a run's settings; nothing where they cannot be read."""
    try:
        content = read_yaml(folder / "config.yaml")
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def photos_of(config: dict[str, Any], max_photos: int) -> list[Path]:
    """Return some photos that a run is measured on, or learns from."""
    sources = [config.get("validation"), *(config.get("train") or [])]
    for source in sources:
        if not isinstance(source, dict):
            continue
        folders = []
        # Paths are those of the folder that the run was started in, which need not be this one.
        if source.get("images") and Path(source["images"]).is_dir():
            folders.append(Path(source["images"]))
        if source.get("labels") and Path(source["labels"]).exists():
            labels = Path(source["labels"])
            base = labels if labels.is_dir() else labels.parent
            folders += [base / "images" / "val", base / "images", base]
        for folder in folders:
            found = _photos_below(folder, max_photos)
            if found:
                return found
    return []


def _photos_below(folder: Path, max_photos: int) -> list[Path]:
    """Return photos of a folder or the ones in it; those for validation first."""
    found: list[Path] = []
    visited, waiting = 0, [folder]
    while waiting and len(found) < max_photos and visited < MAX_VISITED:
        here = waiting.pop(0)
        try:
            inside = sorted(here.iterdir())[:MAX_VISITED]
        except OSError:
            continue
        visited += len(inside)
        found += [path for path in inside if path.suffix.lower() in IMAGE_SUFFIXES][: max_photos - len(found)]
        folders = [path for path in inside if path.is_dir()]
        waiting += sorted(folders, key=lambda path: "val" not in path.name)
    return found
