"""The tables of settings, commands and formats in the docs, made from the models: `make reference` writes them anew.

python -m swahr.commands.reference --write docs/reference
"""

import inspect
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

import typer
from typer.models import ArgumentInfo, OptionInfo

from swahr import config, settings
from swahr._util.settings import SettingInfo, Settings
from swahr.commands.formats import with_table
from swahr.commands.groups import flag_words, metavar
from swahr.commands.help import dress, split_help

HEAD = (
    "<!-- made by `make reference` from swahr/config.py and the commands: change them, not this page -->\n\n"
)

SETTINGS = """# Settings

Every setting stands once, in `swahr/config.py`. The flag is its option of the command line; the name is what Python and
YAML call it: `NetworkSettings(max_people=5)`, `PoseEstimator.from_pretrained(max_people=5)`. A value outside its range
is refused with the range, whoever gives it.
"""

COMMANDS = """# Commands

`swahr COMMAND --help` shows the same. Groups of options are in [settings](settings.md).

Other packages add commands by the entry point group `swahr.commands`: its name is the command's, its value a function
whose parameters typer reads. A parameter that is a model of settings becomes a group of options with
`swahr.commands.groups.grouped`, and a section `Examples:` of the docstring stands at the end of the help. The function
is loaded when it is called, and for the list of `swahr --help`, so what is heavy is imported inside of it.
"""


def settings_page() -> str:
    """Return docs/reference/settings.md."""
    return HEAD + "\n".join([SETTINGS, *map(group_section, groups())])


def commands_page() -> str:
    """Return docs/reference/commands.md."""
    return HEAD + "\n".join([COMMANDS, *(command_section(name, function) for name, function in functions())])


def groups() -> list[type[Settings]]:
    """Return the groups of `swahr.config`, as they stand there, those of `swahr.settings`, and commands' own."""
    kinds = [
        kind
        for kind in vars(config).values()
        if isinstance(kind, type)
        and issubclass(kind, Settings)
        and kind.__module__.startswith((config.__name__, settings.__name__))
    ]
    kinds.sort(key=lambda kind: kind.__module__ != config.__name__)
    of_commands = [group for _, function in functions() for group in getattr(function, "groups", ())]
    return list(dict.fromkeys([*kinds, *of_commands]))


def functions() -> Iterable[tuple[str, Callable[..., Any]]]:
    """Yield the name and the function of each command of this distribution."""
    from swahr.commands.main import load_function, names

    for name in names(own=True):
        found = load_function(name)
        if isinstance(found, typer.Typer):
            for info in found.registered_commands:
                assert info.callback is not None
                yield f"{name} {info.name or info.callback.__name__}", info.callback
        else:
            yield name, found


def group_section(group: type[Settings]) -> str:
    """Return the table of a group."""
    about = inspect.cleandoc(group.__doc__ or "").partition("\n\n")[2]
    rows = (
        (f"`{info.name}`", f"`{flag_words(info)}`", _value(info), _default(info), info.help)
        for info in group.described()
    )
    head = f"## {group.heading()}: `{group.__name__}`\n\n{about}\n\n"
    return head + _table(("setting", "flag", "value", "default", "meaning"), rows)


def command_section(name: str, function: Callable[..., Any]) -> str:
    """Return what a command does, its arguments, its own options, its groups and its examples."""
    dress(function)
    text, examples = split_help(function)
    arguments, rows = [], []
    for parameter in inspect.signature(function).parameters.values():
        if get_origin(parameter.annotation) is not Annotated:
            continue
        info = get_args(parameter.annotation)[1]
        if isinstance(info, ArgumentInfo):
            needed = parameter.default is inspect.Parameter.empty
            arguments.append(str(info.metavar) if needed else f"[{info.metavar}]")
            rows.append((f"`{info.metavar}`", _shown(info, parameter.default), info.help or ""))
        elif isinstance(info, OptionInfo) and not info.rich_help_panel:
            # Of an annotated option, typer keeps the first name where else the default is.
            given = [name for name in (info.default, *(info.param_decls or ())) if isinstance(name, str)]
            flags = ", ".join(given or ["--" + parameter.name.replace("_", "-")])
            what = f"`{flags} {info.metavar}`" if info.metavar else f"`{flags}`"
            rows.append((what, _shown(info, parameter.default), info.help or ""))
    taken = [
        f"[{group.heading()}](settings.md#{_anchor(group)})" for group in getattr(function, "groups", ())
    ]
    return "\n".join(
        [
            f"## swahr {name}\n",
            f"`{' '.join(['swahr', name, '[OPTIONS]', *arguments])}`\n",
            f"{text}\n",
            *([_table(("", "default", "meaning"), rows)] if rows else []),
            *([f"Groups of options: {', '.join(taken)}.\n"] if taken else []),
            *(["```bash", *examples, "```\n"] if examples else []),
        ]
    )


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def _value(info: SettingInfo) -> str:
    kind = "on or off" if info.base is bool else "|".join(info.names) or metavar(info)
    return f"{kind} {info.unit}".strip() if info.unit and not info.choices else kind


def _default(info: SettingInfo) -> str:
    if info.required:
        return "has to be given"
    if info.default is None:
        return info.unset
    if isinstance(info.default, tuple):
        return ",".join(f"{value:g}" if isinstance(value, float) else str(value) for value in info.default)
    return _plain(info.default)


def _shown(info: Any, default: Any) -> str:
    if default is inspect.Parameter.empty:
        return "has to be given"
    if isinstance(info.show_default, str):
        return info.show_default
    return "" if default is None else _plain(default)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _anchor(group: type[Settings]) -> str:
    """Return the id that a page's heading gets: small letters, with hyphens between words."""
    words = "".join(
        letter for letter in f"{group.heading()}: {group.__name__}".lower() if letter not in ",:`"
    )
    return words.replace(" ", "-")


def main(write: Annotated[Path, typer.Option(help="The folder of the two pages.")]) -> None:
    """Write the pages of settings and commands, and the table of formats."""
    for name, text in (("settings.md", settings_page()), ("commands.md", commands_page())):
        (write / name).write_text(text, encoding="utf-8")
        print(write / name)
    formats = write.parent / "formats.md"
    formats.write_text(with_table(formats.read_text(encoding="utf-8")), encoding="utf-8")
    print(formats)


if __name__ == "__main__":
    typer.run(main)
