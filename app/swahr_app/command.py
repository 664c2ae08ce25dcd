"""`swahr app`."""

import os
import sys
from importlib.util import find_spec
from typing import Annotated, Optional

import typer

from swahr.commands.system_libraries import WINDOW, missing_libraries, what_to_install
from swahr.errors import SwahrError


def app(
    source: Annotated[
        Optional[list[str]],  # noqa: UP045 - typer reads it at run time on Python 3.10
        typer.Argument(
            help="A video, photos, camera:0, a stream, or a file of keypoints with its video; several sources are seen "
            "beside each other.",
            show_default=False,
        ),
    ] = None,
    model: Annotated[
        str,
        typer.Option(help="Weights by name, or a checkpoint file; they are remembered.", show_default=False),
    ] = "",
) -> None:
    """Open the window: skeletons live, recordings, review and correction, batches and trainings.

    Examples:
        swahr app
        swahr app in.mp4 --model default
        swahr app in.swahr
        swahr app camera:0 camera:1
    """
    missing = [name for name in ("PyQt6", "pyqtgraph") if find_spec(name) is None]
    if missing:
        raise SwahrError(f"the window needs {', '.join(missing)}: pip install 'swahr[app]'")
    if sys.platform.startswith("linux") and not any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    ):
        raise SwahrError("there is no display here; `swahr video` and `swahr webcam` work without one")
    absent = missing_libraries(WINDOW)  # Qt itself would abort the process
    if absent:
        raise SwahrError(f"the window needs libraries of the system: {what_to_install(absent)}")
    from swahr_app.shell.application import run
    from swahr_app.threads.worker import end_process

    raise typer.Exit(end_process(run(source or (), model)))
