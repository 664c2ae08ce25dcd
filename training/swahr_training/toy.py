"""A small data set to try a training with: figures of five joints, drawn on busy backgrounds.

python -m swahr_training.toy FOLDER writes FOLDER/images, FOLDER/train.json and FOLDER/val.json (COCO keypoint
format), FOLDER/run.yaml, the settings of a run, FOLDER/crops.yaml and FOLDER/fields.yaml, those of a network for
crops and of one by part affinity fields, and FOLDER/clip.mp4, in which figures walk. Figures face the viewer, so that
left and right can be told.
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from swahr._util.files import write_text
from swahr.video import VideoWriter, write_photo
from swahr.video.images import Image

SIZE_WH = (128, 96)
JOINTS = ("head", "left_hand", "right_hand", "left_foot", "right_foot")
CATEGORY = {
    "id": 1,
    "name": "figure",
    "keypoints": list(JOINTS),
    "skeleton": [[1, 2], [1, 3], [1, 4], [1, 5]],  # counts from 1, as COCO does
    "sigmas": [0.06, 0.08, 0.08, 0.08, 0.08],
}
# Of a run that takes some minutes on two cores: a small network from scratch. The tags' factors are larger than the
# published ones, because their share of the loss falls with the area of the maps.
SETTINGS = """\
preset: none
train: {folder}/train.json
validation: {folder}/val.json
architecture:
  backbone: {{kind: hrnet, width: 8, modules: [1, 1, 1], blocks: 1}}
  head: {{width: 8, blocks: 1}}
input_size: 128
batch_size: 16
steps: 260
learning_rate: 4.0e-3
warmup_steps: 50
loss: {{push_factor: 0.02, pull_factor: 0.02}}
augment: {{scale: [0.8, 1.2], rotation_deg: 10, colour: 0.5}}
ema_decay: 0.98
save_every: 130
"""
# The same data for the other kinds of networks; each run takes some minutes on two cores.
OTHER_KINDS = {
    "crops": """\
preset: none
train: {folder}/train.json
validation: {folder}/val.json
architecture:
  backbone: {{kind: hrnet, width: 8, modules: [1, 1, 1], blocks: 1}}
  head: heatmaps
crops: {{input_wh: [64, 96], rotation_deg: 10}}
batch_size: 16
steps: 260
learning_rate: 4.0e-3
warmup_steps: 50
augment: {{colour: 0.5}}
ema_decay: 0.98
save_every: 130
""",
    "fields": """\
preset: none
train: {folder}/train.json
validation: {folder}/val.json
architecture:
  backbone: {{kind: resnet, depth: 26, width: 16, deconvolutions: [32, 32]}}
  head: {{kind: lightweight, width: 32}}
input_size: 128
batch_size: 16
steps: 260
learning_rate: 3.0e-3
warmup_steps: 50
augment: {{scale: [0.8, 1.2], rotation_deg: 10, colour: 0.5}}
ema_decay: 0.98
save_every: 130
""",
}
CLIP_FRAMES, CLIP_RATE = 60, 15
TRIES = 100  # after which figures who leave no room for others are drawn anew

Points = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Scene:
    """What photos show.

    Attributes:
        size_wh: Of a photo, pixels.
        most: Figures of a photo; there is one at least.
        min_distance: Between the middles of two figures, pixels.
    """

    size_wh: tuple[int, int] = SIZE_WH
    most: int = 2
    min_distance: float = 40


PAIRS = Scene()
CROWDS = Scene(size_wh=(192, 96), most=4, min_distance=26)  # they reach over each other


class Figure:
    """Someone with a place, a size, a colour and a pose. height: head to foot, pixels. swing: of the limbs, 0 to 1."""

    def __init__(self, random: np.random.Generator, size_wh: tuple[int, int] = SIZE_WH) -> None:
        self.size_wh = size_wh
        width, height = size_wh
        self.height = float(random.uniform(45, 70))
        self.x = float(random.uniform(16, width - 16))
        self.top = float(random.uniform(6, height - self.height - 3))
        self.arms = random.uniform(-0.9, 1.1, 2)  # angles to the horizontal, radians; up is negative
        self.legs = random.uniform(0.15, 0.5, 2)  # angles to the vertical
        self.colour = _bright(random)
        self.swing = 0.0
        self.speed = float(random.uniform(-1.2, 1.2))

    def points(self) -> dict[str, Points]:
        """Return where the parts are, x and y in pixels. Left parts lie to the right: figures face the viewer."""
        h = self.height
        head = np.asarray([self.x, self.top + 0.1 * h])
        shoulders = head + np.asarray([0, 0.17 * h])
        hips = head + np.asarray([0, 0.45 * h])
        parts = {"head": head, "shoulders": shoulders, "hips": hips}
        for side, sign, arm, leg in zip(("left", "right"), (1, -1), self.arms, self.legs, strict=True):
            raised = arm + 0.4 * np.sin(self.swing + sign)
            spread = leg + 0.15 * np.sin(self.swing + 2 * sign)
            parts[f"{side}_hand"] = shoulders + 0.36 * h * np.asarray([sign * np.cos(raised), np.sin(raised)])
            parts[f"{side}_foot"] = hips + 0.43 * h * np.asarray([sign * np.sin(spread), np.cos(spread)])
        return parts

    def draw(self, image: Image) -> None:
        """Draw the figure over an image."""
        parts = {name: tuple(round(float(v)) for v in xy) for name, xy in self.points().items()}
        thick = max(2, round(0.05 * self.height))
        limbs = [("head", "hips")]
        limbs += [("shoulders", f"{side}_hand") for side in ("left", "right")]
        limbs += [("hips", f"{side}_foot") for side in ("left", "right")]
        for colour, extra in (((20, 20, 20), 2), (self.colour, 0)):
            for a, b in limbs:
                cv2.line(image, parts[a], parts[b], colour, thick + extra, cv2.LINE_AA)
            cv2.circle(image, parts["head"], round(0.1 * self.height) + extra // 2, colour, -1, cv2.LINE_AA)

    def annotation(self, number: int, image_id: int) -> dict[str, Any]:
        """Return the figure's labels; a hand or foot outside the photo is not labelled."""
        parts = self.points()
        joints = np.asarray([parts[name] for name in JOINTS])
        inside = ((joints >= 0) & (joints < np.asarray(self.size_wh))).all(axis=1)
        labelled = np.column_stack([joints.round(1), np.full(len(joints), 2)])
        labelled[~inside] = 0
        reach = 0.1 * self.height
        low = np.maximum(joints.min(axis=0) - reach, 0)
        high = np.minimum(joints.max(axis=0) + reach, self.size_wh)
        width, height = (high - low).round(1).tolist()
        return {
            "id": number,
            "image_id": image_id,
            "category_id": 1,
            "iscrowd": 0,
            "bbox": [*low.round(1).tolist(), width, height],
            "area": round(0.53 * width * height, 1),
            "keypoints": labelled.ravel().tolist(),
            "num_keypoints": int(inside.sum()),
        }


