"""The run of one video for Python programs."""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from swahr.config import (
    NetworkSettings,
    OutputSettings,
    OverlaySettings,
    SecondPassSettings,
    SourceSettings,
    TrackSettings,
)
from swahr.errors import SettingError
from swahr.inference.estimator import PoseEstimator
from swahr.run.job import VideoJob
from swahr.run.names import outputs_of
from swahr.run.pipeline import Summary
from swahr.run.process import process
from swahr.run.watcher import Result, Watcher
from swahr.video.frame import Notify, ignore

PathLike = str | os.PathLike[str]


def process_video(
    source: PathLike,
    outputs: PathLike | Sequence[PathLike] | Mapping[str, PathLike],
    *,
    overlay: PathLike | None = None,
    model: PathLike | None = None,
    network: NetworkSettings | None = None,
    frames: SourceSettings | None = None,
    tracking: TrackSettings | None = None,
    second_pass: SecondPassSettings | None = None,
    drawing: OverlaySettings | None = None,
    keep_empty: bool = True,
    uncertainty: bool = False,
    resume: bool = False,
    overwrite: bool = False,
    progress: Callable[[Summary], None] = lambda _: None,
    notify: Notify = ignore,
) -> Result:
    """Find the people in every frame of a video; write their joints, and draw them if asked.

    Rows are written to a partial file beside each output, which takes the output's name at the end. A live source
    ends by Ctrl-C or `frames.stop`.

    Args:
        source: A video file; a folder or glob of images; a camera (`camera:0`) or a stream (rtsp://, http://).
        outputs: The file of keypoints, or several; formats go by the names. A mapping gives path by format.
        overlay: Where a video with the people drawn goes (.mp4, .mov, .mkv); None: none is drawn.
        model: Weights by name, a checkpoint file or the folder of a run: short for `network.model`.
        network: Which network runs, where and how, and whom it finds.
        frames: Which frames are looked at, and which way up.
        tracking: Who is who through the video.
        second_pass: What is done once the last frame was seen.
        drawing: What is drawn over a frame of `overlay`.
        keep_empty: Keep a row for frames without people.
        uncertainty: Also how sure each joint's place is, in csv and jsonl.
        resume: Go on where an interrupted run of the same arguments ended; nothing is done where it is finished.
        overwrite: Replace outputs that exist.
        progress: Is given the counts after each batch; what it raises ends the run.
        notify: Is given lines about the source while it runs, from any thread.

    Returns:
        Counts, and notes that a user should read.

    Raises:
        SettingError: Something asked for makes no sense.
        MissingError: The source, the weights or the device is not there.
        UnreadableError: What is there is no video, or no weights.
        OutputExistsError: An output is there already, and neither `overwrite` nor `resume`.
        BusyError: Another run writes one of the outputs.
        ResumeError: An interrupted run is there, and neither `resume` nor `overwrite`; or it had other settings.

    >>> result = process_video(clip, folder / "people.csv", overlay=folder / "people.mp4")
    >>> result.summary.frames
    12
    >>> process_video(clip, folder / "people.csv")
    Traceback (most recent call last):
        ...
    swahr.errors.OutputExistsError: ...people.csv exists; choose another name, or overwrite=True
    >>> again = process_video(clip, {"csv": folder / "people.csv", "coco": folder / "people.json"}, overwrite=True)
    >>> sorted(path.name for path in folder.iterdir())
    ['people.csv', 'people.json', 'people.mp4']
    """
    settings = network or NetworkSettings()
    job = VideoJob(
        os.fspath(source),
        _named(os.fspath(source), outputs),
        None if overlay is None else Path(overlay),
        settings if model is None else settings.changed(model=os.fspath(model)),
        frames or SourceSettings(),
        tracking or TrackSettings(),
        second_pass or SecondPassSettings(),
        OutputSettings(keep_empty=keep_empty, uncertainty=uncertainty, overwrite=overwrite),
        drawing or OverlaySettings(),
        resume=resume,
    )
    watcher = Watcher(progress=progress, notify=notify)
    return process(job, lambda network: PoseEstimator.from_pretrained(settings=network), watcher)


def _named(
    source: str, outputs: PathLike | Sequence[PathLike] | Mapping[str, PathLike]
) -> tuple[tuple[str, Path], ...]:
    """Return format and path of each output."""
    if isinstance(outputs, Mapping):
        named = [pair for name, path in outputs.items() for pair in outputs_of(source, Path(path), (name,))]
    else:
        paths = [outputs] if isinstance(outputs, str | os.PathLike) else outputs
        named = [pair for path in paths for pair in outputs_of(source, Path(path), None)]
    if not named:
        raise SettingError("outputs is empty; expected at least one file of keypoints")
    return tuple(named)
