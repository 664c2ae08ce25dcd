"""`swahr video`: a video in, keypoints out, one row a person a frame."""

import time
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Optional

import typer

from swahr.commands import options
from swahr.commands.options import make_estimator
from swahr.outputs import check_output


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
    batch: options.Batch = options.DEFAULT_BATCH,
    keep_empty: options.KeepEmpty = True,
    overwrite: options.Overwrite = False,
) -> None:
    """Find the people in every frame of a video and write their joints to a CSV.

    Rows are written as frames are done, to OUTPUT.part, which becomes OUTPUT at the end. Frame numbers start
    at 0, times are the video's own, positions are pixels of the upright frame.
    """
    output = output or Path(source.stem + ".csv")
    check_output(output, overwrite, [source])
    if overlay is not None:
        check_output(overlay, overwrite, [source, output])

    from swahr.commands.progress import RunProgress, partial_told, say, say_summary
    from swahr.draw import draw_poses
    from swahr.formats import CsvWriter
    from swahr.pipeline import Stages, run
    from swahr.poses import Poses
    from swahr.video import Frame, VideoFile, VideoWriter

    started = time.monotonic()
    with ExitStack() as stack:
        frames = stack.enter_context(VideoFile(source))
        estimator = make_estimator(
            model, device, input_size, flip_test, scales, threshold, min_score, max_people, batch
        )
        drawn = None
        if overlay is not None:
            drawn = stack.enter_context(VideoWriter(overlay, frames.width, frames.height, frames.frame_rate))
        stack.enter_context(partial_told(output))
        rows = stack.enter_context(CsvWriter(output, estimator.skeleton, keep_empty=keep_empty))

        def write(frame: Frame, poses: Poses | None) -> None:
            rows.write((frame.index, f"{frame.time_s:.6f}"), poses)
            if drawn is not None and frame.image is not None and poses is not None:
                drawn.write(draw_poses(frame.image, poses), frame.time_s)

        with RunProgress(source.name, frames.estimated_frames) as bar:
            summary = run(frames, Stages(estimator, list, write), batch_size=batch, progress=bar.update)
    for note in frames.notes:
        say(f"swahr: warning: {note}")
    say_summary(summary, "frames", time.monotonic() - started)
    say(f"keypoints: {output}")
    if overlay is not None:
        say(f"overlay:   {overlay}")
