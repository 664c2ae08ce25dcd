"""`swahr video`: a video in, keypoints out, one row a person a frame."""

import time
from pathlib import Path
from typing import Annotated, Optional

import typer

from swahr.commands import options
from swahr.commands.options import check_output, make_estimator


def video(
    source: Annotated[Path, typer.Argument(metavar="VIDEO", help="A video file.", show_default=False)],
    output: Annotated[
        Optional[Path],  # noqa: UP045 - typer reads it at run time on Python 3.10
        typer.Option("--output", "-o", help="The CSV; without it VIDEO's name with .csv, in this folder."),
    ] = None,
    overlay: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="Also write a video with the skeletons drawn (.mp4, .mov, .mkv)."),
    ] = None,
    model: options.Model = "default",
    device: options.Device = "auto",
    input_size: options.InputSize = 0,
    flip_test: options.FlipTest = False,
    scales: options.Scales = "1",
    threshold: options.Threshold = None,
    min_score: options.MinScore = options.DEFAULT_MIN_SCORE,
    max_people: options.MaxPeople = 30,
    batch: Annotated[int, typer.Option(min=1, help="Frames that the network takes at once.")] = 4,
    keep_empty: options.KeepEmpty = True,
    overwrite: options.Overwrite = False,
) -> None:
    """Find the people in every frame of a video and write their joints to a CSV.

    Rows are written as frames are done, to OUTPUT.part, which becomes OUTPUT at the end. Frame numbers start
    at 0, times are the video's own, positions are pixels of the upright frame.
    """
    output = output or Path(source.stem + ".csv")
    check_output(output, overwrite, (source,))
    if overlay is not None:
        check_output(overlay, overwrite, (source, output))

    from swahr.commands.progress import VideoProgress, say
    from swahr.formats import CsvWriter
    from swahr.run import run_video
    from swahr.video import VideoFile, VideoWriter

    started = time.monotonic()
    with VideoFile(source) as frames:
        estimator = make_estimator(
            model, device, input_size, flip_test, scales, threshold, min_score, max_people
        )
        drawn = VideoWriter(overlay, frames.width, frames.height, frames.frame_rate) if overlay else None
        try:
            rows = CsvWriter(output, estimator.skeleton, keep_empty=keep_empty)
        except BaseException:
            if drawn is not None:
                drawn.discard()
            raise
        try:
            with VideoProgress(source.name, frames.estimated_frames) as bar:
                summary = run_video(frames, estimator, rows, drawn, batch, bar.update)
            rows.close()
            if drawn is not None:
                drawn.close()
        except BaseException:
            # Interrupted, or an output failed: the rows so far stay in the partial file, the video cannot.
            rows.abandon()
            if drawn is not None:
                drawn.discard()
            if rows.partial.exists():
                say(f"swahr: the rows so far are in {rows.partial}")
            raise
        for note in frames.notes:
            say(f"swahr: warning: {note}")
    seconds = time.monotonic() - started
    say(
        f"{summary.frames} frames, {summary.frames_with_people} with people, {summary.people} people in all; "
        f"{seconds:.1f} s, {summary.frames / seconds:.1f} frames a second"
    )
    say(f"keypoints: {output}" + (f"\noverlay:   {overlay}" if overlay else ""))
