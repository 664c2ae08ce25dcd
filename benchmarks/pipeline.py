"""The pipeline beside its stages: how much of the network's own speed is left with everything around it.

    python -m benchmarks.pipeline [--frames 96] [--batch 4] [VIDEO]

Each stage is timed alone on the same frames; the pipeline should reach at least 90 % of the slowest one.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.timing import show
from swahr.demo.clip import write_clip
from swahr.formats import open_writer
from swahr.inference.estimator import PoseEstimator
from swahr.pose.poses import Poses
from swahr.run.frames import infer_frames
from swahr.run.pipeline import Stages
from swahr.run.pipeline import run as run_pipeline
from swahr.tracking import PoseTracker
from swahr.video import Frame, VideoFile

ROUNDS = 3


def run(video: Path | None = None, frames: int = 96, batch: int = 4) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        if video is None:
            video = Path(folder) / "clip.mp4"
            write_clip(video)
        _measure(video, Path(folder), frames, batch)


def _measure(video: Path, folder: Path, count: int, batch: int) -> None:
    estimator = PoseEstimator.from_pretrained("default", batch_size=batch, refine="off")
    with VideoFile(video) as source:
        size = (source.width, source.height)
        rate = source.frame_rate
        frames = list(islice(source, count))
    frames = [frame for frame in frames if frame.image is not None]
    count = len(frames)
    batches = [frames[start : start + batch] for start in range(0, count, batch)]
    images = [[frame.image for frame in part if frame.image is not None] for part in batches]
    estimator.infer(images[0])  # what the first call alone costs
    inferred = [estimator.infer(part) for part in images]
    poses = [people for part in inferred for people in estimator.parse(part)]

    def read() -> None:
        with VideoFile(video) as source:
            for _ in islice(source, count):
                pass

    def track() -> list[Poses]:
        tracker = PoseTracker(estimator.skeleton)
        return [
            tracker(people, frame.time_s, frame.image) for frame, people in zip(frames, poses, strict=True)
        ]

    def write() -> None:
        with _rows(folder, estimator, rate, size) as rows:
            for frame, people in zip(frames, poses, strict=True):
                rows.write(frame.index, frame.time_s, people)

    def pipeline() -> None:
        with VideoFile(video) as source, _rows(folder, estimator, rate, size) as rows:

            def write_frame(frame: Frame, people: Poses | None) -> None:
                rows.write(frame.index, frame.time_s, people)

            tracker = PoseTracker(estimator.skeleton)
            stages = Stages(partial(infer_frames, estimator), estimator.parse, write_frame, tracker)
            run_pipeline(islice(source, count), stages, batch_size=batch)

    works: dict[str, Callable[[], Any]] = {
        "read": read,
        "infer": lambda: [estimator.infer(part) for part in images],
        "parse": lambda: [estimator.parse(part) for part in inferred],
        "track": track,
        "write": write,
        "pipeline": pipeline,
    }
    best = dict.fromkeys(works, (float("inf"), float("inf")))
    for _ in range(ROUNDS):  # in turn, so that what else the machine does falls on all
        for name, work in works.items():
            started, worked = time.perf_counter(), time.process_time()
            work()
            took = (time.perf_counter() - started, time.process_time() - worked)
            best[name] = (min(best[name][0], took[0]), min(best[name][1], took[1]))
    slowest = max((name for name in works if name != "pipeline"), key=lambda name: best[name][0])
    show(
        f"{count} frames of {size[0]} x {size[1]}, {sum(map(len, poses)) / count:.1f} people per frame, "
        f"batches of {batch}, least of {ROUNDS} rounds",
        ["stage", "ms per frame", "frames/s", f"of {slowest} alone", "CPU ms per frame"],
        [
            [
                name,
                f"{1e3 * seconds / count:.2f}",
                f"{count / seconds:.1f}",
                f"{best[slowest][0] / seconds:.0%}" if name == "pipeline" else "",
                f"{1e3 * cpu_seconds / count:.2f}",
            ]
            for name, (seconds, cpu_seconds) in best.items()
        ],
    )


def _rows(folder: Path, estimator: PoseEstimator, rate: float, size: tuple[int, int]) -> Any:
    return open_writer("csv", folder / "out.csv", estimator.skeleton, frame_rate=rate, size_wh=size)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("video", nargs="?", type=Path)
    parser.add_argument("--frames", type=int, default=96)
    parser.add_argument("--batch", type=int, default=4)
    given = parser.parse_args()
    run(given.video, given.frames, given.batch)
