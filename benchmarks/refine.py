"""`python -m benchmarks.refine`: what the second stage gains on labelled photos, by scores, and what it costs.

Thresholds are chosen on the photos of even numbers and reported on those of odd ones and on all. Times are ratios to
`refine="off"`, the modes by turns: on photos the process's with one thread; with `--only frames`, without photos, a
clock's with all threads, on a drawn picture of one person and one of two.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from statistics import median

import numpy as np
import torch

from benchmarks.peers.data import LABELS, dev_photos, require
from swahr import PoseEstimator
from swahr.inference.backends.picture import drawn_people
from swahr.inference.crop_network import THUNDER, make_crop_network
from swahr.inference.opening import open_network
from swahr.inference.refined import HANDED_ON, HANDED_ON_LIVE, MIN_SCORE
from swahr.inference.second_stage import SecondStage
from swahr.pose.poses import Poses
from swahr.video.images import Image, read_image
from swahr_training.config import DataSource
from swahr_training.data.labels import Photo
from swahr_training.data.sources import in_joints, read_labels
from swahr_training.evaluation.metrics import coco_results, judge, score

FRAMES = 10  # of a round
SHOWN = ("AP", "AP50", "AP75", "APm", "APl", "AR")
LIMITS = tuple(
    round(0.01 * hundredths, 2) for hundredths in (5, 8, 11, 14, 20, 25, 30, 35, 38, 40, 42, 45, 50)
)
HALVES: dict[str, Callable[[int], bool]] = {
    "even": lambda number: number % 2 == 0,
    "odd": lambda number: number % 2 == 1,
    "all": lambda _: True,
}


class Half:
    """A part of the labelled photos, with what was found on each."""

    def __init__(
        self, keep: Callable[[int], bool], photos: Sequence[Photo], truth: dict[str, list[dict[str, int]]]
    ) -> None:
        self.indices = [index for index, photo in enumerate(photos) if keep(photo.id)]
        self.photos = [photos[index] for index in self.indices]
        ids = {photo.id for photo in self.photos}
        self.truth = {
            **truth,
            "images": [image for image in truth["images"] if image["id"] in ids],
            "annotations": [each for each in truth["annotations"] if each["image_id"] in ids],
        }

    def precision(self, people: Sequence[Poses], min_score: float = 0.0) -> str:
        """Return COCO's figures of people from a score on."""
        results = [
            result
            for index, photo in zip(self.indices, self.photos, strict=True)
            for result in coco_results(people[index], photo.id)
            if result["score"] >= min_score
        ]
        figures = score(self.truth, results, people[0].skeleton.sigmas)
        return " | ".join(f"{figures[name]:.3f}" for name in SHOWN)

    def found(self, people: Sequence[Poses], min_score: float) -> tuple[int, int]:
        """Return how many labelled people are found from a score on, and how many ghosts there are."""
        judged = [judge(p, people[i], min_score) for i, p in zip(self.indices, self.photos, strict=True)]
        return sum(each.found for each in judged), sum(each.ghosts for each in judged)


