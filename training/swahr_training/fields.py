"""Every setting of a run with its meaning, read off the typed models, so that no list of them is out of date."""

import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from swahr._util.kinds import KindSettings
from swahr._util.settings import SettingInfo, Settings, section_of
from swahr_training.config import TrainConfig


@dataclass(frozen=True)
class Setting:
    """One field.

    name: with dots between sections; `train.N` is the n-th of a list. kind, default: in words. meaning: a sentence.
    range: of numbers, in signs; "" where there is none.
    """

    name: str
    kind: str
    default: str
    meaning: str
    range: str = ""


def settings(
    model: type[Settings] = TrainConfig, prefix: str = "", listed: set[type[BaseModel]] | None = None
) -> Iterator[Setting]:
    """Yield all fields, those of a section after the section's own line; each kind of section is listed once."""
    listed = set() if listed is None else listed
    for info in model.described():
        section = section_of(info.kind)
        again = section in listed
        meaning = f"{info.help} Its fields are those of `train.N`." if again else info.help
        limited = "" if info.low is None and info.high is None else info.range()
        yield Setting(prefix + info.name, _kind(info.kind), _default(info, section), meaning, limited)
        if section is not None and not again:
            listed.add(section)
            within = f"{prefix}{info.name}.{'N.' if typing.get_origin(info.kind) is tuple else ''}"
            if issubclass(section, KindSettings):
                yield from _of_all_kinds(section, within)
            elif issubclass(section, Settings):
                yield from settings(section, within, listed)


def _of_all_kinds(section: type[KindSettings], prefix: str) -> Iterator[Setting]:
    """Yield which kinds there are, and the fields that each of them has."""
    names = section.kinds.names()
    yield Setting(
        prefix + "kind", " | ".join(names), f"default: {section.kinds.default}", "Which kind it is."
    )
    having: dict[Setting, list[str]] = {}
    for model in section.kinds:
        for setting in settings(model, prefix):
            having.setdefault(setting, []).append(model.kind)
    for setting, kinds in having.items():
        only = "" if len(kinds) == len(names) else f" Of {', '.join(kinds)} alone."
        yield replace(setting, meaning=setting.meaning + only)


def settings_text() -> str:
    """Return the list as text: a line of name, kind and default, and below it the meaning."""
    lines = ["# In the YAML file, or on the command line as --set NAME=VALUE; N counts from 0."]
    for setting in settings():
        lines.append(f"{setting.name}  ({setting.kind}; {setting.default})")
        lines.append(f"    {setting.meaning}")
    return "\n".join(lines)


def settings_page() -> str:
    """Return the page of the docs that lists all settings, Markdown."""
    rows = [
        f"| `{s.name}` | {_cell(s.kind)} | {s.range} | {_cell(s.default)} | {_cell(s.meaning)} |"
        for s in settings()
    ]
    return "\n".join([PAGE_HEAD, *rows, ""])


PAGE_HEAD = """\
<!-- made by `make reference` from the models of swahr_training: change them, not this page -->

# Settings of a training run

In the YAML file of a run, or one by one as `swahr train run.yaml --set NAME=VALUE`; `N` counts from 0. A value
outside its range is refused with the range. `swahr train --fields` prints the same list, with the kinds that installed
plugins add.

| setting | kind | range | default | meaning |
| --- | --- | --- | --- | --- |"""


def _cell(text: str) -> str:
    return text.replace("default: ", "").replace("|", r"\|")


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


def _default(info: SettingInfo, section: type[BaseModel] | None) -> str:
    if info.required:
        return "must be given"
    if info.default is None:
        return "default: none"
    if section is not None:
        return "defaults below"
    if isinstance(info.default, bool):
        return f"default: {str(info.default).lower()}"
    if isinstance(info.default, tuple):
        return f"default: [{', '.join(map(str, info.default))}]"
    return f"default: {info.default}"


if __name__ == "__main__":
    print(settings_page(), end="")
