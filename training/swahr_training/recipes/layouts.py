"""Layouts: the people of a photo as joints alone, drawn as heatmaps that a network might give of them.

`swahr_training.recipes.grouping` learns from them who belongs together. Letters: P people, K joints.
"""

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from swahr._util.reading import read_json
from swahr.errors import SwahrError
from swahr.pose.skeleton import COCO_17
from swahr_training.samples.targets import joint_pixels, tag_indices

STRIDE = 4
FIELDS = ("image_id", "keypoints_xy", "visibility", "scale", "sizes_image_id", "sizes_wh")
NUM_JOINTS = COCO_17.num_joints
Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Layout:
    """The people of a photo. joints: [P, K, 3], x and y in units of the photo's longer side, visibility."""

    joints: Array
    width: float
    height: float


def read_layouts(path: Path, left_out: set[int]) -> list[Layout]:
    """Read COCO-17 labels, without their photos.

    Args:
        path: COCO's keypoint JSON, or an .npz file with `image_id` [n], `keypoints_xy` [n, 17, 2] in parts of the
            photo's width and height times `scale`, `visibility` [n, 17] as in COCO, and the photos' sizes by id:
            `sizes_image_id`, `sizes_wh`.
        left_out: ids of photos that validation uses.

    Raises:
        SwahrError: where the file is like neither.
    """
    people = _read_json(path) if path.suffix == ".json" else _read_npz(path)
    layouts = []
    for image_id, (width, height), joints in people:
        if image_id not in left_out:
            longer = max(width, height)
            joints[..., :2] /= longer
            layouts.append(Layout(joints, width / longer, height / longer))
    return layouts


def _read_json(path: Path) -> Iterator[tuple[int, tuple[int, int], Array]]:
    """Yield number, width and height, and people [P, K, 3] in pixels, of the photos of a COCO keypoint JSON."""
    try:
        data = read_json(path)
        sizes = {image["id"]: (image["width"], image["height"]) for image in data["images"]}
        people: dict[int, list[Array]] = defaultdict(list)
        for each in data["annotations"]:
            joints = np.asarray(each.get("keypoints", ()), np.float32)
            if not each.get("iscrowd") and joints.size == 3 * NUM_JOINTS and joints[2::3].any():
                people[each["image_id"]].append(joints.reshape(NUM_JOINTS, 3))
        photos = [(image_id, sizes[image_id], np.stack(there)) for image_id, there in people.items()]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SwahrError(
            f"{path}: expected a COCO keypoint JSON ({type(error).__name__}: {error})"
        ) from error
    yield from photos


def _read_npz(path: Path) -> Iterator[tuple[int, tuple[int, int], Array]]:
    """Yield the same of an .npz file."""
    try:
        with np.load(path) as file:
            data = {name: file[name] for name in FIELDS}
    except (OSError, ValueError, KeyError) as error:
        raise SwahrError(
            f"{path}: expected a COCO keypoint JSON, or an .npz file with {', '.join(FIELDS)} ({error})"
        ) from error
    ids, order = data["image_id"], np.argsort(data["image_id"], kind="stable")
    sizes = dict(zip(data["sizes_image_id"].tolist(), data["sizes_wh"].tolist(), strict=True))
    parts = data["keypoints_xy"].astype(np.float32) / float(data["scale"])
    visibility = data["visibility"].astype(np.float32)
    for group in np.split(order, np.flatnonzero(np.diff(ids[order])) + 1):
        image_id = int(ids[group[0]])
        if image_id in sizes:
            joints = np.concatenate([parts[group], visibility[group][..., None]], axis=2)
            joints[..., :2] *= sizes[image_id]
            yield image_id, tuple(sizes[image_id]), joints


