"""`python -m benchmarks.tiles`: what tiles gain on labelled photos and in a clip, and what they cost.

Photos of even and odd numbers stand apart. Times are the process's, with one thread, as ratios to `tiles="off"`.
"""

import argparse
import time
from itertools import islice
from pathlib import Path

import numpy as np
import torch

from benchmarks.peers.data import LABELS, require
from benchmarks.refine import HALVES, SHOWN, Half
from swahr import PoseEstimator
from swahr.inference.refined import HANDED_ON, MIN_SCORE
from swahr.video import open_source
from swahr.video.images import Image, read_image
from swahr_training.config import DataSource
from swahr_training.data.sources import in_joints, read_labels

MODES = ("off", "2", "3", "auto")
SMALL = 150  # pixels from the highest joint to the lowest


def main() -> None:
    """Read the options and print what they ask for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tiles", description=__doc__)
    parser.add_argument("--backend", default="onnxruntime")
    parser.add_argument("--modes", nargs="*", default=MODES)
    parser.add_argument("--clip", type=Path, help="a clip whose people are counted; without it, the photos")
    parser.add_argument("--every", type=int, default=32, help="of the clip's frames")
    given = parser.parse_args()
    torch.set_num_threads(1)
    if given.clip is None:
        _photos(given.backend, given.modes)
    else:
        _clip(given.clip, given.every, given.backend, given.modes)


def _photos(backend: str, modes: list[str]) -> None:
    require(LABELS)
    spent: dict[str, float] = {}
    print(f"| photos | tiles | {' | '.join(SHOWN)} | found / ghosts |\n| --- | --- |" + " ---: |" * 7)
    for mode in modes:
        estimator = _estimator(backend, mode, min_score=HANDED_ON)
        labels = read_labels(DataSource(labels=str(LABELS)), "val", estimator.skeleton)
        assert labels is not None
        labels = in_joints(labels, estimator.skeleton)
        frames = [read_image(photo.path) for photo in labels.photos]
        started = time.process_time()
        people = [estimator(frame) for frame in frames]
        spent[mode] = time.process_time() - started
        for name, keep in HALVES.items():
            half = Half(keep, labels.photos, labels.as_coco())
            found, ghosts = half.found(people, MIN_SCORE)
            print(f"| {name} | {mode} | {half.precision(people)} | {found} / {ghosts} |", flush=True)
    _print_cost(spent)


def _clip(path: Path, every: int, backend: str, modes: list[str]) -> None:
    with open_source(str(path)) as source:
        frames: list[Image] = [f.image for f in islice(source, 0, None, every) if f.image is not None]
    spent: dict[str, float] = {}
    print(f"| tiles | people per frame | lower than {SMALL} pixels |\n| --- | ---: | ---: |")
    for mode in modes:
        estimator = _estimator(backend, mode)
        started = time.process_time()
        people = [estimator(frame) for frame in frames]
        spent[mode] = time.process_time() - started
        heights = [np.ptp(person.keypoints[person.found, 1]) for poses in people for person in poses]
        small = sum(height < SMALL for height in heights)
        print(f"| {mode} | {len(heights) / len(frames):.2f} | {small / len(frames):.2f} |", flush=True)
    _print_cost(spent)


def _estimator(backend: str, mode: str, **options: float) -> PoseEstimator:
    settings = {"device": "cpu", "backend": backend, "refine": "best", "tiles": mode, "threads": 1, **options}
    estimator = PoseEstimator.from_pretrained("default", **settings)
    estimator(np.zeros((64, 64, 3), np.uint8))
    return estimator


def _print_cost(spent: dict[str, float]) -> None:
    first = next(iter(spent.values()))
    print("time: " + ", ".join(f"{mode} {seconds / first:.1f}" for mode, seconds in spent.items()))


if __name__ == "__main__":
    main()
