"""`swahr video`: a video in, keypoints out, one row a person a frame; or a folder of videos."""

from pathlib import Path
from typing import Annotated, Optional

import typer

from swahr.commands.groups import grouped
from swahr.config import (
    NetworkSettings,
    OutputSettings,
    OverlaySettings,
    SecondPassSettings,
    SourceSettings,
    TrackSettings,
)
from swahr.errors import SwahrError

MANY = "A folder of videos"


@grouped
def video(
    source: Annotated[
        str,
        typer.Argument(
            metavar="VIDEO",
            help="A file, a folder of videos (with --out), a folder or glob of images, or a stream.",
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
        typer.Option(
            help="A video with the skeletons drawn (.mp4, .mov, .mkv); with --out a folder of them."
        ),
    ] = None,
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="The folder for what is found; what is finished is skipped.", rich_help_panel=MANY),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where the same command was interrupted.")
    ] = False,
    cluster: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            help="A Ray cluster: host:6379, ray://host:10001, or local for this machine.",
            rich_help_panel=MANY,
        ),
    ] = None,
    workers: Annotated[
        int, typer.Option(min=0, help="How many work at once; 0: one a GPU.", rich_help_panel=MANY)
    ] = 0,
    *,
    frames: SourceSettings,
    tracking: TrackSettings,
    second_pass: SecondPassSettings,
    rows: OutputSettings,
    drawing: OverlaySettings,
    network: NetworkSettings,
) -> None:
    """Find the people in every frame of a video; write their joints.

    Rows are written to OUTPUT.part, which becomes OUTPUT at the end.
    Frame numbers start at 0, and times are the video's own.
    Positions are pixels of the upright frame.
    """
    from swahr.commands.many import do_all
    from swahr.commands.single import do
    from swahr.run.batch.plan import holds_videos
    from swahr.run.job import VideoJob, outputs_of
    from swahr.video.photos import holds_images

    folder = Path(source)
    if out is not None:
        if not folder.is_dir():
            raise SwahrError(f"{source} is no folder; --out is for a folder of videos, -o for one")
        if output is not None:
            raise SwahrError("--out and --output together; in a folder of videos each has its own output")
        # An archive always goes on where it was, unless everything is to be made anew.
        like = VideoJob(
            source,
            outputs_of(source, None, rows.format),
            None,
            network,
            frames,
            tracking,
            second_pass,
            rows,
            drawing,
            resume=not rows.overwrite,
        )
        do_all(folder, out, like, overlay, cluster, workers)
        return
    if cluster is not None or workers:
        raise SwahrError("--cluster and --workers are for a folder of videos; give --out FOLDER too")
    if folder.is_dir() and holds_videos(folder):
        raise SwahrError(
            f"{source} is a folder that holds videos; give --out FOLDER for what is found in them, or take its "
            f"photos alone with `swahr images {source}`"
        )
    if folder.is_dir() and not holds_images(folder):
        raise SwahrError(f"{source} is a folder without images; for a folder of videos give --out FOLDER")
    outputs = outputs_of(source, output, rows.format)
    do(VideoJob(source, outputs, overlay, network, frames, tracking, second_pass, rows, drawing, resume))
