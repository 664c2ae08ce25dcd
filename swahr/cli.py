"""The `swahr` command: its table of contents, and what errors look like.

Commands live in `swahr/commands`, one file each, and import what is heavy when they run. Other packages add
theirs by the entry point group `swahr.commands`.
"""

import sys
from importlib.metadata import entry_points

import typer

from swahr.allocator import keep_freed_memory
from swahr.commands import doctor, images, video, weights
from swahr.errors import SwahrError

EXIT_INPUT_AT_FAULT = 2
EXIT_INTERRUPTED = 130

app = typer.Typer(
    name="swahr",
    help="Multi-person 2D pose: people in videos and photos, as keypoints and overlays.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("video")(video.video)
app.command("images")(images.images)
app.command("doctor")(doctor.doctor)
app.add_typer(weights.app, name="weights")
for entry in entry_points(group="swahr.commands"):
    app.command(entry.name, help=f"See `swahr {entry.name} --help`.")(entry.load())


def main() -> None:
    """Run the command line. An input at fault gives one line and exit code 2, Ctrl-C 130."""
    keep_freed_memory()
    try:
        code = app(standalone_mode=False)
    except SwahrError as error:
        print(f"swahr: {error}", file=sys.stderr)
        sys.exit(EXIT_INPUT_AT_FAULT)
    except KeyboardInterrupt:
        print("swahr: interrupted", file=sys.stderr)
        sys.exit(EXIT_INTERRUPTED)
    except typer.Abort:
        sys.exit(EXIT_INTERRUPTED)
    except Exception as error:
        if not hasattr(error, "show"):  # what click raises for wrong options can show itself
            raise
        error.show()
        sys.exit(EXIT_INPUT_AT_FAULT)
    sys.exit(code if isinstance(code, int) else 0)
