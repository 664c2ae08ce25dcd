"""Heatmaps and tags of made-up people, as a network would give them."""

import math

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
Place = npt.NDArray[np.float64]


def make_scene(
    people: int,
    size: tuple[int, int],
    channels: int = 1,
    num_joints: int = 17,
    missing: float = 0.1,
    seed: int = 0,
    apart: bool = False,
) -> tuple[Array, Array]:
    """Return heatmaps [K, H, W] and tags [K, H, W, T].

    people: P, scattered, or side by side if `apart`: then each lies wholly on the map and hides nobody.
    size: (H, W). missing: part of the joints that a person lacks, besides those off the map. Heats are Gaussians of
    0.3 to 0.95 over a faint, smooth background; around a person's joint lie the person's tags, people are 2 apart.
    """
    random = np.random.default_rng(seed)
    height, width = size
    heatmaps = np.zeros((num_joints, height, width), np.float32)
    tags = random.normal(0, 0.3, (num_joints, height, width, channels)).astype(np.float32)
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    for joint in range(num_joints):
        phase = random.uniform(0, 6, 4)
        background = np.sin(columns / 23 + phase[0]) * np.cos(rows / 31 + phase[1]) + np.sin(
            rows / 11 + phase[2]
        )
        heatmaps[joint] = 0.008 * (background + 2) + random.uniform(0, 0.004, size)
    for person in range(people):
        centre = random.uniform((0, 0), (width, height))
        corner, cell = _cell(person, people, size)
        spread = random.uniform(0.06, 0.1 if apart else 0.2) * height
        sigma = max(1.5, spread / 12)
        reach = int(3 * sigma + 1)
        for joint in range(num_joints):
            if random.random() < missing:
                continue
            place = random.uniform(0.2, 0.8, 2) * cell + corner if apart else random.normal(centre, spread)
            x, y = np.rint(place).astype(int)
            if not (0 <= x < width and 0 <= y < height):
                continue
            box = (
                slice(max(y - reach, 0), min(y + reach + 1, height)),
                slice(max(x - reach, 0), min(x + reach + 1, width)),
            )
            distance2 = (rows[box] - y) ** 2 + (columns[box] - x) ** 2
            blob = random.uniform(0.3, 0.95) * np.exp(-distance2 / (2 * sigma**2))
            hotter = blob > heatmaps[joint][box]
            heatmaps[joint][box] = np.maximum(heatmaps[joint][box], blob)
            near = random.normal(2.0 * person, 0.1, (*blob.shape, channels)).astype(np.float32)
            tags[joint][box] = np.where(hotter[..., None], near, tags[joint][box])
    return heatmaps, tags


def _cell(person: int, people: int, size: tuple[int, int]) -> tuple[Place, Place]:
    """Return the person's own part of the map: its corner and its extent, both (x, y)."""
    columns = math.ceil(math.sqrt(people))
    extent = np.asarray([size[1], size[0]]) / columns
    return np.asarray([person % columns, person // columns]) * extent, extent


def make_stages(
    people: int,
    size: tuple[int, int],
    channels: int = 1,
    num_joints: int = 17,
    missing: float = 0.1,
    seed: int = 0,
    apart: bool = False,
) -> tuple[list[Array], list[Array]]:
    """Return what the network's stages say of a scene: heatmaps at half of `size` and at `size`, and T tags at half.

    size: (h, w), even: half of the input's. The rest is as in `make_scene`.
    """
    fine, tags = make_scene(people, size, channels, num_joints, missing, seed, apart)
    coarse = fine.reshape(num_joints, size[0] // 2, 2, size[1] // 2, 2).mean(axis=(2, 4))
    halves = [np.ascontiguousarray(tags[:, ::2, ::2, channel]) for channel in range(channels)]
    return [coarse, fine], halves
