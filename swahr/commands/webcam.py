"""`swahr webcam`: people before a camera or in a stream, recorded as they come."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Optional

import typer

from swahr.commands.groups import grouped_without
from swahr.config import (
    EncoderSettings,
    NetworkSettings,
    OutputSettings,
    OverlaySettings,
    SourceSettings,
    TrackSettings,
)
from swahr.errors import SwahrError


@grouped_without("frame_rate")  # of images in a folder
def webcam(
    camera: Annotated[
        str,
        typer.Argument(
            metavar="CAMERA",
            help="A camera by number or, on Linux, a part of its name; or a stream: rtsp://, http://.",
        ),
    ] = "0",
    output: Annotated[
        Optional[Path],  # noqa: UP045 - typer reads it at run time on Python 3.10
        typer.Option("--output", "-o", help="The keypoints.", show_default="webcam_DATE_TIME.csv, here"),
    ] = None,
    overlay: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="Also write a video with the skeletons drawn (.mp4, .mov, .mkv)."),
    ] = None,
    show: Annotated[bool, typer.Option("--show", help="Show it in a window; q ends.")] = False,
    list_: Annotated[bool, typer.Option("--list", help="List the cameras (Linux) and end.")] = False,
    *,
    frames: SourceSettings,
    tracking: TrackSettings,
    rows: OutputSettings,
    drawing: OverlaySettings,
    encoding: EncoderSettings,
    network: NetworkSettings,
) -> None:
    """Find the people before a camera, or in a stream, until Ctrl-C, q or --stop.

    The newest frame counts: those that come while the network is busy are
    dropped and counted, and frame numbers tell which.
    Times are seconds since the first frame.
    A lost camera or stream is said and opened again.

    Examples:
        swahr webcam --show
        swahr webcam rtsp://ADDRESS -o people.jsonl --stop 3600
    """
    if list_:
        _list_cameras()
        return
    from swahr.commands.single import do
    from swahr.commands.viewer import Viewer
    from swahr.run.job import VideoJob
    from swahr.run.names import outputs_of

    source = _address(camera)
    if output is None and (rows.format or ("csv",)) == ("csv",):
        output = Path(f"webcam_{datetime.now():%Y%m%d_%H%M%S}.csv")
    elif output is None:
        output = Path(f"webcam_{datetime.now():%Y%m%d_%H%M%S}")
    viewer = Viewer() if show else None
    outputs = outputs_of(source, output, rows.format)
    job = VideoJob(
        source, outputs, overlay, network, frames, tracking, rows=rows, drawing=drawing, encoding=encoding
    )
    do(job, viewer)


def _address(camera: str) -> str:
    from swahr.video import is_path

    if not is_path(camera):
        return camera
    if Path(camera).is_file():
        raise SwahrError(f"{camera} is a file; `swahr video` takes it")
    return f"camera:{camera}"


def _list_cameras() -> None:
    from swahr.video import list_cameras

    cameras = list_cameras()
    for camera in cameras:
        print(f"{camera.device}  {camera.name}")
    if not cameras:
        raise SwahrError(
            "no camera is known here; is there a /dev/video*, and are you in the group video? A stream needs neither: "
            "swahr webcam rtsp://ADDRESS"
            if sys.platform == "linux"
            else "cameras are listed on Linux alone; here try their numbers from 0: swahr webcam 0"
        )
