"""YAML and JSON files as plain values or as settings, or one line that says why not."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from swahr._util import reading
from swahr._util.settings import Settings, explained
from swahr.errors import SettingError, UnreadableError

S = TypeVar("S", bound=Settings)


def load_settings(
    model: type[S],
    path: Path,
    overrides: Mapping[str, Any] | None = None,
    upgrade: Callable[[dict[str, Any]], dict[str, Any]] = dict,
) -> S:
    """Read settings of any model from a YAML file.

    Args:
        model: of the settings.
        path: of the file, a mapping of settings.
        overrides: values by dotted name, which replace those of the file: `{"loss.kind": "mse", "train.0.weight": 2}`.
        upgrade: brings the plain values of an earlier form to today's.

    Raises:
        UnreadableError: for a file that cannot be read, or holds no mapping.
        SettingError: naming each wrong field.
    """
    content = read_yaml(path)
    content = {} if content is None else content
    if not isinstance(content, dict):
        raise UnreadableError(f"{path}: expected a mapping of settings, got {type(content).__name__}")
    return made_settings(model, content, str(path), overrides, upgrade)


def made_settings(
    model: type[S],
    content: dict[str, Any],
    source: str,
    overrides: Mapping[str, Any] | None = None,
    upgrade: Callable[[dict[str, Any]], dict[str, Any]] = dict,
) -> S:
    """Make settings of plain values, as `load_settings` does of a file's; `source` is what messages call them.

    Raises:
        SettingError: naming each wrong field.
    """
    for name, value in (overrides or {}).items():
        _replace(content, name, value)
    try:
        return model.model_validate(upgrade(content))
    except ValidationError as error:
        given = {name.partition(".")[0] for name in overrides or ()}
        wrong = {str(each["loc"][0]) if each["loc"] else "" for each in error.errors()}
        where = f"given beside {source}" if wrong <= given else source
        raise SettingError(f"{where}: {explained(error, model=model)}") from error


def _replace(content: dict[str, Any], name: str, value: Any) -> None:
    """Set a field by its dotted name; numbers count in lists, sections that are not there are made."""
    *sections, field = name.split(".")
    place: Any = content
    for part in sections:
        if isinstance(place, list):
            place = place[_index(place, part, name)]
        elif isinstance(place, dict):
            if place.get(part) is None:
                place[part] = {}
            place = place[part]
    if isinstance(place, list):
        place[_index(place, field, name)] = value
    elif isinstance(place, dict):
        place[field] = value
    else:
        raise SettingError(f"{name}: {'.'.join(sections)} is {place!r}, which has no fields")


def _index(place: list[Any], part: str, name: str) -> int:
    if not part.isdecimal() or int(part) >= len(place):
        raise SettingError(f"{name}: expected a number from 0 to {len(place) - 1}, got {part!r}")
    return int(part)


def read_yaml(path: Path) -> Any:
    """Return the content of a YAML file. Raises UnreadableError where it cannot be read."""
    return _read(reading.read_yaml, "YAML", path)


def read_json(path: Path) -> Any:
    """Return the content of a JSON file. Raises UnreadableError where it cannot be read."""
    return _read(reading.read_json, "JSON", path)


def _read(read: Callable[[Path], Any], kind: str, path: Path) -> Any:
    try:
        return read(path)
    except OSError as error:
        raise UnreadableError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise UnreadableError(f"{path}: no text ({error.reason})") from error
    except ValueError as error:
        raise UnreadableError(f"{path}: no {kind}: {error}") from error
