"""Samples drawn in batches by torch are those that cv2 draws one by one."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from swahr.pose.skeleton import COCO_17
from swahr_training.data.labelled import LabelledImage
from swahr_training.sample_settings import AugmentConfig
from swahr_training.samples.augment import draw_plan
from swahr_training.samples.batches import Plans, collate
from swahr_training.samples.render_torch import pack, render_batch
from swahr_training.samples.targets import render_heatmaps
from swahr_training.samples.targets_torch import box_masks, heatmaps_of

SIZE, SIGMA = 96, 2.0
CPU = torch.device("cpu")


def photo(random, width, height, people):
    """A smooth photo with people at random places, some partly outside, an ignore region and unlabelled joints."""
    coarse = random.integers(0, 256, (7, 9, 3), dtype=np.uint8)
    image = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    joints = np.zeros((people, 17, 3), np.float32)
    joints[..., :2] = random.uniform(-0.1, 1.1, (people, 17, 2)) * (width, height)
    joints[..., 2] = random.integers(0, 3, (people, 17))
    boxes = np.column_stack([random.uniform(0, 0.5, (people, 2)), random.uniform(0.2, 0.5, (people, 2))])
    labelled = LabelledImage(
        Path(f"{width}x{height}.png"),
        joints,
        (boxes * (width, height, width, height)).astype(np.float32),
        random.random(people) < 0.5,
        ([[5, 5, 40, 8, 30, 50]],) if people % 2 else (),
        (3, 4) if width > height else (),
    )
    return labelled, image


def plans(seed, mosaic, colour, paste=0.0, damage=0.0):
    random = np.random.default_rng(seed)
    photos = [photo(random, *size) for size in ((120, 80, 3), (64, 150, 1), (50, 50, 0), (200, 90, 2))]
    images = {labelled.path: image for labelled, image in photos}
    config = AugmentConfig(
        mosaic=mosaic, colour=colour, paste=paste, aspect=0.2, blur=damage, noise=damage, occlusion=damage
    )
    dataset = [labelled for labelled, _ in photos]
    samples = [
        draw_plan(dataset, i, SIZE, config, COCO_17, lambda labelled: images[labelled.path], random)
        for i in range(len(dataset))
    ]
    return Plans(samples, [labelled.path.name for labelled in dataset])


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 2**20),
    mosaic=st.sampled_from([0.0, 0.5, 1.0]),
    colour=st.sampled_from([0.0, 1.0]),
    paste=st.sampled_from([0.0, 1.0]),
    damage=st.sampled_from([0.0, 0.5]),
)
def test_torch_draws_what_cv2_draws(seed, mosaic, colour, paste, damage):
    drawn = plans(seed, mosaic, colour, paste, damage)
    expected = collate(drawn, SIGMA)
    batch = render_batch(pack(drawn), CPU, SIGMA)
    assert batch.images.dtype == torch.uint8
    difference = (batch.images.int() - expected.images.int()).abs().float()
    assert difference.mean() < 0.6
    # Where the photo ends, 1/32 pixel of cv2 is up to 8 levels, and colour tables are steep.
    assert (difference > 16).float().mean() < 0.002
    assert torch.equal(batch.tags, expected.tags)
    assert batch.names == expected.names
    for stage in range(2):
        torch.testing.assert_close(batch.heatmaps[stage], expected.heatmaps[stage], rtol=0, atol=1e-6)
        assert (batch.masks[stage] != expected.masks[stage]).float().mean() < 0.005
        assert batch.masks[stage].shape == expected.masks[stage].shape


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**20), sigma=st.floats(0.5, 4))
def test_heatmaps_of_a_batch_are_those_of_each_sample(seed, sigma):
    random = np.random.default_rng(seed)
    joints = random.uniform(-4, 28, (2, 3, 5, 3)).astype(np.float32)
    joints[..., 2] = random.integers(0, 3, (2, 3, 5))
    heatmaps = heatmaps_of(torch.from_numpy(joints), 24, sigma).numpy()
    for sample, drawn in zip(joints, heatmaps, strict=True):
        np.testing.assert_array_equal(drawn, render_heatmaps(sample, (24, 24), sigma))


def test_boxes_mask_their_joint_alone():
    boxes = torch.tensor([[0, 1, 2, 3, 5, 6], [0, 1, 4, 4, 8, 8], [1, 0, 0, 0, 0, 0]])
    masks = box_masks(boxes, (2, 2, 8, 8))
    expected = torch.zeros(2, 2, 8, 8, dtype=torch.bool)
    expected[0, 1, 3:6, 2:5] = True
    expected[0, 1, 4:8, 4:8] = True
    assert torch.equal(masks, expected)
    assert not box_masks(boxes[:0], (1, 2, 4, 4)).any()


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_a_gpu_draws_what_cv2_draws():
    drawn = plans(1, 0.5, 0.5)
    expected = collate(drawn, SIGMA)
    batch = render_batch(pack(drawn, pinned=True), torch.device("cuda"), SIGMA)
    assert (batch.images.cpu().int() - expected.images.int()).abs().float().mean() < 0.6
    for stage in range(2):
        torch.testing.assert_close(batch.heatmaps[stage].cpu(), expected.heatmaps[stage], rtol=0, atol=1e-6)
