"""The run of a folder of videos for Python programs."""

import os
from collections.abc import Sequence
from pathlib import Path

from swahr.config import (
    NetworkSettings,
    OutputSettings,
    OverlaySettings,
    SecondPassSettings,
    SourceSettings,
    TrackSettings,
)
from swahr.run.batch.many import run_many, unfinished
from swahr.run.batch.plan import plan
from swahr.run.batch.runner import Outcome, Runner
from swahr.run.batch.scheduler import BatchWatcher
from swahr.run.job import VideoJob
from swahr.run.names import outputs_of
from swahr.run.watcher import Watcher


def process_folder(
    folder: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    formats: Sequence[str] = ("csv",),
    overlays: str | os.PathLike[str] | None = None,
    network: NetworkSettings | None = None,
    frames: SourceSettings | None = None,
    tracking: TrackSettings | None = None,
    second_pass: SecondPassSettings | None = None,
    drawing: OverlaySettings | None = None,
    keep_empty: bool = True,
    uncertainty: bool = False,
    overwrite: bool = False,
    workers: int | None = None,
    cluster: str | None = None,
    watcher: BatchWatcher | None = None,
) -> list[Outcome]:
    """Process the videos of a folder and of those in it; what is finished is skipped, what was interrupted goes on.

    Formats that are asked for beside finished ones are made of these.

    Args:
        folder: Where the videos are.
        out: Where the keypoints go, in folders as those of `folder`; made where it is not there.
        formats: Of the keypoints.
        overlays: Where videos with the people drawn go; None: none are drawn.
        network: Which network runs, where and how, and whom it finds.
        frames: Which frames are looked at, and which way up.
        tracking: Who is who through a video.
        second_pass: What is done once the last frame of a video was seen.
        drawing: What is drawn over a frame of `overlays`.
        keep_empty: Keep a row for frames without people.
        uncertainty: Also how sure each joint's place is, in csv and jsonl.
        overwrite: Make everything anew.
        workers: Processes that work at once, each with a network of its own; 0: one per GPU. None: one video after
            the other in this process. A script that asks for processes keeps its own work under
            `if __name__ == "__main__":`, since they import it.
        cluster: Address of a Ray cluster, or `local`.
        watcher: Who wants to know.

    Returns:
        What became of each video that was not finished before, as they ended: its result, or the error.

    Raises:
        SwahrError: The folder holds no videos, or no worker can be started. What is wrong with one video is in its
            outcome; so is that it would have the outputs of another.

    >>> for outcome in process_folder(clip.parent, folder / "out"):
    ...     print(Path(outcome.job.source).name, outcome.error or outcome.result.summary.frames)
    clip.mp4 12
    >>> process_folder(clip.parent, folder / "out")
    []
    """
    like = VideoJob(
        os.fspath(folder),
        outputs_of(os.fspath(folder), None, tuple(formats)),
        None,
        network or NetworkSettings(),
        frames or SourceSettings(),
        tracking or TrackSettings(),
        second_pass or SecondPassSettings(),
        OutputSettings(keep_empty=keep_empty, uncertainty=uncertainty, overwrite=overwrite),
        drawing or OverlaySettings(),
        resume=not overwrite,
    )
    jobs, refused = plan(Path(folder), Path(out), like, None if overlays is None else Path(overlays))
    left = unfinished(jobs)
    if workers is not None or cluster is not None:
        outcomes = run_many(left, workers=workers or 0, cluster=cluster, watcher=watcher)
    else:
        outcomes = _here(left, watcher or BatchWatcher())
    return [*outcomes, *(Outcome(like, error=error) for error in refused)]


def _here(jobs: list[VideoJob], watcher: BatchWatcher) -> list[Outcome]:
    runner = Runner()
    outcomes: list[Outcome] = []
    for job in jobs:
        outcomes.append(runner.do(job, Watcher(progress=lambda summary: watcher.frames(summary.frames))))
        watcher.done(outcomes[-1])
    return outcomes
