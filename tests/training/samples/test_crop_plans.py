"""Crops of training: joints stay on what they mark, halves of people fill them, targets stand where settings say."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from swahr.pose.skeleton import COCO_17
from swahr_training.data.labelled import LabelledImage
from swahr_training.data.sources import load_training_data
from swahr_training.loop.resolve import resolve_config
from swahr_training.sample_settings import AugmentConfig, CropConfig
from swahr_training.samples.crops import draw_crop_plan, render_crop
from swahr_training.systems.base import system_of
from tests.tiny_systems import SYSTEMS

INPUT_WH = (96, 128)
BOX = (70, 30, 100, 160)
STILL = {"input_wh": INPUT_WH, "scale": 0, "rotation_deg": 0, "half_body": 0}
NOSE, LEFT_WRIST, RIGHT_ANKLE = 0, 9, 16
DOTS = {NOSE: (255, 60, 60), LEFT_WRIST: (60, 255, 60), RIGHT_ANKLE: (60, 60, 255)}
LOWER = slice(11, 17)


@pytest.fixture(scope="module")
def somebody():
    """A photo with a dot of a colour of its own at three joints of somebody; the others are labelled nearby."""
    image = np.full((240, 260, 3), 30, np.uint8)
    random = np.random.default_rng(0)
    joints = np.full((1, 17, 3), 2, np.float32)
    joints[0, :, 0] = random.uniform(90, 150, 17)
    joints[0, :11, 1], joints[0, LOWER, 1] = random.uniform(45, 95, 11), random.uniform(130, 175, 6)
    for joint, colour in DOTS.items():
        at = np.rint(joints[0, joint, :2]).astype(int)
        joints[0, joint, :2] = at
        cv2.circle(image, tuple(int(v) for v in at), 5, colour, -1)
    return LabelledImage(Path("dots.png"), joints, np.asarray([BOX], np.float32), np.asarray([False])), image


def plan_of(somebody, seed=0, flip=0.0, colour=0.0, **crops):
    labelled, image = somebody
    config = CropConfig(**{"input_wh": INPUT_WH, **crops})
    augment = AugmentConfig(flip=flip, colour=colour)
    return draw_crop_plan(labelled, 0, config, augment, COCO_17, lambda _: image, np.random.default_rng(seed))


def middle_of(crop, colour):
    """Return where a dot lies, x, y, in input pixels; None where it is cut off or not there."""
    strength = (crop.astype(float) - 30) @ (np.asarray(colour, float) - 30 - 100)
    spot = (strength > 0.5 * strength.max()) & (crop[..., int(np.argmax(colour))] > 130)
    rows, columns = np.nonzero(spot)
    if not len(rows) or min(rows.min(), columns.min()) < 2:
        return None
    if rows.max() > crop.shape[0] - 3 or columns.max() > crop.shape[1] - 3:
        return None
    return columns.mean(), rows.mean()


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 2**20), flip=st.sampled_from([0.0, 1.0]), half=st.sampled_from([0.0, 1.0]))
def test_joints_follow_the_photo_however_it_is_turned_mirrored_and_cut(somebody, seed, flip, half):
    plan = plan_of(somebody, seed, flip, half_body=half, scale=0.3, rotation_deg=40, rotation_probability=1)
    crop = render_crop(plan)
    for joint, colour in DOTS.items():
        found = middle_of(crop, colour)
        if found is not None:
            # Who is mirrored has the left wrist's dot at the right wrist.
            named = COCO_17.flip_permutation[joint] if flip else joint
            assert plan.joints[named, :2] == pytest.approx(found, abs=0.7)


@pytest.mark.parametrize("flip", [0, 1])
def test_without_variation_all_dots_are_in_the_crop(somebody, flip):
    crop = render_crop(plan_of(somebody, flip=flip, scale=0, rotation_deg=0, half_body=0))
    assert all(middle_of(crop, colour) is not None for colour in DOTS.values())


def test_half_bodies_are_cut_around_one_half_the_upper_one_more_often(somebody):
    labelled, _ = somebody
    uppers, number = 0, 200
    for seed in range(number):
        joints = plan_of(somebody, seed, scale=0, rotation_deg=0, half_body=1).joints
        inside = ((joints[:, :2] >= 0) & (joints[:, :2] < INPUT_WH)).all(axis=1)
        upper, lower = inside[: LOWER.start].all(), inside[LOWER].all()
        assert upper != lower, "one half is whole, and not the other"
        uppers += upper
    assert 0.6 < uppers / number < 0.78  # a standard normal is below a half 69 times of 100
    few = LabelledImage(labelled.path, labelled.joints.copy(), labelled.boxes, labelled.unknown)
    few.joints[0, 8:, 2] = 0  # 8 joints are too few for a half of them
    whole = plan_of((few, somebody[1]), scale=0, rotation_deg=0, half_body=1)
    usual = plan_of(somebody, scale=0, rotation_deg=0, half_body=0)
    np.testing.assert_array_equal(whole.input_from_frame, usual.input_from_frame)


def test_colours_change_the_picture_and_not_where_joints_are(somebody):
    plain, coloured = (plan_of(somebody, 3, colour=colour) for colour in (0.0, 1.0))
    np.testing.assert_array_equal(coloured.joints, plain.joints)
    np.testing.assert_array_equal(coloured.input_from_frame, plain.input_from_frame)
    assert np.abs(render_crop(coloured).astype(int) - render_crop(plain)).mean() > 2
    image = somebody[1]
    assert image[0, 0].tolist() == [30, 30, 30], "the photo itself is as it was"


@pytest.mark.parametrize("centres", ["cells", "exact"])
def test_targets_of_a_run_stand_on_cells_or_where_joints_are(tiny_config, centres):
    config = resolve_config(
        tiny_config(architecture=SYSTEMS["hrnet"], crops={**STILL, "centres": centres}, sigma=1.5), COCO_17
    )
    data = load_training_data(config)
    batch = next(system_of(config).samples(config, data).batches([0], torch.device("cpu")))
    (heatmaps,) = batch.targets.heatmaps
    drawn = batch.targets.weights > 0
    highest = heatmaps.flatten(2).max(dim=2).values[drawn]
    at = batch.targets.joints_in_heatmap[drawn].numpy()
    off = np.hypot(*(at - np.trunc(at + 0.5)).T)
    assert off.max() > 0.3, "some joints lie between cells"
    if centres == "cells":
        assert highest.min() == 1
    else:
        np.testing.assert_allclose(highest, np.exp(-(off**2) / (2 * 1.5**2)), atol=1e-3)
