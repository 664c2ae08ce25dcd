"""How many faces `--anonymise` covers: labelled ones of photos, and those of rendered people who are missed at times.

`python -m benchmarks.hiding --labels keypoints.json` takes a COCO keypoint file with its photos beside it.
"""

import argparse
import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.films import crossings, exits, occlusions
from benchmarks.timing import show
from benchmarks.walkers import Shot, film_shots
from swahr.config import EncoderSettings
from swahr.inference.estimator import PoseEstimator
from swahr.overlay import HidesAll, HidesOnTheWay
from swahr.overlay.faces import Hide, Region, find_region
from swahr.pose.recording import Recording
from swahr.pose.skeleton import COCO_17
from swahr.tracking import PoseTracker, track_again
from swahr.video.images import read_image

Floats = npt.NDArray[np.float64]
FACE = slice(0, 5)  # nose, eyes, ears
MIN_SIMILARITY = 0.5  # of a labelled person who was found
HEAD = 0.065  # of the height: the drawn head's radius
HIDES: tuple[Hide, ...] = ("faces", "all")


def photos(labels: Path) -> list[list[str]]:
    """Count labelled faces of photos: people with a nose or an eye, all of whose face joints have to be covered.

    Who is hidden is whoever has the default's `hide_score`; beside it those who are reported alone.
    """
    data = json.loads(labels.read_text())
    unsure = EncoderSettings().hide_score
    estimator = PoseEstimator.from_pretrained("default", refine="best")
    reported = estimator.default_min_score
    ways = {"all who may be there": unsure, "those reported": reported}
    seconds = dict.fromkeys(ways, 0.0)
    counts = {
        (way, hide): np.zeros((2, 2), int) for way in ways for hide in HIDES
    }  # [found, all], [covered, of]
    areas: dict[tuple[str, Hide], list[float]] = {key: [] for key in counts}
    beside: dict[tuple[str, Hide], list[float]] = {key: [] for key in counts}
    for photo in data["images"]:
        people = [one for one in data["annotations"] if one["image_id"] == photo["id"]]
        image = read_image(next(labels.parent.rglob(Path(photo["file_name"]).name)))
        there = _boxes(people, image.shape[:2])
        found: dict[str, Floats] = {}
        for way, least in ways.items():
            estimator.selection = replace(estimator.selection, min_score=least)
            start = time.process_time()
            found[way] = estimator(image).keypoints.astype(float)
            seconds[way] += time.process_time() - start
        for (way, hide), count in counts.items():
            regions = [each for one in found[way] if (each := find_region(one, COCO_17, hide)) is not None]
            hidden = _mask(regions, image.shape[:2], hide)
            areas[way, hide].append(float(hidden.mean()))
            beside[way, hide].append(float((hidden & ~there).mean()))
            for one in people:
                joints = np.asarray(one["keypoints"], float).reshape(17, 3)
                face = joints[FACE][joints[FACE, 2] > 0, :2]
                if one.get("iscrowd") or not (joints[:3, 2] > 0).any():
                    continue
                hit = _covered(face, regions, hide)
                is_found = _is_found(joints, one["area"], found["those reported"])
                count += np.outer([is_found, 1], [hit, 1])
    print(f"processor time of finding all / those reported: {np.divide(*seconds.values()):.2f}")
    return [
        [
            f"photos, {name}",
            f"{hide}, of {way}",
            *_share(*counts[way, hide][row]),
            f"{np.mean(areas[way, hide]):.1%}",
            f"{np.mean(beside[way, hide]):.1%}",
        ]
        for row, name in enumerate(("people who were found", "all labelled"))
        for way, hide in counts
    ]


