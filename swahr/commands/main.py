"""The `swahr` command: its table of contents, and what errors look like.

Commands live in `swahr/commands`, one file each, and are loaded when they are called. Other packages add theirs by the
entry point group `swahr.commands`: a function whose parameters typer reads, under the command's name.
"""

import ast
import os
import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from swahr import __version__
from swahr._util.memory import keep_freed_memory, lack_behind
from swahr._util.text import printable
from swahr.commands.help import Command, as_command, split_help
from swahr.errors import SwahrError, first_line

EXIT_INPUT_AT_FAULT = 2
EXIT_INTERRUPTED = 130

# What each says of itself in one line, so that the list needs none of them.
COMMANDS = {
    "demo": "Find the people in a clip that the package brings, and say where they are and what to do next.",
    "video": "Find the people in every frame of a video; write their joints.",
    "webcam": "Find the people before a camera, or in a stream, until Ctrl-C, q or --stop.",
    "images": "Find the people in photos and write their joints to a CSV, one row for each, with the file's name.",
    "convert": "Convert keypoints between formats; put ids right, choose people, smooth on the way.",
    "move": "Measure movement: angles, speeds, steps; left and right repaired, metres.",
    "report": "Write one HTML page about keypoints: what to look at first after a run.",
    "compare": "Compare two results of one video: your network's with the bundled one's, say.",
    "export": "Write a network as ONNX, for any batch and size, and compare what it says with torch.",
    "bench": "Measure how many frames per second this machine does, by each runtime and way to refine.",
    "doctor": "Print versions, native module, CPU, GPU, video encoder, weights and plugins: what a bug report needs.",
    "weights": "Weights: what is there, what can be had, and whether it is whole.",
}


class Commands(TyperGroup):
    """Our commands and those of other packages, each loaded when it is called."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names, ours first."""
        return names()

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command that can say its name and what it does."""
        if cmd_name in COMMANDS:
            return Command(name=cmd_name, help=COMMANDS[cmd_name])
        if cmd_name in others():
            return Command(name=cmd_name, help=_summary(others()[cmd_name]))
        return None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that is called, loaded."""
        name, command, rest = super().resolve_command(ctx, args)
        if command is not None and command.name is not None:
            command = as_command(command.name, load_function(command.name))
        return name, command, rest

    def get_help_option(self, ctx: Any) -> Any:
        """Return the option `--help`, as a flag like any other."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.metavar = ""
        return option


def names(own: bool = False) -> list[str]:
    """Return the names of all commands, ours first. own: leave out those that another distribution brings."""
    known = [
        name for name, entry in others().items() if not own or (entry.dist and entry.dist.name == "swahr")
    ]
    return [*COMMANDS, *(name for name in known if name not in COMMANDS)]


def load_function(name: str) -> Callable[..., Any] | typer.Typer:
    """Load what a command runs: a function, or an app of several."""
    if name not in COMMANDS:
        return _load(others()[name])
    module = import_module(f"swahr.commands.{name}")
    found: Callable[..., Any] | typer.Typer = module.app if name == "weights" else getattr(module, name)
    return found


@cache
def others() -> dict[str, EntryPoint]:
    """Return the commands of other packages by name."""
    return {found.name: found for found in entry_points(group="swahr.commands")}


def _summary(entry: EntryPoint) -> str:
    """Return what another package's command says of itself first: read off its source, so that nothing is loaded."""
    try:
        spec = find_spec(entry.module)
        source = Path(spec.origin).read_text(encoding="utf-8") if spec and spec.origin else ""
        body = ast.parse(source).body
    except (ImportError, OSError, ValueError, SyntaxError):
        body = []
    said = next((text for node in body if (text := _help_of(node, entry.attr)) is not None), None)
    if said is None:
        loaded = _load(entry)
        said = str(loaded.info.help) if isinstance(loaded, typer.Typer) else split_help(loaded)[0]
    return said.split("\n\n")[0]


def _help_of(node: ast.stmt, name: str) -> str | None:
    """Return what a statement says of a command: a function's docstring, or `help` of an app that is made there."""
    if isinstance(node, ast.FunctionDef) and node.name == name:
        return ast.get_docstring(node)
    if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)):
        return None
    if not any(isinstance(target, ast.Name) and target.id == name for target in node.targets):
        return None
    given = {keyword.arg: keyword.value for keyword in node.value.keywords}.get("help")
    return given.value if isinstance(given, ast.Constant) and isinstance(given.value, str) else None


def _load(entry: EntryPoint) -> Callable[..., None] | typer.Typer:
    """Load another package's command, or app of several; one that cannot be loaded says so when it is called."""
    try:
        command: Callable[..., None] | typer.Typer = entry.load()
    except ImportError as error:
        reason = str(error)

        def broken() -> None:
            raise SwahrError(f"`swahr {entry.name}` cannot be loaded ({reason}); install its package again")

        broken.__doc__ = f"Cannot be loaded: {reason}."
        return broken
    return command


app = typer.Typer(
    name="swahr",
    cls=Commands,
    help="Multi-person 2D pose: people in videos and photos, as keypoints and overlays.",
    epilog="Examples:\n  swahr demo\n  swahr video in.mp4 --overlay seen.mp4\n  swahr webcam --show",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(__version__)
        raise typer.Exit


@app.callback()
def _global_options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", metavar="", callback=_show_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Take the options that stand before a command."""


def _lacking(error: Exception) -> str | None:
    """Return what the machine lacks where an error comes of that; None of any other."""
    if (lack := lack_behind(error)) is not None:  # also where a library finds no room to be loaded
        return f"there is not enough memory ({printable(first_line(lack))})"
    if isinstance(error, ImportError):
        from swahr.commands.system_libraries import missing_for

        return missing_for(error)
    return None


def main(worded: Callable[[SwahrError], str] | None = None) -> None:
    """Run the command line. An input at fault gives one line and exit code 2, Ctrl-C 130.

    Args:
        worded: Words an error for another front end that runs the command; None: in options.
    """
    # Read when torch is loaded. Threads that spin while they wait take the cores from decoding and encoding.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    keep_freed_memory()
    try:
        code = app(prog_name="swahr", standalone_mode=False)
    except SwahrError as error:
        from swahr.commands.wording import as_option

        said = error.worded(as_option) if worded is None else worded(error)
        print(f"swahr: {said}", file=sys.stderr)
        sys.exit(EXIT_INPUT_AT_FAULT)
    except (KeyboardInterrupt, typer.Abort):
        code = EXIT_INTERRUPTED
    except Exception as error:
        if hasattr(error, "show"):  # what typer raises for wrong options can show itself
            error.show()
        elif (lacking := _lacking(error)) is not None:
            print(f"swahr: {lacking}", file=sys.stderr)
        else:
            raise
        sys.exit(EXIT_INPUT_AT_FAULT)
    if code == EXIT_INTERRUPTED:  # newer releases of typer return it, older ones raise
        print("swahr: interrupted", file=sys.stderr)
    sys.exit(code if isinstance(code, int) else 0)
