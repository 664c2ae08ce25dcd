"""The `swahr` command: its table of contents, and what errors look like.

Commands live in `swahr/commands`, one file each, and import what is heavy when they run. Other packages add
theirs by the entry point group `swahr.commands`.
"""

import os
import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from typing import Annotated

import typer

from swahr import __version__
from swahr._util.memory import keep_freed_memory
from swahr.commands import convert, doctor, export, images, report, video, webcam, weights
from swahr.commands.wording import as_option
from swahr.errors import SwahrError

EXIT_INPUT_AT_FAULT = 2
EXIT_INTERRUPTED = 130

app = typer.Typer(
    name="swahr",
    help="Multi-person 2D pose: people in videos and photos, as keypoints and overlays.",
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
        bool, typer.Option("--version", help="Print the version.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Take the options that stand before a command."""


def _load(entry: EntryPoint) -> Callable[..., None]:
    """Load another package's command; one that cannot be loaded says so when it is called."""
    try:
        command: Callable[..., None] = entry.load()
    except ImportError as error:
        reason = str(error)

        def broken() -> None:
            raise SwahrError(f"`swahr {entry.name}` cannot be loaded ({reason}); install its package again")

        return broken
    return command


app.command("video")(video.video)
app.command("webcam")(webcam.webcam)
app.command("images")(images.images)
app.command("convert")(convert.convert)
app.command("report")(report.report)
app.command("export")(export.export)
app.command("doctor")(doctor.doctor)
app.add_typer(weights.app, name="weights")
for found in entry_points(group="swahr.commands"):
    app.command(found.name)(_load(found))


def main() -> None:
    """Run the command line. An input at fault gives one line and exit code 2, Ctrl-C 130."""
    # Read when torch is loaded. Threads that spin while they wait take the cores from decoding and encoding.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    keep_freed_memory()
    try:
        code = app(prog_name="swahr", standalone_mode=False)
    except SwahrError as error:
        print(f"swahr: {error.worded(as_option)}", file=sys.stderr)
        sys.exit(EXIT_INPUT_AT_FAULT)
    except (KeyboardInterrupt, typer.Abort):
        code = EXIT_INTERRUPTED
    except Exception as error:
        if not hasattr(error, "show"):  # what typer raises for wrong options can show itself
            raise
        error.show()
        sys.exit(EXIT_INPUT_AT_FAULT)
    if code == EXIT_INTERRUPTED:  # newer releases of typer return it, older ones raise
        print("swahr: interrupted", file=sys.stderr)
    sys.exit(code if isinstance(code, int) else 0)