def draw(layouts: list[Layout], size: int, rng: np.random.Generator) -> tuple[Array, npt.NDArray[np.int64]]:
    """Draw a training sample: heatmaps [K, size/4, size/4] as a network would give them, and tag indices."""
    joints = _place(_pick(layouts, rng), size, rng)
    if rng.random() < 0.3:  # crowds: another photo's people among them
        joints = np.concatenate([joints, _place(_pick(layouts, rng), size, rng)])
    outside = ((joints[..., :2] < 0) | (joints[..., :2] >= size)).any(axis=2)
    joints[outside, 2] = 0
    joints = joints[(joints[..., 2] > 0).sum(axis=1) >= 2]
    joints[..., :2] /= STRIDE
    side = size // STRIDE
    return render_as_found(joints, side, rng), tag_indices(joints, (side, side))


def _pick(layouts: list[Layout], rng: np.random.Generator) -> Layout:
    for _ in range(4):  # people alone have nothing to teach but are not unknown to it
        layout = layouts[rng.integers(len(layouts))]
        if len(layout.joints) > 1:
            break
    return layout


def _place(layout: Layout, size: int, rng: np.random.Generator) -> Array:
    """Scale, turn, mirror and shift the people of a layout into a square of `size` pixels."""
    scale = size * math.exp(rng.uniform(math.log(0.6), math.log(1.8)))
    stretch = math.exp(rng.uniform(-0.15, 0.15))
    angle = math.radians(rng.uniform(-20, 20))
    joints: Array = layout.joints.copy()
    xy = (joints[..., :2] - np.asarray((layout.width / 2, layout.height / 2))) * (
        scale * stretch,
        scale / stretch,
    )
    if rng.random() < 0.5:
        xy[..., 0] *= -1
        joints = joints[:, list(COCO_17.flip_permutation)].copy()
        xy = xy[:, list(COCO_17.flip_permutation)]
    turn = np.asarray(((math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))))
    room = np.maximum(0.1, np.abs(np.asarray((layout.width, layout.height)) * scale / size - 1)) / 2 * size
    joints[..., :2] = xy @ turn + size / 2 + rng.uniform(-1, 1, 2) * room
    return joints


def render_as_found(joints_in_heatmap: Array, side: int, rng: np.random.Generator) -> Array:
    """Draw blobs [K, side, side] as a network finds joints: of its own sharpness, some weak, some not there."""
    num_joints = joints_in_heatmap.shape[1]
    heatmaps: Array = rng.random((num_joints, side, side), np.float32)
    heatmaps *= np.float32(rng.uniform(0, 0.02))
    cells, inside = joint_pixels(joints_in_heatmap, (side, side))
    weak_people = rng.random(len(joints_in_heatmap)) < 0.15
    blobs = []
    for person, joint in zip(*np.nonzero(inside), strict=True):
        hidden = joints_in_heatmap[person, joint, 2] < 2
        if rng.random() < (0.35 if hidden else 0.07) + 0.2 * weak_people[person]:
            continue
        value = rng.uniform(0.1, 0.6) if hidden or weak_people[person] else rng.uniform(0.3, 1.0)
        x, y = cells[person, joint] + rng.normal(0, 0.5, 2)
        blobs.append((joint, x, y, value))
        if rng.random() < 0.05:  # the same joint seen on the other side too
            blobs.append((COCO_17.flip_permutation[joint], x, y, value * rng.uniform(0.2, 0.8)))
    for _ in range(rng.poisson(2)):
        blobs.append((rng.integers(num_joints), *(rng.random(2) * side), rng.uniform(0.1, 0.5)))
    sigma = rng.uniform(1.0, 2.2)
    reach = int(3 * sigma + 1)
    for joint, x, y, value in blobs:
        spread = sigma * rng.uniform(0.8, 1.25)
        left, top = max(int(x) - reach, 0), max(int(y) - reach, 0)
        right, bottom = min(int(x) + reach + 1, side), min(int(y) + reach + 1, side)
        if left >= right or top >= bottom:
            continue
        dx, dy = np.arange(left, right) - x, np.arange(top, bottom) - y
        blob = value * np.outer(np.exp(-(dy**2) / (2 * spread**2)), np.exp(-(dx**2) / (2 * spread**2)))
        region = heatmaps[joint, top:bottom, left:right]
        np.maximum(region, blob, out=region)
    return heatmaps
