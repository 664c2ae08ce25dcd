"""Options from settings: a model of `swahr.config` that a command takes whole, so that no option is written twice."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, Optional, TypeVar, get_args, get_origin

import typer
from pydantic import ValidationError

from swahr._util.settings import SettingInfo, Settings, explained
from swahr.commands.help import METAVARS
from swahr.errors import SettingError

S = TypeVar("S", bound=Settings)

# The groups of the command that runs: in its errors, settings are called as its options are.
running: list[type[Settings]] = []


def grouped(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command whose parameters that are settings models are options, one a field, for typer to read.

    The model's heading is the one under which `--help` shows them. What the model refuses is a SettingError that
    names the option.
    """
    return grouped_without()(command)


def grouped_without(*fields: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return `grouped` for a command to which some fields of its models mean nothing: they have their defaults."""
    return lambda command: _with_options(command, fields)


def _with_options(command: Callable[..., None], without: tuple[str, ...]) -> Callable[..., None]:
    groups: dict[str, type[Settings]] = {}
    parameters: list[inspect.Parameter] = []
    for parameter in inspect.signature(command).parameters.values():
        kind = parameter.annotation
        if isinstance(kind, type) and issubclass(kind, Settings):
            groups[parameter.name] = kind
            shown = (info for info in kind.described() if info.name not in without)
            parameters += [_parameter(info, kind.heading()) for info in shown]
        else:
            parameters.append(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY))

    @wraps(command)
    def run(**values: Any) -> None:
        running[:] = groups.values()
        for name, group in groups.items():
            given = (field for field in group.model_fields if field not in without)
            values[name] = made(group, {field: values.pop(field) for field in given})
        command(**values)

    run.infos = {  # type: ignore[attr-defined]
        info.name: info for group in groups.values() for info in group.described() if info.name not in without
    }
    run.groups = tuple(groups.values())  # type: ignore[attr-defined]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return run


def made(group: type[S], values: dict[str, Any]) -> S:
    """Return a group of what was given. Raises SettingError with the options' names."""
    infos = {info.name: info for info in group.described()}
    read = {name: _parts(value) if is_tuple(infos[name]) else value for name, value in values.items()}
    try:
        return group.model_validate(read)
    except ValidationError as error:
        raise SettingError(explained(error, lambda name: infos[name].flag)) from error


def flags_of(settings: Settings) -> list[str]:
    """Return the options, in the order of the fields, that make these settings of the defaults."""
    infos = {info.name: info for info in type(settings).described()}
    return [
        turned_off(infos[name]) if value is False else infos[name].flag
        for name, value in settings.chosen().items()
    ]


def flag_words(info: SettingInfo) -> str:
    """Return how an option is written: `--x`, or `--x/--no-x` for what is on where nothing is said."""
    return f"{info.flag}/{turned_off(info)}" if info.base is bool and info.default is True else info.flag


def turned_off(info: SettingInfo) -> str:
    """Return the option that turns a setting off."""
    return "--no-" + info.flag.removeprefix("--")


def is_tuple(info: SettingInfo) -> bool:
    """Whether a setting is several values, which are written with commas between them."""
    return get_origin(info.base) is tuple


def metavar(info: SettingInfo) -> str:
    """Return what stands for the value in `--help`: its kind, or its choices, and its range; "" for a flag."""
    if info.base is bool:
        return ""
    if info.choices:
        return "|".join(map(str, info.choices))
    if is_tuple(info):
        one = METAVARS[get_args(info.base)[0]]
        return f"{one},{one},..."
    return info.range(METAVARS[info.base])


def _parameter(info: SettingInfo, heading: str) -> inspect.Parameter:
    kind = type(info.choices[0]) if info.choices else str if is_tuple(info) else info.base
    option = typer.Option(
        flag_words(info),
        help=info.help,
        metavar=metavar(info),
        show_default=info.unset or info.default is not False,
        rich_help_panel=heading,
    )
    return inspect.Parameter(
        info.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=inspect.Parameter.empty if info.required else _default(info),
        annotation=Annotated[Optional[kind] if info.optional else kind, option],  # noqa: UP045 - for typer to read
    )


def _default(info: SettingInfo) -> Any:
    if is_tuple(info) and info.default is not None:
        return ",".join(_short(value) for value in info.default)
    return _short(info.default) if isinstance(info.default, float) else info.default


def _short(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _parts(text: str | None) -> tuple[str, ...] | None:
    return None if text is None else tuple(part.strip() for part in text.split(",") if part.strip())
