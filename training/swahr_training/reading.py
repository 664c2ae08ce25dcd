"""YAML and JSON files as plain values, or one line that says why not."""

import json
from pathlib import Path
from typing import Any

import yaml

from swahr.errors import SwahrError


def read_yaml(path: Path) -> Any:
    """Return the content of a YAML file. Raises SwahrError where it cannot be read."""
    try:
        return yaml.safe_load(_text(path))
    except yaml.YAMLError as error:
        raise SwahrError(f"{path}: no YAML: {' '.join(str(error).split())}") from error


def read_json(path: Path) -> Any:
    """Return the content of a JSON file. Raises SwahrError where it cannot be read."""
    try:
        return json.loads(_text(path))
    except (ValueError, RecursionError) as error:
        raise SwahrError(f"{path}: no JSON: {error}") from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise SwahrError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise SwahrError(f"{path}: no text ({error.reason})") from error
