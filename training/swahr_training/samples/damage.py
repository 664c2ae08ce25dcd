"""Blur, noise and things in the way: drawn at random, and done to pixels by cv2 or by torch."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor

from swahr_training.sample_settings import AugmentConfig
from swahr_training.samples.plan import Damage, Image

MAX_BLUR = 1.6  # standard deviation, input pixels
KERNEL = 7
MAX_NOISE = 16.0  # standard deviation, levels
TILE = 128  # side of the noise, which is repeated
# A patch's sides are these parts of its person's box, and a person has up to so many.
PATCH_OF_BOX, MAX_PATCHES = (0.15, 0.4), 2

# One field of noise for all samples, read at random places: cheap, and the same for cv2 and torch.
_NOISE = np.random.default_rng(0).standard_normal((TILE, TILE, 3)).astype(np.float32)


def draw_damage(
    boxes: npt.NDArray[np.float32], side: int, config: AugmentConfig, rng: np.random.Generator
) -> Damage | None:
    """Draw what happens to a piece of `side` pixels; boxes: [P, 4] x0, y0, x1, y1 of its people, in its pixels."""
    blur = rng.uniform(0.4, MAX_BLUR) if config.blur and rng.random() < config.blur else 0.0
    noise, at = 0.0, (0, 0)
    if config.noise and rng.random() < config.noise:
        noise = rng.uniform(2.0, MAX_NOISE)
        x, y = rng.integers(TILE, size=2)
        at = (int(x), int(y))
    patches = []
    if config.occlusion:
        for box in boxes:
            if rng.random() < config.occlusion:
                patches += [_patch(box, side, rng) for _ in range(rng.integers(1, MAX_PATCHES + 1))]
    if not (blur or noise or patches):
        return None
    return Damage(float(blur), float(noise), at, tuple(patches))


def _patch(
    box: npt.NDArray[np.float32], side: int, rng: np.random.Generator
) -> tuple[int, int, int, int, tuple[int, int, int]]:
    low, high = np.clip(box[:2], 0, side), np.clip(box[2:], 0, side)
    size = rng.uniform(*PATCH_OF_BOX, size=2) * (high - low)
    x0, y0 = (low + rng.random(2) * (high - low - size)).astype(int).tolist()
    width, height = np.ceil(size).astype(int).tolist()
    b, g, r = rng.integers(0, 256, 3).tolist()
    return x0, y0, min(side, x0 + width), min(side, y0 + height), (b, g, r)


def damaged(image: Image, damage: Damage) -> Image:
    """Return a piece [H, W, 3] uint8 as it is after what happened to it."""
    if damage.blur:
        image = cv2.GaussianBlur(image, (KERNEL, KERNEL), damage.blur).astype(np.uint8)
    if damage.noise:
        noisy = image + damage.noise * _noise_at(damage, image.shape[:2])
        image = np.clip(np.rint(noisy), 0, 255).astype(np.uint8)
    if damage.patches:
        image = image.copy()
        for x0, y0, x1, y1, colour in damage.patches:
            image[y0:y1, x0:x1] = colour
    return image


def damaged_tensor(image: Tensor, damage: Damage) -> Tensor:
    """Do the same to [H, W, 3] uint8 on its device."""
    if damage.blur:
        line = torch.from_numpy(cv2.getGaussianKernel(KERNEL, damage.blur)[:, 0]).float().to(image.device)
        kernel = (line[:, None] * line)[None, None].expand(3, 1, KERNEL, KERNEL)
        planes = F.pad(image.permute(2, 0, 1)[None].float(), (KERNEL // 2,) * 4, mode="reflect")
        image = F.conv2d(planes, kernel, groups=3)[0].permute(1, 2, 0).round().clamp(0, 255).to(torch.uint8)
    if damage.noise:
        noise = torch.from_numpy(_noise_at(damage, image.shape[:2])).to(image.device)
        image = (image + damage.noise * noise).round().clamp(0, 255).to(torch.uint8)
    if damage.patches:
        image = image.clone()
        for x0, y0, x1, y1, colour in damage.patches:
            image[y0:y1, x0:x1] = torch.tensor(colour, dtype=torch.uint8, device=image.device)
    return image


def _noise_at(damage: Damage, size_hw: Sequence[int]) -> npt.NDArray[np.float32]:
    x, y = damage.noise_at
    rows, columns = (np.arange(size) for size in size_hw)
    noise: npt.NDArray[np.float32] = _NOISE[(y + rows) % TILE][:, (x + columns) % TILE]
    return noise
