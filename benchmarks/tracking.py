"""Ids: how well they stay with people, by the metrics of TrackEval, and what they cost.

`python -m benchmarks.tracking --peers PYTHON` measures norfair and the ByteTrack of the package `trackers` beside, run
by an interpreter that has them. `--seeds 10,11,12` takes other films than those that the tracker was tuned on.
"""

import argparse
import json
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.films import FILMS, crowd
from benchmarks.ids_metrics import Counts, Ids, combine, count
from benchmarks.timing import show
from benchmarks.walkers import Film, Shot, film_shots
from swahr.pose.recording import Recording
from swahr.pose.skeleton import COCO_17
from swahr.tracking import OneEuro, PoseTracker, track_again

SEEDS = (0, 1, 2)
PEERS = {"norfair": "norfair_ids.py", "ByteTrack": "bytetrack_ids.py"}


def run(peers: str | None = None, seeds: tuple[int, ...] = SEEDS, kinds: tuple[str, ...] = ()) -> None:
    """Print the tables.

    Args:
        peers: An interpreter with the packages of `PEERS`.
        seeds: Of the films.
        kinds: Names of films, such as crossings; none: all kinds, and what ids cost in time.
    """
    ways: list[tuple[str, Callable[[list[Shot]], Ids]]] = [
        ("swahr, second pass", lambda shots: _second_pass(shots)),
        ("swahr", lambda shots: _track(shots, True)),
        ("swahr, poses alone", lambda shots: _track(shots, False)),
    ]
    if peers is not None:
        ways += [(name, lambda shots, name=name: _track_by(name, shots, peers)) for name in PEERS]  # type: ignore[misc]
    rows: list[list[str]] = []
    totals: dict[str, list[Counts]] = {name: [] for name, _ in ways}
    for make in (*FILMS, _dense):
        film = make(seeds[0])
        if kinds and film.name not in kinds:
            continue
        counts: dict[str, list[Counts]] = {name: [] for name, _ in ways}
        for seed in seeds:
            film = make(seed)
            shots = list(film_shots(film, seed))
            for name, track in ways:
                counts[name].append(count(shots, track(shots)))
        for name, _ in ways:
            rows.append([film.name, name, *combine(counts[name])])
            totals[name] += counts[name]
    rows += [["all", name, *combine(totals[name])] for name, _ in ways]
    show(
        f"Ids on {len(seeds)} films of each kind",
        ["film", "ids by", "HOTA", "IDF1", "MOTA", "switches"],
        rows,
    )
    if kinds:
        return
    show(
        "Processor time per frame, 30 people, 960 x 540, one thread",
        ["stage", "median ms", "slowest in 20 ms"],
        _times(),
    )


def _dense(seed: int) -> Film:
    return replace(crowd(seed, people=50), name="crowd of 50")


def _track(shots: list[Shot], with_image: bool) -> Ids:
    tracker = PoseTracker(COCO_17)
    return [
        np.asarray(tracker(shot.found, shot.time_s, shot.image if with_image else None).ids, np.int64)
        for shot in shots
    ]


def _second_pass(shots: list[Shot]) -> Ids:
    tracker = PoseTracker(COCO_17)
    recording = Recording.from_frames(
        [(i, shot.time_s, tracker(shot.found, shot.time_s, shot.image)) for i, shot in enumerate(shots)],
        COCO_17,
    )
    again = track_again(recording, ((i, shot.image) for i, shot in enumerate(shots)))
    return [np.asarray(frame.poses.ids, np.int64) for frame in again]


def _track_by(name: str, shots: list[Shot], python: str) -> Ids:
    """Run a script of benchmarks/, which has no part of this project in it."""
    frames = [np.where(np.isnan(shot.found.keypoints), -1, shot.found.keypoints).tolist() for shot in shots]
    rate = round(1 / (shots[1].time_s - shots[0].time_s))
    with tempfile.TemporaryDirectory() as folder:
        given, taken = Path(folder) / "people.json", Path(folder) / "ids.json"
        given.write_text(json.dumps({"frame_rate": rate, "frames": frames}))
        script = Path(__file__).with_name(PEERS[name])
        subprocess.run([python, str(script), str(given), str(taken)], check=True, timeout=3600)
        return [np.asarray(ids, np.int64) for ids in json.loads(taken.read_text())]


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
    parser.add_argument("--peers", metavar="PYTHON", help="an interpreter with norfair and trackers")
    parser.add_argument("--seeds", default=",".join(map(str, SEEDS)), help="of the films")
    parser.add_argument("--films", default="", help='of these kinds alone, such as "crossings,crowd of 50"')
    given = parser.parse_args()
    kinds = tuple(name for name in given.films.split(",") if name)
    run(given.peers, tuple(map(int, given.seeds.split(","))), kinds)
