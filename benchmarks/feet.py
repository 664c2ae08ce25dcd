"""`python -m benchmarks.feet`: how right feet and hands are that the gate keeps, on labelled photos; and their cost.

The labels have ankles and wrists, not the points behind them: what is judged is the network's own ankle and wrist, by
which the gate decides, of people who are found. Times are medians with one thread, as ratios to the first look at a
frame of 640 x 427.
"""

import argparse
import time
from collections.abc import Callable
from statistics import median

import numpy as np
import torch

from benchmarks.peers.data import LABELS, require
from swahr import PoseEstimator
from swahr.config import NetworkSettings
from swahr.inference.crop_network import THUNDER, make_crop_network
from swahr.inference.feet import INPUT_SIDE, Feet, cut_turned, regions
from swahr.inference.feet_network import make_feet_network
from swahr.pose.skeleton import COCO_17
from swahr.video.images import read_image
from swahr_training.config import DataSource
from swahr_training.data.labels import Person
from swahr_training.data.sources import in_joints, read_labels

RIGHT = 0.5  # similarity of a joint, and of a person who is found
CPU = torch.device("cpu")


def main() -> None:
    """Read the options and print what they ask for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.feet", description=__doc__)
    parser.add_argument("--sizes", nargs="*", default=["full"])
    parser.add_argument("--backends", nargs="*", default=["torch", "onnxruntime", "openvino"])
    parser.add_argument("--only", choices=("gate", "cost"))
    given = parser.parse_args()
    torch.set_num_threads(1)
    if given.only != "cost":
        require(LABELS)
        _gate(given.sizes)
    if given.only != "gate":
        _cost(given.sizes, given.backends)


def _gate(sizes: list[str]) -> None:
    estimator = PoseEstimator.from_pretrained("default", device="cpu", precision="float32", refine="best")
    labels = read_labels(DataSource(labels=str(LABELS)), "val", estimator.skeleton)
    assert labels is not None
    photos = in_joints(labels, estimator.skeleton).photos
    frames = [read_image(photo.path) for photo in photos]
    people = [estimator(frame).keypoints for frame in frames]
    print("| | labelled | kept | right of the kept | similarity of the kept | of all | unlabelled, kept |")
    print("| --- |" + " ---: |" * 6)
    for size in sizes:
        network = make_feet_network(NetworkSettings(feet=size, precision="float32"), CPU)
        stage = Feet(network, hands=True)
        rows: dict[int, list[tuple[bool, bool, float]]] = {0: [], 1: []}
        for frame, keypoints, photo in zip(frames, people, photos, strict=True):
            if not len(keypoints):
                continue
            squares = regions(keypoints)
            maps = network(np.stack([cut_turned(frame, square, INPUT_SIDE) for square in squares]))
            pairs = _matched(keypoints, [each for each in photo.people if not each.ignored])
            for number, part in enumerate(stage.parts):
                sides, kept = stage.judged(part, maps, squares, keypoints, frame)
                for found, person in pairs:
                    for side, anchor in enumerate(part.anchors):
                        likeness = _similarity(sides[found, side, 0, :2], person, anchor)
                        rows[number].append(
                            (bool(person.joints[anchor, 2] > 0), bool(kept[found, side]), likeness)
                        )
        for number, name in enumerate(("feet", "hands")):
            print(f"| {size}, {name} | {_summary(np.asarray(rows[number], np.float64))} |", flush=True)


def _similarity(xy: np.ndarray, person: Person, joint: int) -> float:
    apart2 = float(((xy - person.joints[joint, :2]) ** 2).sum())
    return float(
        np.exp(-np.nan_to_num(apart2, nan=1e9) / (2 * person.area * (2 * COCO_17.sigmas[joint]) ** 2))
    )


def _matched(keypoints: np.ndarray, labelled: list[Person]) -> list[tuple[int, Person]]:
    """Return who of the found people is who of the labelled ones, the best people first."""
    pairs, left = [], list(labelled)
    for found, joints in enumerate(keypoints):
        likeness = [
            np.mean(
                [_similarity(joints[k, :2], each, k) for k in np.flatnonzero(each.joints[:, 2] > 0)] or [0]
            )
            for each in left
        ]
        if likeness and max(likeness) >= RIGHT:
            pairs.append((found, left.pop(int(np.argmax(likeness)))))
    return pairs


def _summary(rows: np.ndarray) -> str:
    labelled, kept, likeness = rows[:, 0] > 0, rows[:, 1] > 0, rows[:, 2]
    right = likeness[labelled & kept]
    return (
        f"{labelled.sum()} | {kept[labelled].mean():.1%} | {(right > RIGHT).mean():.1%} | {right.mean():.3f} | "
        f"{likeness[labelled].mean():.3f} | {kept[~labelled].sum()} of {(~labelled).sum()}"
    )


def _cost(sizes: list[str], backends: list[str], rounds: int = 15) -> None:
    random = np.random.default_rng(0)
    frame = random.integers(0, 255, (427, 640, 3), np.uint8)
    crops = random.integers(0, 255, (1, INPUT_SIDE, INPUT_SIDE, 3), np.uint8)
    for backend in backends:
        settings = NetworkSettings(backend=backend, device="cpu", precision="float32", threads=1)
        first = PoseEstimator.from_pretrained("default", settings=settings, refine="off")
        thunder = make_crop_network(THUNDER, settings, CPU)
        looks: dict[str, Callable[[], object]] = {
            "frame": lambda first=first: first(frame),
            "thunder": lambda thunder=thunder: thunder(crops),
        }
        for size in sizes:
            network = make_feet_network(settings.changed(feet=size), CPU)
            looks[size] = lambda network=network: network(crops)
        spent: dict[str, list[float]] = {name: [] for name in looks}
        for _ in range(rounds):
            for name, look in looks.items():
                started = time.perf_counter()
                look()
                spent[name].append(time.perf_counter() - started)
        whole = median(spent["frame"])
        print(
            f"{backend}: " + ", ".join(f"{n} {median(s) / whole:.2f}" for n, s in spent.items()), flush=True
        )


if __name__ == "__main__":
    main()
