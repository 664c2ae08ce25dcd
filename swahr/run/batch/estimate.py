"""How long an archive will take, and how much disk, by a look at some of its frames."""

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from swahr.errors import SwahrError
from swahr.formats import find_format
from swahr.inference.estimator import PoseEstimator
from swahr.run.job import VideoJob
from swahr.run.pipeline import Summary
from swahr.run.process import process
from swahr.run.watcher import Watcher
from swahr.video.sources import open_source

LOOKED_INTO = 200  # headers that are read; the rest is taken to be like these
MEASURED = 3  # videos of which frames are looked at
FRAMES = 64  # of each
HOUR_S = 3600.0


@dataclass(frozen=True)
class Estimate:
    """What is expected of some videos.

    videos: how many. hours: of video. frames: that are looked at. frames_per_second: of one worker, measured.
    bytes_per_frame: of all outputs. measured: frames that were looked at for it. unreadable: videos whose headers
    cannot be read, among those that were looked into.
    """

    videos: int
    hours: float
    frames: float
    frames_per_second: float
    bytes_per_frame: float
    measured: int
    unreadable: int

    def hours_with(self, workers: int) -> float:
        """Return how many hours so many workers take, each on a machine or GPU like this one.

        >>> Estimate(1, 10.0, 900_000.0, 25.0, 100.0, 64, 0).hours_with(5)
        2.0
        """
        return self.frames / self.frames_per_second / workers / HOUR_S

    @property
    def gigabytes(self) -> float:
        """Disk that the outputs take."""
        return self.frames * self.bytes_per_frame / 1e9


def estimate(jobs: Sequence[VideoJob], make_estimator: Callable[[VideoJob], PoseEstimator]) -> Estimate:
    """Look into some videos, and at some frames of a few.

    Args:
        jobs: What is to be done, at least one.
        make_estimator: Makes the network.

    Raises:
        SwahrError: None of them can be read.
    """
    some = (
        [jobs[at * len(jobs) // LOOKED_INTO] for at in range(LOOKED_INTO)]
        if len(jobs) > LOOKED_INTO
        else jobs
    )
    frames = seconds = 0.0
    readable: list[VideoJob] = []
    error: SwahrError | None = None
    for job in some:
        try:
            with open_source(job.source, job.frames) as source:
                rate = source.frame_rate * job.frames.every
                frames += source.estimated_frames or 0
                seconds += (source.estimated_frames or 0) * job.frames.every / rate
        except SwahrError as unreadable:
            error = unreadable
        else:
            readable.append(job)
    if not readable:
        assert error is not None
        raise error
    share = len(jobs) / len(some)
    network = make_estimator(readable[0])
    count, took_s, size = 0, 0.0, 0
    for at in range(min(MEASURED, len(readable))):
        measured = _measure(readable[at * len(readable) // min(MEASURED, len(readable))], network)
        count, took_s, size = count + measured[0], took_s + measured[1], size + measured[2]
    return Estimate(
        len(jobs),
        seconds * share / HOUR_S,
        frames * share,
        count / max(took_s, 1e-9),
        size / max(count, 1),
        count,
        len(some) - len(readable),
    )


def _measure(job: VideoJob, network: PoseEstimator) -> tuple[int, float, int]:
    """Return how many frames were looked at, in how many seconds, and the bytes of their outputs."""
    stamps: list[tuple[int, float]] = []
    with open_source(job.source, job.frames) as source:
        rate = source.frame_rate * job.frames.every
    start_s = job.frames.start
    stop_s = start_s + FRAMES * job.frames.every / rate
    if job.frames.stop is not None:
        stop_s = min(stop_s, job.frames.stop)

    def note(summary: Summary) -> None:
        stamps.append((summary.frames, time.monotonic()))

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        outputs = tuple((form, folder / f"out{find_format(form).suffix}") for form, _ in job.outputs)
        overlay = None if job.overlay is None else folder / f"out{job.overlay.suffix}"
        part = replace(
            job, outputs=outputs, overlay=overlay, frames=job.frames.changed(stop=stop_s), resume=False
        )
        started = time.monotonic()
        process(part, lambda _: network, Watcher(progress=note))
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    # The first batch waits for what is set up once.
    first = stamps[0] if len(stamps) > 1 else (0, started)
    return stamps[-1][0] - first[0], stamps[-1][1] - first[1], round(size * (1 - first[0] / stamps[-1][0]))
