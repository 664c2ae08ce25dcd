"""Every setting of a run with its meaning, read off the typed model, so that the list is never out of date."""

import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from swahr_training.config import TrainConfig


@dataclass(frozen=True)
class Setting:
    """One field. name: as `--set` takes it, `train.N` being the n-th of a list. kind and default: in words."""

    name: str
    kind: str
    default: str
    meaning: str


def settings(
    model: type[BaseModel] = TrainConfig, prefix: str = "", listed: set[type[BaseModel]] | None = None
) -> Iterator[Setting]:
    """Yield all fields, those of a section after the section's own line; each kind of section is listed once."""
    listed = set() if listed is None else listed
    for name, field in model.model_fields.items():
        section, many = _section(field.annotation)
        again = section in listed
        meaning = field.description or ""
        yield Setting(
            prefix + name,
            _kind(field.annotation),
            _default(field, section),
            f"{meaning} Its fields are those of `train.N`." if again else meaning,
        )
        if section is not None and not again:
            listed.add(section)
            yield from settings(section, f"{prefix}{name}.{'N.' if many else ''}", listed)


def settings_text() -> str:
    """Return the list as text: a line of name, kind and default, and below it the meaning."""
    lines = ["# In the YAML file, or on the command line as --set NAME=VALUE; N counts from 0."]
    for setting in settings():
        lines.append(f"{setting.name}  ({setting.kind}; {setting.default})")
        lines.append(f"    {setting.meaning}")
    return "\n".join(lines)


def _section(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    """Return the model that a field holds, if any, and whether it holds many."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    many = typing.get_origin(annotation) is tuple
    for part in typing.get_args(annotation):
        section, _ = _section(part)
        if section is not None:
            return section, many
    return None, False


def _kind(annotation: Any) -> str:
    origin, parts = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Literal:
        return " | ".join(str(part) for part in parts)
    if origin in (typing.Union, types.UnionType):
        return " or ".join(_kind(part) for part in parts if part is not type(None))
    if origin is tuple:
        if len(parts) == 2 and parts[1] is Ellipsis:
            return f"list of {_kind(parts[0])}"
        return f"{len(parts)} of {_kind(parts[0])}"
    if origin is dict:
        return f"{_kind(parts[0])}: {_kind(parts[1])}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "section"
    words = {int: "integer", float: "number", bool: "true | false", str: "text", Path: "path"}
    return words.get(annotation, str(annotation))


def _default(field: FieldInfo, section: type[BaseModel] | None) -> str:
    if field.default is PydanticUndefined:
        return "must be given"
    if field.default is None:
        return "default: none"
    if section is not None:
        return "defaults below"
    if isinstance(field.default, bool):
        return f"default: {str(field.default).lower()}"
    if isinstance(field.default, tuple):
        return f"default: [{', '.join(map(str, field.default))}]"
    return f"default: {field.default}"
