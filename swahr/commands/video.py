"""`swahr video`: a video in, keypoints out, one row a person a frame; or a folder of videos."""

from pathlib import Path
from typing import Annotated, Optional

import typer

from swahr.commands.groups import grouped
from swahr.commands.options import (
    DrawingOptions,
    KeypointOptions,
    NetworkOptions,
    PeopleOptions,
    SourceOptions,
)
from swahr.errors import SwahrError


@grouped
def video(
    source: Annotated[
        str,
        typer.Argument(
            metavar="VIDEO",
            help="A video file, a folder of videos (with --out), a folder or glob of images, rtsp:// or http://.",
            show_default=False,
        ),
    ],
    output: Annotated[
        Optional[Path],  # noqa: UP045 - typer reads it at run time on Python 3.10
        typer.Option(
            "--output", "-o", help="The keypoints; without it VIDEO's name with .csv, in this folder."
        ),
    ] = None,
    overlay: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="Also write a video with the skeletons drawn (.mp4, .mov, .mkv)."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where the same command was interrupted.")
    ] = False,
    *,
    frames: SourceOptions,
    people: PeopleOptions,
    rows: KeypointOptions,
    drawing: DrawingOptions,
    network: NetworkOptions,
) -> None:
    """Find the people in every frame of a video and write their joints to a CSV, or another format.

    Rows are written as frames are done, to OUTPUT.part, which becomes OUTPUT at the end. Frame numbers start
    at 0, times are the video's own, positions are pixels of the upright frame.
    """
    from swahr.archive.job import VideoJob, outputs_of
    from swahr.commands.single import do
    from swahr.video.photos import holds_images

    if Path(source).is_dir() and not holds_images(Path(source)):
        raise SwahrError(f"{source} is a folder without images; for a folder of videos give --out FOLDER")
    outputs = outputs_of(source, output, rows.format)
    do(VideoJob(source, outputs, overlay, network, frames, people, rows, drawing, resume))
