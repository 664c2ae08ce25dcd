"""Memory over a long video: one hour of 720p by looping, or a part of it, which is extended to the hour.

    python -m benchmarks.pipeline_memory [--frames 2500 | --hour] [--input-size 96]

What is measured is `swahr video` itself, from reading to tracking, writing and the journal, with an input so small that
the network is no burden: what it needs does not depend on how long the video is. The growth is that of the resident
set from a tenth of the way, when all is warm, to the end.
"""

import argparse
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from benchmarks.timing import show
from swahr._util.memory import keep_freed_memory
from swahr.config import (
    NetworkSettings,
    TrackSettings,
)
from swahr.demo.clip import write_clip
from swahr.inference.estimator import PoseEstimator
from swahr.run.job import VideoJob
from swahr.run.names import outputs_of
from swahr.run.pipeline import Summary
from swahr.run.process import process
from swahr.run.watcher import Watcher

RATE = 30
HOUR = 3600 * RATE
LIMIT_MB = 300
WARM_PART = 0.1


def run(frames: int = 2500, input_size: int = 96) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        video = Path(folder) / "long.mp4"
        _loop(Path(folder), video, frames)
        job = VideoJob(
            str(video),
            outputs_of(str(video), Path(folder) / "out.csv", ("csv", "jsonl")),
            network=NetworkSettings(input_size=input_size),
            tracking=TrackSettings(smooth=True),
        )
        sizes: list[tuple[int, float]] = []
        done = [0]

        def progress(summary: Summary) -> None:
            done[0] = summary.frames

        over = threading.Event()

        def sample() -> None:
            while not over.wait(0.2):
                sizes.append((done[0], _resident_mb()))

        sampler = threading.Thread(target=sample)
        sampler.start()
        started = time.monotonic()
        try:
            result = process(
                job,
                lambda network: PoseEstimator.from_pretrained(settings=network),
                Watcher(progress=progress),
            )
        finally:
            over.set()
            sampler.join()
        seconds = time.monotonic() - started
    count = result.summary.frames
    warm = [(frame, size) for frame, size in sizes if frame >= WARM_PART * count]
    first, last = (
        max(size for _, size in warm[: len(warm) // 4]),
        max(size for _, size in warm[-len(warm) // 4 :]),
    )
    growth = last - first
    extended = growth * HOUR / max(1, count - warm[0][0])
    show(
        f"Memory over {count} frames of 1280 x 720, {count / RATE:.0f} s of video, {count / seconds:.0f} frames/s",
        ["resident", "MB"],
        [
            ["largest, early", f"{first:.0f}"],
            ["largest, late", f"{last:.0f}"],
            ["growth", f"{growth:.1f}"],
            [f"growth in an hour of {RATE}/s (limit {LIMIT_MB})", f"{extended:.0f}"],
        ],
    )


def _loop(folder: Path, video: Path, frames: int) -> None:
    """Write a video of so many frames: the demo's clip at 720p, again and again, without encoding it again."""
    clip, turn = folder / "clip.mp4", folder / "turn.mp4"
    write_clip(clip)
    scale = ["-vf", f"scale=1280:720,fps={RATE}", "-c:v", "libx264", "-preset", "veryfast"]
    ffmpeg = ["ffmpeg", "-nostdin", "-y", "-loglevel", "error"]
    subprocess.run([*ffmpeg, "-i", clip, *scale, turn], check=True)
    loop = ["-stream_loop", "-1", "-i", str(turn), "-c", "copy", "-t", f"{frames / RATE:.3f}", str(video)]
    subprocess.run([*ffmpeg, *loop], check=True)


def _resident_mb() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise OSError("/proc/self/status has no VmRSS")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--frames", type=int, default=2500)
    parser.add_argument("--hour", action="store_true", help=f"all {HOUR} frames")
    parser.add_argument("--input-size", type=int, default=96)
    given = parser.parse_args()
    keep_freed_memory()  # as the command does
    run(HOUR if given.hour else given.frames, given.input_size)