def _boxes(people: Iterable[dict[str, Any]], frame_hw: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """Return where labelled people are, [H, W]: the boxes of all, crowds too."""
    mask = np.zeros(frame_hw, bool)
    for one in people:
        x, y, width, height = (round(side) for side in one["bbox"])
        mask[max(y, 0) : y + height + 1, max(x, 0) : x + width + 1] = True
    return mask


def _mask(regions: Iterable[Region], frame_hw: tuple[int, ...], hide: Hide) -> npt.NDArray[np.bool_]:
    """Return what is hidden of a frame, [H, W]."""
    y, x = np.mgrid[: frame_hw[0], : frame_hw[1]]
    mask = np.zeros(frame_hw, bool)
    for region in regions:
        apart = np.abs(x - region.x) / region.across, np.abs(y - region.y) / region.down
        mask |= np.maximum(*apart) <= 1 if hide == "all" else apart[0] ** 2 + apart[1] ** 2 <= 1
    return mask


def films(seeds: Sequence[int] = (0, 1)) -> list[list[str]]:
    """Count the heads of rendered people in all frames, those in which nobody found them too."""
    rows = []
    totals: dict[str, list[int]] = {}
    for make in (crossings, occlusions, exits):
        for seed in seeds:
            shots = list(film_shots(make(seed), seed))
            tracker = PoseTracker(COCO_17)
            people = [tracker(shot.found, shot.time_s, shot.image) for shot in shots]
            recording = Recording.from_frames(
                [(i, shots[i].time_s, poses) for i, poses in enumerate(people)], COCO_17
            )
            recording = track_again(recording, ((i, shot.image) for i, shot in enumerate(shots)))
            for hide in HIDES:
                on_the_way, whole = HidesOnTheWay(hide), HidesAll(recording, hide)
                ways = {
                    "of the frame alone": [
                        [find_region(one, COCO_17, hide) for one in poses.keypoints.astype(float)]
                        for poses in people
                    ],
                    "on the way": [
                        on_the_way(poses, shot.time_s) for poses, shot in zip(people, shots, strict=True)
                    ],
                    "second pass": [whole(i) for i in range(len(shots))],
                }
                for name, regions in ways.items():
                    total = totals.setdefault(f"{name}|{hide}", [0, 0])
                    for shot, hidden in zip(shots, regions, strict=True):
                        covered = _heads(shot, [one for one in hidden if one is not None], hide)
                        total[0] += sum(covered)
                        total[1] += len(covered)
    for key, (covered, of) in totals.items():
        name, hide = key.split("|")
        rows.append([f"films, {name}", hide, *_share(covered, of), "", ""])
    return rows


def _heads(shot: Shot, regions: list[Region], hide: Hide) -> list[bool]:
    """Return which heads of a shot are covered: the middle and four places at the rim of what is drawn."""
    found = []
    for joints in shot.joints:
        radius = HEAD * np.ptp(joints[:, 1]) / 0.91
        rim = joints[0] + 0.8 * radius * np.asarray([(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)])
        found.append(_covered(rim, regions, hide))
    return found


def _covered(points: Floats, regions: Iterable[Region], hide: Hide) -> bool:
    """Return whether each of some places [N, 2] lies in one of the regions."""
    inside = np.zeros(len(points), bool)
    for region in regions:
        apart = np.abs(points - (region.x, region.y)) / (region.across, region.down)
        inside |= (apart <= 1).all(axis=1) if hide == "all" else (apart**2).sum(axis=1) <= 1
    return bool(inside.all())


def _is_found(joints: Floats, area: float, found: Floats) -> bool:
    known = joints[:, 2] > 0
    apart = ((found[:, known, :2] - joints[known, :2]) ** 2).sum(axis=2)
    sigmas = 2 * np.asarray(COCO_17.sigmas)[known]
    alike = np.exp(-np.nan_to_num(apart, nan=1e9) / (2 * max(area, 1.0) * sigmas**2)).mean(axis=1)
    return bool((alike >= MIN_SIMILARITY).any())


def _share(covered: int, of: int) -> list[str]:
    return [f"{covered / max(of, 1):.1%}", f"{covered} of {of}"]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--labels", type=Path, metavar="FILE", help="a COCO keypoint file")
    given = parser.parse_args()
    rows = [] if given.labels is None else photos(given.labels)
    head = ["faces", "hidden", "share", "count", "of the picture", "beside labelled people"]
    show("Faces covered", head, rows + films())
