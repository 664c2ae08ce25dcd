"""What a drawn video costs: a run with one beside the run without.

`python -m benchmarks.overlay CLIP` takes a clip of your own.
"""

import argparse
import tempfile
import time
from pathlib import Path
from statistics import median
from unittest.mock import patch

from benchmarks.timing import show
from swahr.config import NetworkSettings
from swahr.demo.clip import write_clip
from swahr.formats import read
from swahr.inference.estimator import PoseEstimator
from swahr.overlay import draw_overlay
from swahr.run.job import VideoJob
from swahr.run.process import process
from swahr.video.encoders import MANY_CORES, choose_encoder
from swahr.video.sources import open_source
from swahr.video.writer import VideoWriter

ROUNDS = 3
# What the people of a frame cost decides how much drawing them adds: as `swahr video` comes, and the least there is.
WAYS = {"as it comes": NetworkSettings(), "without the second look": NetworkSettings(refine="off")}


def run(clip: Path | None = None, rounds: int = ROUNDS) -> None:
    """Print the table: in turns, so that neither the machine nor what else it does counts."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if clip is None:
            write_clip(folder / "clip.mp4")
            clip = folder / "clip.mp4"
        rows = []
        for way, settings in WAYS.items():
            place = folder / way.replace(" ", "_")
            place.mkdir()
            elapsed, processor = _ratios(
                clip, PoseEstimator.from_pretrained(settings=settings), place, rounds
            )
            rows += [
                [f"time with / without, {way}", f"{elapsed:.2f}"],
                [
                    f"processor time likewise, which others on the machine touch less, {way}",
                    f"{processor:.2f}",
                ],
            ]
        size = (place / "0.mp4").stat().st_size / _size_of_better(place / "0.csv", clip, folder)
        rows.append(["size / that of x264's better search", f"{size:.2f}"])
    show(f"A drawn video, by {choose_encoder().codec}", ["", "ratio"], rows)


def _ratios(clip: Path, estimator: PoseEstimator, folder: Path, rounds: int) -> tuple[float, float]:
    """Return what drawing adds to the time that passes and to that of all cores, as parts of the same without it."""
    ratios = []
    for i in range(rounds):
        without, drawn = (
            _seconds(
                VideoJob(
                    str(clip), (("csv", folder / (f"{i}.csv" if overlay else f"alone{i}.csv")),), overlay
                ),
                estimator,
            )
            for overlay in (None, folder / f"{i}.mp4")
        )
        ratios.append([with_it / alone for with_it, alone in zip(drawn, without, strict=True)])
    elapsed, processor = (median(each) for each in zip(*ratios, strict=True))
    return elapsed, processor


def _seconds(job: VideoJob, estimator: PoseEstimator) -> tuple[float, float]:
    """Return the seconds that passed, and those of all cores."""
    start, used = time.perf_counter(), time.process_time()
    process(job, lambda _: estimator)
    return time.perf_counter() - start, time.process_time() - used


def _size_of_better(keypoints: Path, clip: Path, folder: Path) -> int:
    """Return the bytes of the same drawn video by the encoder of machines with many cores."""
    people = {frame.frame_index: frame.poses for frame in read(keypoints)}
    path = folder / "better.mp4"
    with patch("os.cpu_count", lambda: MANY_CORES), open_source(str(clip)) as source:
        video = VideoWriter(path, source.width, source.height, source.frame_rate, encoder="x264")
        with video:
            for frame in source:
                if frame.image is not None:
                    video.write(draw_overlay(frame.image, people[frame.index]), frame.time_s)
    return path.stat().st_size


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clip", nargs="?", type=Path)
    run(parser.parse_args().clip)
