"""What a drawn video costs: a run with one beside the run without.

`python -m benchmarks.overlay CLIP` takes a clip of your own.
"""

import argparse
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.timing import show
from swahr.config import NetworkSettings
from swahr.demo.clip import write_clip
from swahr.inference.estimator import PoseEstimator
from swahr.run.job import VideoJob
from swahr.run.process import process
from swahr.video.encoders import choose_encoder

ROUNDS = 3


def run(clip: Path | None = None, rounds: int = ROUNDS) -> None:
    """Print the table: in turns, so that neither the machine nor what else it does counts."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if clip is None:
            write_clip(folder / "clip.mp4")
            clip = folder / "clip.mp4"
        estimator = PoseEstimator.from_pretrained(settings=NetworkSettings(refine="off"))
        ratios = []
        for i in range(rounds):
            without, drawn = (
                _seconds(VideoJob(str(clip), (("csv", folder / f"{kind}{i}.csv"),), overlay), estimator)
                for kind, overlay in (("without", None), ("with", folder / f"{i}.mp4"))
            )
            ratios.append(drawn / without)
    show(
        f"A drawn video, by {choose_encoder().codec}",
        ["", "ratio"],
        [["time with / without", f"{median(ratios):.2f}"]],
    )


def _seconds(job: VideoJob, estimator: PoseEstimator) -> float:
    start = time.perf_counter()
    process(job, lambda _: estimator)
    return time.perf_counter() - start


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clip", nargs="?", type=Path)
    run(parser.parse_args().clip)
