"""`swahr report`: one page about a recording."""

from pathlib import Path
from typing import Annotated, Optional

import typer

from swahr._util.files import check_output
from swahr._util.locks import locked
from swahr.commands.groups import grouped
from swahr.commands.reading import read_as
from swahr.config import HideSettings, ReadSettings


@grouped
def report(
    source: Annotated[
        Path, typer.Argument(metavar="KEYPOINTS", help="A keypoint file, or folder.", show_default=False)
    ],
    output: Annotated[
        Optional[Path],  # noqa: UP045 - typer reads it at run time on Python 3.10
        typer.Option("--output", "-o", help="The page.", show_default="KEYPOINTS' name with .html, here"),
    ] = None,
    video: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="The video that the keypoints come from, for pictures."),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a page that exists.")] = False,
    *,
    reading: ReadSettings,
    hiding: HideSettings,
) -> None:
    """Write one HTML page about keypoints: what to look at first after a run.

    People over time, confidence by joint, speeds, gaps and pictures, in one
    file that opens in any browser, without a network.

    Examples:
        swahr report people.csv
        swahr report people.csv -o page.html --video in.mp4 --anonymise faces
    """
    page = output or Path(source.name).with_suffix(".html")
    check_output(page, overwrite, [source, *([video] if video else [])])

    import numpy as np

    from swahr.commands.progress import say
    from swahr.report import write_report
    from swahr.video.addresses import without_password

    recording = read_as(source, reading, video)
    if len(recording) and not np.isfinite(recording.times).any():
        say(f"swahr: note: {source} has no times, so there are no speeds; give --fps")
    name = without_password((video or source).name)
    with locked(page):
        check_output(page, overwrite)  # which another run may have written meanwhile
        write_report(recording, page, name=name, video=video, hide=hiding.anonymise)
    say(f"report: {page}")