def main() -> None:
    """Read the options and print what they ask for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.refine", description=__doc__)
    parser.add_argument("--model", default="default", help="a bundled name or a checkpoint")
    parser.add_argument("--backend", default="torch")
    parser.add_argument("--rounds", type=int, default=5, help="of the times")
    parser.add_argument("--photos", type=int, default=24, help="how many are timed")
    parser.add_argument("--only", choices=("gain", "cost", "frames"))
    given = parser.parse_args()
    if given.only == "frames":
        _frames(given.backend, given.rounds)
        return
    require(LABELS)
    torch.set_num_threads(1)
    if given.only != "cost":
        _gain(given.model, given.backend)
    if given.only != "gain":
        _cost(given.model, given.backend, given.photos, given.rounds)


def _gain(model: str, backend: str) -> None:
    first = PoseEstimator.from_pretrained(model, backend=backend, refine="off", min_score=HANDED_ON)
    labels = read_labels(DataSource(labels=str(LABELS)), "val", first.skeleton)
    assert labels is not None
    labels = in_joints(labels, first.skeleton)
    photos, truth = labels.photos, labels.as_coco()
    halves = {name: Half(keep, photos, truth) for name, keep in HALVES.items()}
    frames = [read_image(photo.path) for photo in photos]
    before = [first(frame) for frame in frames]
    shown_before = first.default_min_score
    kept = {limit: [_from(poses, limit) for poses in before] for limit in (HANDED_ON, 0.1, HANDED_ON_LIVE)}
    modes: dict[str, list[Poses]] = {"off": before}
    network = make_crop_network(THUNDER, first.settings, first.device)
    scorer = open_network(model).calibration.refined_scorer
    shown_after = MIN_SCORE if scorer is None else scorer.min_score
    for flip_test in (False, True):
        stage = SecondStage(network, flip_test=flip_test, scorer=scorer)
        for limit, people in kept.items():
            if flip_test and limit != HANDED_ON:
                continue
            name = f"best, from {limit}" + (", flip test" if flip_test else "")
            modes[name] = [stage([frame], [poses])[0] for frame, poses in zip(frames, people, strict=True)]
    print(f"| photos | mode | {' | '.join(SHOWN)} |\n| --- | --- |" + " ---: |" * len(SHOWN))
    for half_name, half in halves.items():
        for name, people in modes.items():
            print(f"| {half_name} | {name}, all candidates | {half.precision(people)} |")
            limit = shown_before if name == "off" else shown_after
            shown = half.precision(people, limit)
            print(f"| {half_name} | {name}, from {limit:.2f} as shown | {shown} |", flush=True)
    print("\nfound / ghosts by the score from which a person counts")
    for half_name, half in halves.items():
        people_there = sum(not person.ignored for photo in half.photos for person in photo.people)
        found, ghosts = half.found(before, shown_before)
        print(f"{half_name}: {people_there} people; off at {shown_before}: {found} / {ghosts}")
        for name, people in modes.items():
            if name != "off":
                print(
                    f"  {name}: "
                    + "  ".join(f"{t}: {f} / {g}" for t in LIMITS for f, g in [half.found(people, t)])
                )
    for limit, people in kept.items():
        print(f"crops per photo from {limit}: {np.mean([len(poses) for poses in people]):.2f}")


def _from(poses: Poses, limit: float) -> Poses:
    return poses[np.flatnonzero(poses.scores >= limit)]


def _cost(model: str, backend: str, count: int, rounds: int) -> None:
    frames = [read_image(photo.path) for photo in dev_photos()[:count]]
    estimators = {
        mode: PoseEstimator.from_pretrained(model, backend=backend, refine=mode, threads=1)
        for mode in ("off", "live", "best")
    }
    for estimator in estimators.values():
        _spent(estimator, frames[:2])
    spent: dict[str, list[float]] = {mode: [] for mode in estimators}
    for _ in range(rounds):
        for mode, estimator in estimators.items():
            spent[mode].append(_spent(estimator, frames))
    for mode, of_rounds in spent.items():
        ratio = median(mine / off for mine, off in zip(of_rounds, spent["off"], strict=True))
        print(f"{backend}, refine {mode}: {ratio:.2f} times off")


def _frames(backend: str, rounds: int) -> None:
    estimators = {
        mode: PoseEstimator.from_pretrained("default", backend=backend, refine=mode)
        for mode in ("off", "live", "best")
    }
    for count in (1, 2):
        frame = drawn_people(count)
        spent: dict[str, list[float]] = {mode: [] for mode in estimators}
        for number in range(rounds + 1):
            for mode, estimator in estimators.items():
                started = time.perf_counter()
                for _ in range(FRAMES):
                    estimator(frame)
                if number:  # the first round warms up
                    spent[mode].append(time.perf_counter() - started)
        for mode, of_rounds in spent.items():
            ratio = median(mine / off for mine, off in zip(of_rounds, spent["off"], strict=True))
            ms = 1e3 * min(of_rounds) / FRAMES
            print(
                f"{backend}, {count} drawn, refine {mode}: {ratio:.2f} times off, least {ms:.1f} ms",
                flush=True,
            )


def _spent(estimator: PoseEstimator, frames: Sequence[Image]) -> float:
    """Return the seconds of the process that frames take, one after the other."""
    started = time.process_time()
    for frame in frames:
        estimator(frame)
    return time.process_time() - started


if __name__ == "__main__":
    main()
