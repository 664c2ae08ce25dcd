"""Ids: how well they stay with people, by the metrics of motmetrics, and what they cost.

`python -m benchmarks.tracking --norfair PYTHON` measures norfair beside, run by an interpreter that has it (it asks
for an older numpy than the rest).
"""

import argparse
import json
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import motmetrics
import numpy as np
import numpy.typing as npt

from benchmarks.films import FILMS, crowd
from benchmarks.timing import show
from benchmarks.walkers import Shot, film_shots
from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17
from swahr.tracking import OneEuro, PoseTracker

Ids = list[npt.NDArray[np.int64]]
SEEDS = (0, 1, 2)
MIN_SIMILARITY = 0.5  # to be the person of the truth
SUMS = (
    "num_matches",
    "num_switches",
    "num_misses",
    "num_false_positives",
    "num_objects",
    "idtp",
    "idfp",
    "idfn",
)


def run(norfair: str | None = None) -> None:
    """Print the tables."""
    ways: list[tuple[str, Callable[[list[Shot]], Ids]]] = [
        ("swahr", lambda shots: _track(shots, True)),
        ("swahr, poses alone", lambda shots: _track(shots, False)),
        ("by order in the frame", lambda shots: [np.arange(len(shot.found)) for shot in shots]),
    ]
    if norfair is not None:
        ways.insert(2, ("norfair, tuned", lambda shots: _track_by_norfair(shots, norfair)))
    rows = []
    totals: dict[str, dict[str, float]] = {name: dict.fromkeys(SUMS, 0.0) for name, _ in ways}
    for make in FILMS:
        sums = {name: dict.fromkeys(SUMS, 0.0) for name, _ in ways}
        for seed in SEEDS:
            film = make(seed)
            shots = list(film_shots(film, seed))
            for name, track in ways:
                for key, value in _measure(shots, track(shots)).items():
                    sums[name][key] += value
                    totals[name][key] += value
        rows += [_row(film.name, name, sums[name]) for name, _ in ways]
    rows += [_row("all", name, totals[name]) for name, _ in ways]
    show(f"Ids on {len(SEEDS)} films of each kind", ["film", "ids by", "IDF1", "MOTA", "switches"], rows)
    show(
        "Processor time per frame, 30 people, 960 x 540, one thread",
        ["stage", "median ms", "slowest in 20 ms"],
        _times(),
    )


def _row(film: str, name: str, sums: dict[str, float]) -> list[str]:
    idf1 = 2 * sums["idtp"] / (2 * sums["idtp"] + sums["idfp"] + sums["idfn"])
    errors = sums["num_misses"] + sums["num_false_positives"] + sums["num_switches"]
    mota = 1 - errors / sums["num_objects"]
    return [film, name, f"{idf1:.3f}", f"{mota:.3f}", f"{sums['num_switches']:.0f}"]


def _track(shots: list[Shot], with_image: bool) -> Ids:
    tracker = PoseTracker(COCO_17)
    return [
        np.asarray(tracker(shot.found, shot.time_s, shot.image if with_image else None).ids, np.int64)
        for shot in shots
    ]


def _track_by_norfair(shots: list[Shot], python: str) -> Ids:
    """Run benchmarks/norfair_ids.py, which has no part of this project in it."""
    frames = [np.where(np.isnan(shot.found.keypoints), -1, shot.found.keypoints).tolist() for shot in shots]
    rate = round(1 / (shots[1].time_s - shots[0].time_s))
    with tempfile.TemporaryDirectory() as folder:
        given, taken = Path(folder) / "people.json", Path(folder) / "ids.json"
        given.write_text(json.dumps({"frame_rate": rate, "frames": frames}))
        script = Path(__file__).with_name("norfair_ids.py")
        subprocess.run([python, str(script), str(given), str(taken)], check=True, timeout=300)
        return [np.asarray(ids, np.int64) for ids in json.loads(taken.read_text())]


def _measure(shots: list[Shot], ids: Ids) -> dict[str, float]:
    """Count as CLEAR MOT and IDF1 do. An id below 0 is a person whom nobody followed: left out, as trackers do."""
    accumulator = motmetrics.MOTAccumulator(auto_id=True)
    for shot, given in zip(shots, ids, strict=True):
        followed = np.flatnonzero(given >= 0)
        distance = 1 - _similarity(shot, shot.found)[:, followed]
        distance[distance > 1 - MIN_SIMILARITY] = np.nan
        accumulator.update(shot.ids.tolist(), given[followed].tolist(), distance)
    summary = motmetrics.metrics.create().compute(accumulator, metrics=list(SUMS), name="film")
    return {key: float(summary.loc["film", key]) for key in SUMS}


def _similarity(shot: Shot, found: Poses) -> npt.NDArray[np.float64]:
    """Return COCO's object keypoint similarity [truth, found] over the joints that were found."""
    points = found.keypoints[None, :, :, :2].astype(np.float64)
    apart = ((shot.joints[:, None] - points) ** 2).sum(axis=3)
    sides = shot.joints.max(axis=1, initial=0) - shot.joints.min(axis=1, initial=1e9)
    area = 0.53 * sides.prod(axis=1)
    alike = np.exp(-apart / (2 * area[:, None, None] * (2 * np.asarray(COCO_17.sigmas)) ** 2))
    there = np.isfinite(apart)
    result: npt.NDArray[np.float64] = np.where(there, alike, 0).sum(axis=2) / np.maximum(there.sum(axis=2), 1)
    return result


def _times() -> list[list[str]]:
    import time

    import cv2

    cv2.setNumThreads(1)
    shots = list(film_shots(crowd(people=30), 0))[:120]
    rows = []
    for name, with_image in (("ids, with the image", True), ("ids, poses alone", False)):
        tracker, filtered = PoseTracker(COCO_17), OneEuro(COCO_17)
        ids_ms, smooth_ms = [], []
        for shot in shots:
            start = time.thread_time()
            people = tracker(shot.found, shot.time_s, shot.image if with_image else None)
            middle = time.thread_time()
            filtered(people, shot.time_s)
            ids_ms.append(1e3 * (middle - start))
            smooth_ms.append(1e3 * (time.thread_time() - middle))
        rows.append([name, f"{np.median(ids_ms):.2f}", f"{np.quantile(ids_ms, 0.95):.2f}"])
    rows.append(["One-Euro", f"{np.median(smooth_ms):.2f}", f"{np.quantile(smooth_ms, 0.95):.2f}"])
    return rows


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--norfair", metavar="PYTHON", help="an interpreter with norfair")
    run(parser.parse_args().norfair)
