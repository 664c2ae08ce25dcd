"""Blur, noise and things in the way."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from swahr_training.sample_settings import AugmentConfig
from swahr_training.samples.damage import damaged, damaged_tensor, draw_damage
from swahr_training.samples.plan import Damage

BOXES = np.asarray([[10, 10, 60, 90], [-20, 40, 30, 130], [200, 200, 220, 230]], np.float32)


@given(st.integers(0, 2**20))
def test_cv2_and_torch_do_the_same(seed):
    random = np.random.default_rng(seed)
    image = random.integers(0, 256, (96, 96, 3), dtype=np.uint8)
    damage = draw_damage(BOXES, 96, AugmentConfig(blur=0.5, noise=0.5, occlusion=0.5), random)
    if damage is None:
        return
    by_torch = damaged_tensor(torch.from_numpy(image), damage).numpy()
    difference = np.abs(damaged(image, damage).astype(int) - by_torch)
    assert difference.max() <= 2
    assert (difference > 1).mean() < 0.01


def test_nothing_is_drawn_and_no_random_number_taken_where_it_is_off():
    random = np.random.default_rng(0)
    assert draw_damage(BOXES, 96, AugmentConfig(), random) is None
    assert random.random() == np.random.default_rng(0).random()


def test_patches_lie_on_people_and_in_the_piece():
    damage = draw_damage(BOXES[:2], 96, AugmentConfig(occlusion=1), np.random.default_rng(4))
    assert len(damage.patches) >= 2
    for x0, y0, x1, y1, _ in damage.patches:
        assert 0 <= x0 <= x1 <= 96
        assert 0 <= y0 <= y1 <= 96


def test_blur_softens_and_noise_roughens():
    image = np.zeros((64, 64, 3), np.uint8)
    image[:, 32:] = 200
    assert len(np.unique(damaged(image, Damage(blur=1.5)))) > 4
    rough = damaged(np.full((64, 64, 3), 128, np.uint8), Damage(noise=8.0))
    assert 6 < rough.astype(float).std() < 10
