"""What `swahr video --estimate` says of a folder of videos."""

from collections.abc import Sequence

from swahr._util.text import counted
from swahr.commands.network import make_estimator
from swahr.commands.progress import say
from swahr.config import FolderSettings
from swahr.run.batch.estimate import Estimate, estimate
from swahr.run.job import VideoJob

MOST = (1, 2, 4, 8, 16, 64)


def say_estimate(jobs: Sequence[VideoJob], folder: FolderSettings) -> None:
    """Look at some frames of what is left to do, and say what all of it takes."""
    if not jobs:
        return
    found = estimate(jobs, lambda job: make_estimator(job.network))
    for line in worded(found, _workers(folder)):
        say(line)


def _workers(folder: FolderSettings) -> tuple[int, ...]:
    """Return for how many workers it is said."""
    if folder.workers is not None:
        return (folder.workers,)
    if folder.cluster is not None:
        from swahr.run.batch.cluster import Cluster

        with Cluster(folder.cluster) as cluster:
            return (cluster.workers,)
    return MOST


def worded(found: Estimate, workers: Sequence[int]) -> list[str]:
    r"""Return an estimate in lines.

    >>> print("\n".join(worded(Estimate(200, 100.0, 9e6, 25.0, 1500.0, 192, 0), (1, 10))))
    200 videos, 100 hours, 9000000 frames
    measured: 25.0 frames/s by one worker, 1500 bytes per frame, over 192 frames
    disk: 13.5 GB
    1 worker: 100 hours
    10 workers like this one, each with a machine or GPU of its own: 10 hours
    """
    lines = [
        f"{counted(found.videos, 'video')}, {found.hours:.4g} hours, {found.frames:.0f} frames",
        f"measured: {found.frames_per_second:.1f} frames/s by one worker, {found.bytes_per_frame:.0f} bytes per "
        f"frame, over {counted(found.measured, 'frame')}",
        f"disk: {found.gigabytes:.3g} GB",
    ]
    if found.unreadable:
        lines.append(f"{counted(found.unreadable, 'video')} cannot be read, of those that were looked into")
    for number in workers:
        each = "" if number == 1 else " like this one, each with a machine or GPU of its own"
        lines.append(f"{counted(number, 'worker')}{each}: {found.hours_with(number):.3g} hours")
    return lines
