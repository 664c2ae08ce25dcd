"""Samples: joints stay on what they mark, whatever the affine, the mirror or the mosaic."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swahr.pose.skeleton import COCO_17
from swahr_training.data.labelled import LabelledImage
from swahr_training.sample_settings import AugmentConfig
from swahr_training.samples.augment import draw_plan
from swahr_training.samples.batches import BatchLoader, collate, drawn_ahead, loss_mask
from swahr_training.samples.photos import PhotoCache
from swahr_training.samples.render import render_sample

SIZE = 128
NOSE, LEFT_WRIST, RIGHT_WRIST = 0, 9, 10


def photo_with_dots(width=160, height=100):
    """A dark photo with a dot in its own colour at each of three joints."""
    image = np.full((height, width, 3), 30, np.uint8)
    joints = np.zeros((1, 17, 3), np.float32)
    for joint, xy, colour in (
        (NOSE, (80, 30), (255, 60, 60)),
        (LEFT_WRIST, (100, 60), (60, 255, 60)),
        (RIGHT_WRIST, (60, 60), (60, 60, 255)),
    ):
        cv2.circle(image, xy, 5, colour, -1)
        joints[0, joint] = (*xy, 2)
    labelled = LabelledImage(
        Path("dots.png"), joints, np.asarray([[50, 20, 60, 50]], np.float32), np.asarray([False])
    )
    return labelled, image


def drawn(*settings):
    return render_sample(draw_plan(*settings))


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**20), mosaic=st.sampled_from([0.0, 1.0]))
def test_joints_follow_the_photo(seed, mosaic):
    labelled, image = photo_with_dots()
    config = AugmentConfig(scale=(0.8, 1.6), scale_of="long", aspect=0.2, mosaic=mosaic)
    sample = drawn([labelled], 0, SIZE, config, COCO_17, lambda _: image, np.random.default_rng(seed))
    # A mirrored photo shows the left wrist's dot where the mirrored person's right wrist is.
    colours = {NOSE: ({0},), LEFT_WRIST: ({1, 2},), RIGHT_WRIST: ({1, 2},)}
    for person in sample.plan.joints:
        for joint, (channels,) in colours.items():
            x, y, visible = person[joint]
            column, row = round(float(x)), round(float(y))
            if visible and 0 <= column < SIZE and 0 <= row < SIZE:
                assert sample.image[row, column].max() > 120
                assert int(sample.image[row, column].argmax()) in channels


def test_a_mirrored_photo_swaps_left_and_right():
    labelled, image = photo_with_dots()
    config = AugmentConfig(scale=(1.0, 1.0), scale_of="long", rotation_deg=0, translation=0, flip=1)
    sample = drawn([labelled], 0, SIZE, config, COCO_17, lambda _: image, np.random.default_rng(0))
    x, y, _ = sample.plan.joints[0, RIGHT_WRIST]
    assert int(sample.image[round(float(y)), round(float(x))].argmax()) == 1  # the left wrist's green


def test_unknown_joints_and_ignore_regions_are_masked():
    labelled, image = photo_with_dots()
    taught = LabelledImage(
        labelled.path, labelled.joints, labelled.boxes, np.asarray([True]), ([[0, 0, 20, 0, 20, 20, 0, 20]],)
    )
    config = AugmentConfig(scale=(1.0, 1.0), scale_of="long", rotation_deg=0, translation=0, flip=0)
    sample = drawn([taught], 0, SIZE, config, COCO_17, lambda _: image, np.random.default_rng(0))
    mask = loss_mask(sample, 2)
    x, y, _ = sample.plan.joints[0, NOSE] / 2
    ear = 3
    assert mask[NOSE, int(y), int(x)]
    assert not mask[ear, int(y), int(x)]
    assert not mask[:, sample.ignored[::2, ::2] > 0].any()
    assert sample.ignored.any()


@pytest.mark.parametrize("threads", [1, 3])
def test_batches_do_not_depend_on_threads_or_on_where_a_run_went_on(tmp_path, threads):
    labelled, image = photo_with_dots()
    path = tmp_path / "dots.png"
    cv2.imwrite(str(path), image)
    dataset = [LabelledImage(path, labelled.joints, labelled.boxes, labelled.unknown)] * 5
    loader = BatchLoader(dataset, None, COCO_17, 64, 2, AugmentConfig(colour=0.5), 3, PhotoCache(1e6))

    def batches_of(first, threads=1):
        return list(drawn_ahead(lambda n: collate(loader.plans(n), 2.0), range(first, 6), threads))

    batches, resumed = batches_of(0, threads), batches_of(4)
    for one, other in zip(batches[4:], resumed, strict=True):
        assert (one.images == other.images).all()
        assert (one.tags == other.tags).all()
        assert one.names == other.names
