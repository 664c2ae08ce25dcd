"""How many faces `--anonymise` covers: labelled ones of photos, and those of rendered people who are missed at times.

`python -m benchmarks.hiding --labels keypoints.json` takes a COCO keypoint file with its photos beside it.
"""

import argparse
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.films import crossings, exits, occlusions
from benchmarks.timing import show
from benchmarks.walkers import Shot, film_shots
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
    """Count labelled faces of photos: people with a nose or an eye, all of whose face joints have to be covered."""
    data = json.loads(labels.read_text())
    estimator = PoseEstimator.from_pretrained("default", refine="best")
    counts = {hide: np.zeros((2, 2), int) for hide in HIDES}  # [found, all], [covered, of]
    for photo in data["images"]:
        people = [one for one in data["annotations"] if one["image_id"] == photo["id"]]
        found = estimator(read_image(next(labels.parent.rglob(Path(photo["file_name"]).name))))
        for hide in HIDES:
            regions = [find_region(one, COCO_17, hide) for one in found.keypoints.astype(float)]
            for one in people:
                joints = np.asarray(one["keypoints"], float).reshape(17, 3)
                face = joints[FACE][joints[FACE, 2] > 0, :2]
                if one.get("iscrowd") or not (joints[:3, 2] > 0).any():
                    continue
                hit = _covered(face, [region for region in regions if region is not None], hide)
                is_found = _is_found(joints, one["area"], found.keypoints.astype(float))
                counts[hide] += np.outer([is_found, 1], [hit, 1])
    return [
        [f"photos, {name}", hide, *_share(*counts[hide][row])]
        for row, name in enumerate(("people who were found", "all labelled"))
        for hide in HIDES
    ]


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
        rows.append([f"films, {name}", hide, *_share(covered, of)])
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
    show("Faces covered", ["faces", "hidden", "share", "count"], rows + films())
