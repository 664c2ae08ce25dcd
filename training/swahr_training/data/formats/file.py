"""A file or folder of labels as formats look at it: its content is read once, whoever asks."""

from functools import cached_property
from pathlib import Path
from typing import Any

from swahr._util.reading import check_regular
from swahr.errors import SwahrError
from swahr_training.reading import read_json, read_yaml

YAML_SUFFIXES = (".yaml", ".yml")
HEAD = 1 << 16  # bytes: what a format is told by comes within these


class LabelFile:
    """A file or folder that may hold labels. path: of it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def suffix(self) -> str:
        """The ending in lower case; "" of a folder."""
        return "" if self.path.is_dir() else self.path.suffix.lower()

    @cached_property
    def head(self) -> str:
        """The beginning of a text; "" of a folder, and of what is no text."""
        if self.path.is_dir():
            return ""
        try:
            check_regular(self.path)
            with self.path.open("rb") as file:
                return file.read(HEAD).decode("utf-8-sig", errors="ignore")
        except OSError:
            return ""

    @cached_property
    def json(self) -> Any:
        """The content of a JSON file; None of another, and of one that cannot be read."""
        try:
            return self.read_json() if self.suffix == ".json" else None
        except SwahrError:
            return None

    @cached_property
    def yaml(self) -> Any:
        """The content of a YAML file; None of another, and of one that cannot be read."""
        try:
            return read_yaml(self.path) if self.suffix in YAML_SUFFIXES else None
        except SwahrError:
            return None

    def read_json(self) -> Any:
        """Return the content of a JSON file. Raises UnreadableError where it cannot be read."""
        return read_json(self.path)
