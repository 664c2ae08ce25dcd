"""`swahr bench`: the user's own speeds."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from swahr.commands.groups import grouped
from swahr.config import BenchSettings

if TYPE_CHECKING:
    from swahr.inference.speeds import Speed


@grouped
def bench(
    photo: Annotated[
        Optional[Path],  # noqa: UP045 - typer reads it at run time on Python 3.10
        typer.Argument(metavar="PHOTO", help="A photo.", show_default="two drawn people"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
    *,
    settings: BenchSettings,
) -> None:
    """Measure how many frames per second this machine does, by each runtime and way to refine.

    Each number is of the median frame, looked at again and again, without reading and writing. A network that was not
    run by a runtime before is exported for it first.

    Examples:
        swahr bench
        swahr bench photo.jpg --frames 50 --json
    """
    from swahr.commands.network import make_estimator
    from swahr.config import NetworkSettings
    from swahr.inference.backends.picture import drawn_people
    from swahr.inference.speeds import measure_speeds
    from swahr.inference.threads import use_threads
    from swahr.video.images import read_image

    if settings.threads is not None:
        use_threads(settings.threads)
    frame = drawn_people() if photo is None else read_image(photo)
    speeds = list(measure_speeds(frame, settings))
    chosen = make_estimator(NetworkSettings(model=settings.model, threads=settings.threads)).runtime
    if as_json:
        print(
            json.dumps(
                {
                    "model": settings.model,
                    "frame": [frame.shape[1], frame.shape[0]],
                    "auto": chosen.model_dump(),
                    "speeds": [asdict(speed) for speed in speeds],
                },
                indent=2,
            )
        )
        return
    _show(speeds, f"{settings.model}, {frame.shape[1]} x {frame.shape[0]} pixels", str(chosen))


def _show(speeds: "list[Speed]", what: str, auto: str) -> None:
    from rich.table import Column, Table

    from swahr.commands.console import SafeConsole

    console = SafeConsole(soft_wrap=True, highlight=False)
    ways = list(dict.fromkeys(speed.refine for speed in speeds))
    right: list[Any] = [Column(f"refine {way}", justify="right") for way in ways]
    table = Table("runtime", *right, box=None, title=f"frames per second of {what}", title_justify="left")
    for backend in dict.fromkeys(speed.backend for speed in speeds):
        own = [speed for speed in speeds if speed.backend == backend]
        table.add_row(
            backend, *(f"{speed.frames_per_second:.1f}" if not speed.error else "-" for speed in own)
        )
    console.print(table)
    for speed in speeds:
        if speed.error:
            console.print(f"{speed.backend}, refine {speed.refine}: {speed.error}", markup=False)
    console.print(f"--backend auto is {auto}", markup=False)
