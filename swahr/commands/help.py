"""What a command looks like to typer, and in its help: one style of values, two examples at the end."""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

import typer
from typer.core import TyperCommand
from typer.main import get_command
from typer.models import ArgumentInfo, OptionInfo

EXAMPLES = "\n\nExamples:\n"
# What stands for a value of each type; a flag has none.
METAVARS = {bool: "", int: "N", float: "X", str: "TEXT", Path: "PATH"}

# Doors whose modules import torch, for which no page of help waits: the help names what we bring ourselves.
HEAVY = ("swahr.inference.backends",)


class Command(TyperCommand):
    """A command whose help names no types but those of values."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help; the names that a door has stand behind the option that takes them."""
        for parameter in self.params:
            info = getattr(self.callback, "infos", {}).get(parameter.name)
            if info is not None and info.door and info.door.split(":")[0] not in HEAVY:
                setattr(parameter, "help", f"{info.help.rstrip('.')}: {', '.join(info.names)}.")  # noqa: B010
        super().format_help(ctx, formatter)

    def get_help_option(self, ctx: Any) -> Any:
        """Return the option `--help`, as a flag like any other."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.metavar = ""
        return option


def as_command(name: str, function: Callable[..., Any] | typer.Typer) -> Any:
    """Return a function, or an app of several, as a command that typer runs."""
    app = function
    if not isinstance(app, typer.Typer):
        app = typer.Typer(add_completion=False)
        app.command(name)(function)
    for info in app.registered_commands:
        assert info.callback is not None
        dress(info.callback)
        info.cls = Command
        info.help, examples = split_help(info.callback)
        info.epilog = "\n".join(["Examples:", *(f"  {line}" for line in examples)]) if examples else None
    command = get_command(app)
    command.name = name
    for each in [command, *getattr(command, "commands", {}).values()]:
        for parameter in each.params:
            if parameter.param_type_name == "argument":
                # Its name says what it is; newer releases of typer show a type beside it.
                parameter.display_type_rich = lambda ctx: None
    return command


def split_help(function: Callable[..., Any]) -> tuple[str, tuple[str, ...]]:
    """Return what a command says of itself, and the lines of the section Examples of its docstring."""
    text, _, examples = inspect.cleandoc(function.__doc__ or "").partition(EXAMPLES)
    return text, tuple(line.strip() for line in examples.splitlines() if line.strip())


def dress(function: Callable[..., Any]) -> None:
    """Give the options and arguments of a command that name no value what stands for it."""
    for parameter in inspect.signature(function).parameters.values():
        if get_origin(parameter.annotation) is not Annotated:
            continue
        kind, *extras = get_args(parameter.annotation)
        for extra in extras:
            if isinstance(extra, ArgumentInfo) and extra.metavar is None:
                extra.metavar = parameter.name.strip("_").upper()
            elif isinstance(extra, OptionInfo) and extra.metavar is None:
                extra.metavar = METAVARS.get(value_type(kind))


def value_type(kind: Any) -> Any:
    """Return the type of one value: of `list[int]` or `int | None`, int."""
    members = [each for each in get_args(kind) if each is not type(None)]
    return value_type(members[0]) if members else kind
