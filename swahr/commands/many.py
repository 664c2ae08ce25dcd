"""A folder of videos at the command line: one bar over all, and what failed at its end."""

import time
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from swahr._util.text import counted
from swahr.commands.estimate import say_estimate
from swahr.commands.progress import console, say
from swahr.commands.single import say_unused
from swahr.commands.wording import as_option
from swahr.config import FolderSettings
from swahr.errors import SwahrError
from swahr.run.batch.many import check_workers, run_many, unfinished
from swahr.run.batch.plan import plan
from swahr.run.batch.runner import Outcome
from swahr.run.batch.scheduler import BatchWatcher
from swahr.run.complete import made_from
from swahr.run.job import VideoJob


def do_all(source: Path, like: VideoJob, folder: FolderSettings, overlays: Path | None) -> None:
    """Do the videos of a folder; what is finished is skipped, what failed is reported.

    Raises SwahrError where a video failed, after all others are done.
    """
    assert folder.out is not None
    workers = folder.workers or 0
    check_workers(workers)
    started = time.monotonic()
    jobs, refused = plan(source, folder.out, like, overlays)
    waiting = unfinished(jobs)
    for line in there(jobs, waiting):
        say(line)
    if folder.estimate:
        say_estimate(waiting, folder)
        return
    if overlays is None:
        say_unused(like.drawing)
    outcomes = _run(waiting, folder.cluster, workers) if waiting else []
    for outcome in outcomes:
        for note in outcome.result.notes if outcome.result is not None else ():
            say(f"swahr: warning: {note.worded(as_option)}")
    failed = [*(outcome.error for outcome in outcomes if outcome.error is not None), *refused]
    done = [outcome.result.summary for outcome in outcomes if outcome.result is not None]
    seconds = time.monotonic() - started
    frames = sum(summary.frames for summary in done)
    if waiting:
        say(
            f"{counted(len(done), 'video')}, {counted(frames, 'frame')}; {seconds:.1f} s, "
            f"{frames / max(seconds, 1e-9):.1f} frames/s"
        )
    say(f"keypoints: {folder.out}")
    for error in failed:
        say(f"failed: {error.worded(as_option)}")
    if failed:
        raise SwahrError(
            f"{len(failed)} of {counted(len(jobs) + len(refused), 'video')} failed; the same command tries them again "
            "and skips the others"
        )


def there(jobs: list[VideoJob], waiting: list[VideoJob]) -> list[str]:
    """Return what is there of an earlier run, in lines."""
    lines = []
    if len(waiting) < len(jobs):
        lines.append(f"{len(jobs) - len(waiting)} of {counted(len(jobs), 'video')} finished already")
    begun = [job for job in waiting if job.begun() and not job.rows.overwrite]
    if begun:
        lines.append(f"{counted(len(begun), 'video')} interrupted; they go on")
    lacking: dict[str, int] = {}
    for job in waiting:
        if made_from(job) is not None and not job.begun() and not job.rows.overwrite:
            names = [name for name, path in job.outputs if not path.exists()]
            names += ["the overlay"] if job.overlay is not None and not job.overlay.exists() else []
            what = ", ".join(names)
            lacking[what] = lacking.get(what, 0) + 1
    for what, count in lacking.items():
        lines.append(
            f"{counted(count, 'video')} finished but for {what}, which is made of the keypoints there"
        )
    return lines


def _run(jobs: list[VideoJob], cluster: str | None, workers: int) -> list[Outcome]:
    progress = Progress(
        TextColumn("videos"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[frames]} frames"),
        console=console,
    )
    bar = progress.add_task("videos", total=len(jobs), frames=0)
    finished_frames = 0

    def done(outcome: Outcome) -> None:
        nonlocal finished_frames
        finished_frames += 0 if outcome.result is None else outcome.result.summary.frames
        progress.update(bar, advance=1, frames=finished_frames)

    watcher = BatchWatcher(
        done=done,
        frames=lambda frames: progress.update(bar, frames=finished_frames + frames),
        lost=lambda job, reason: say(f"swahr: {reason}; {job.source} goes on with another"),
    )
    with progress:
        return run_many(jobs, workers=workers, cluster=cluster, watcher=watcher)
