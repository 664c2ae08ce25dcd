"""`swahr video`: a video in, keypoints out, one row for each person of a frame; or a folder of videos."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Optional

import typer

from swahr.commands.groups import grouped
from swahr.config import (
    EncoderSettings,
    FolderSettings,
    LabelsSettings,
    NetworkSettings,
    OutputSettings,
    OverlaySettings,
    PeopleSettings,
    SecondPassSettings,
    SourceSettings,
    TrackSettings,
)
from swahr.errors import SettingError


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
        typer.Option("--output", "-o", help="The keypoints.", show_default="VIDEO's name with .csv, here"),
    ] = None,
    overlay: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            help="A video with the skeletons drawn (.mp4, .mov, .mkv); with --out a folder of them."
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where the same command was interrupted.")
    ] = False,
    *,
    folder: FolderSettings,
    frames: SourceSettings,
    tracking: TrackSettings,
    second_pass: SecondPassSettings,
    rows: OutputSettings,
    drawing: OverlaySettings,
    encoding: EncoderSettings,
    people: PeopleSettings,
    network: NetworkSettings,
    labelling: LabelsSettings,
) -> None:
    """Find the people in every frame of a video; write their joints.

    Rows are written to OUTPUT.part, which becomes OUTPUT at the end.
    Frame numbers start at 0, and times are the video's own.
    Positions are pixels of the upright frame.

    Examples:
        swahr video in.mp4 -o out.csv --overlay seen.mp4
        swahr video films --out found --format csv,coco --zero-lag savgol
        swahr video in.mp4 --every 25 --labels found --label-score 0.5
    """
    from swahr.commands.many import do_all
    from swahr.commands.single import do
    from swahr.run.job import VideoJob
    from swahr.run.names import outputs_of

    _check(source, output, folder)
    if folder.out is not None and labelling.labels is not None:
        raise SettingError("--labels is for one video; give it without --out")
    outputs = outputs_of(source, output, rows.format)
    job = VideoJob(
        source,
        outputs,
        overlay,
        network,
        frames,
        tracking,
        second_pass,
        rows,
        drawing,
        resume,
        people,
        encoding,
    )
    if folder.out is None:
        do(job, labelling=labelling)
    else:
        # An archive always goes on where it was, unless everything is to be made anew.
        like = replace(job, overlay=None, resume=not rows.overwrite)
        do_all(Path(source), like, folder, overlay)


def _check(source: str, output: Path | None, folder: FolderSettings) -> None:
    """Raise SwahrError where a source and the options of a folder of videos do not go together."""
    from swahr.run.batch.plan import holds_videos
    from swahr.video.photos import holds_images

    place = Path(source)
    if folder.out is not None:
        if not place.is_dir():
            raise SettingError(f"{source} is no folder; --out is for a folder of videos, -o for one")
        if output is not None:
            raise SettingError("--out and --output together; in a folder of videos each has its own output")
        return
    if folder.cluster is not None or folder.workers is not None:
        raise SettingError("--cluster and --workers are for a folder of videos; give --out PATH too")
    if place.is_dir() and holds_videos(place):
        raise SettingError(
            f"{source} is a folder that holds videos; give --out PATH for what is found in them, or take its "
            f"photos alone with `swahr images {source}`"
        )
    if place.is_dir() and not holds_images(place):
        raise SettingError(f"{source} is a folder without images; for a folder of videos give --out PATH")