def background(random: np.random.Generator, size_wh: tuple[int, int] = SIZE_WH) -> Image:
    """Return a busy picture without figures."""
    width, height = size_wh
    coarse = random.integers(30, 200, (random.integers(2, 9), random.integers(2, 9), 3), dtype=np.uint8)
    image = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    for _ in range(random.integers(2, 7)):
        a, b = (tuple(int(v) for v in random.integers(0, size_wh)) for _ in range(2))
        if random.random() < 0.5:
            cv2.rectangle(image, a, b, _bright(random), int(random.choice([-1, 1, 3])))
        else:
            cv2.line(image, a, b, _bright(random), int(random.integers(1, 5)), cv2.LINE_AA)
    noise = random.normal(0, random.uniform(2, 12), image.shape)
    busy: Image = np.clip(image + noise, 0, 255).astype(np.uint8)
    return busy


def figures(random: np.random.Generator, scene: Scene = PAIRS) -> list[Figure]:
    """Return figures who do not stand on one spot."""
    wanted = int(random.integers(1, scene.most + 1))
    while True:
        chosen: list[Figure] = []
        for _ in range(TRIES):
            figure = Figure(random, scene.size_wh)
            if all(abs(figure.x - other.x) >= scene.min_distance for other in chosen):
                chosen.append(figure)
            if len(chosen) == wanted:
                return chosen


def write_split(
    folder: Path, name: str, count: int, random: np.random.Generator, scene: Scene = PAIRS
) -> None:
    """Write `count` photos and the labels of one split."""
    photos = folder / "images" / name
    photos.mkdir(parents=True, exist_ok=True)
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for index in range(count):
        image = background(random, scene.size_wh)
        for figure in figures(random, scene):
            figure.draw(image)
            annotations.append(figure.annotation(len(annotations) + 1, index))
        file = f"{name}/{index:04d}.jpg"
        write_photo(folder / "images" / file, image)
        images.append({"id": index, "file_name": file, "width": scene.size_wh[0], "height": scene.size_wh[1]})
    content = {"images": images, "annotations": annotations, "categories": [CATEGORY]}
    write_text(folder / f"{name}.json", json.dumps(content))


def write_clip(path: Path, random: np.random.Generator) -> None:
    """Write a clip of walking figures."""
    behind, walkers = background(random), figures(random)
    with VideoWriter(path, *SIZE_WH, CLIP_RATE) as clip:
        for frame in range(CLIP_FRAMES):
            image = behind.copy()
            for walker in walkers:
                walker.x = float(np.clip(walker.x + walker.speed, 16, SIZE_WH[0] - 16))
                walker.swing = 0.5 * frame
                walker.draw(image)
            clip.write(image, frame / CLIP_RATE)


def make_toy(folder: Path, train: int = 400, val: int = 40, seed: int = 0) -> None:
    """Write the data set, the settings of a run and the clip; the same seed gives the same pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    write_split(folder, "train", train, random)
    write_split(folder, "val", val, random)
    write_clip(folder / "clip.mp4", random)
    write_text(folder / "run.yaml", SETTINGS.format(folder=folder))
    for kind, settings in OTHER_KINDS.items():
        write_text(folder / f"{kind}.yaml", settings.format(folder=folder))


def _bright(random: np.random.Generator) -> tuple[int, int, int]:
    b, g, r = (int(v) for v in random.integers(0, 256, 3))
    return b, g, r


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--train", type=int, default=400, help="photos to train on")
    parser.add_argument("--val", type=int, default=40, help="photos to evaluate on")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    make_toy(options.folder, options.train, options.val, options.seed)


if __name__ == "__main__":
    main()
