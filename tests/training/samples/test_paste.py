"""People cut out of other photos: they are seen, their labels are where they are, and what they cover is not taught."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swahr.pose.skeleton import COCO_17
from swahr_training.data.labelled import LabelledImage
from swahr_training.sample_settings import AugmentConfig
from swahr_training.samples.augment import draw_plan
from swahr_training.samples.paste import choose_donor
from swahr_training.samples.render import render_sample

SIZE = 160
DARK, BRIGHT = 20, 220
# A figure that stands: face, arms at the sides, legs straight; parts of its box.
FIGURE = np.asarray(
    [
        *[(0.5, 0.06), (0.55, 0.04), (0.45, 0.04), (0.6, 0.06), (0.4, 0.06)],
        *[(0.75, 0.2), (0.25, 0.2), (0.9, 0.36), (0.1, 0.36), (0.95, 0.5), (0.05, 0.5)],
        *[(0.65, 0.52), (0.35, 0.52), (0.65, 0.75), (0.35, 0.75), (0.65, 0.97), (0.35, 0.97)],
    ],
    np.float32,
)
KEEP = {"rotation_deg": 0, "translation": 0, "flip": 0, "scale": (1.0, 1.0)}


def photo(name, level, *boxes, ignored=(), unlabelled=()):
    """A photo of one grey level, with figures in boxes x, y, width, height."""
    boxes = np.asarray(boxes, np.float32).reshape(-1, 4)
    joints = np.full((len(boxes), 17, 3), 2, np.float32)
    joints[..., :2] = boxes[:, None, :2] + FIGURE * boxes[:, None, 2:]
    unknown = np.zeros(len(boxes), bool)
    return LabelledImage(Path(name), joints, boxes, unknown, ignored, unlabelled), np.full(
        (SIZE, SIZE, 3), level, np.uint8
    )


def plan_of(photos, seed=0, paste=1.0, **others):
    images = {labelled.path: image for labelled, image in photos}
    config = AugmentConfig(**{**KEEP, **others}, paste=paste)
    read = lambda labelled: images[labelled.path]  # noqa: E731
    return draw_plan(
        [labelled for labelled, _ in photos], 0, SIZE, config, COCO_17, read, np.random.default_rng(seed)
    )


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**20), flip=st.sampled_from([0.0, 1.0]), rotation_deg=st.sampled_from([0.0, 30.0])
)
def test_whoever_is_pasted_is_seen_at_the_own_joints(seed, flip, rotation_deg):
    # Nobody is in the dark photo, so whoever is pasted is bright.
    plan = plan_of(
        [photo("dark", DARK), photo("bright", BRIGHT, (50, 20, 50, 120))],
        seed,
        flip=flip,
        rotation_deg=rotation_deg,
    )
    image = render_sample(plan).image
    for x, y, _ in plan.joints[plan.joints[..., 2] > 0]:
        # The outline's last pixel may be dark where a photo ends.
        column, row = round(float(x)), round(float(y))
        near = image[max(0, row - 1) : row + 2, max(0, column - 1) : column + 2]
        assert near.max() == BRIGHT
    assert (image == DARK).any()


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**20))
def test_what_is_covered_is_not_taught(seed):
    host = photo("dark", DARK, (60, 30, 45, 110))
    plan = plan_of([host, photo("bright", BRIGHT, (50, 20, 50, 120))], seed)
    cutouts = [piece.cutout for piece in plan.pieces[1:]]
    for (x, y, _), (_, _, seen) in zip(host[0].joints[0], plan.joints[0], strict=True):
        assert (seen == 0) == any(cutout[round(float(y)), round(float(x))] for cutout in cutouts)
    np.testing.assert_array_equal(plan.joints[0, :, :2], host[0].joints[0, :, :2])


def test_somebody_pasted_has_a_row_in_each_label():
    plan = plan_of([photo("dark", DARK, (60, 30, 45, 110)), photo("bright", BRIGHT, (50, 20, 50, 120))])
    people = len(plan.pieces)
    assert people in (2, 3)
    assert len(plan.joints) == len(plan.boxes) == len(plan.unknown) == people
    for box, joints in zip(plan.boxes, plan.joints, strict=True):
        seen = joints[joints[:, 2] > 0, :2]
        assert (seen >= box[:2] - 1e-3).all()
        assert (seen <= box[2:] + 1e-3).all()


def test_somebody_before_a_crowd_is_taught():
    crowd = photo("dark", DARK, ignored=([[0, 0, SIZE, 0, SIZE, SIZE, 0, SIZE]],))
    sample = render_sample(plan_of([crowd, photo("bright", BRIGHT, (50, 20, 50, 120))]))
    covered = np.any([piece.cutout for piece in sample.plan.pieces[1:]], axis=0)
    assert covered.any()
    np.testing.assert_array_equal(sample.ignored == 0, covered)


def test_who_is_cut_out_along_with_somebody_keeps_the_labels_that_are_seen():
    # Two stand so close that one's limbs show the other's.
    couple = photo("bright", BRIGHT, (50, 20, 50, 120), (60, 20, 50, 120))
    plan = plan_of([photo("dark", DARK), couple])
    (piece, *_) = plan.pieces[1:]
    labelled = couple[0].joints.reshape(-1, 3)[:, :2] @ piece.affine[:, :2].T + piece.affine[:, 2]
    taught = plan.joints[plan.joints[..., 2] > 0][:, :2]
    for x, y in labelled:
        column, row = round(float(x)), round(float(y))
        if (
            0 <= x < SIZE
            and 0 <= y < SIZE
            and 0 <= column < SIZE
            and 0 <= row < SIZE
            and piece.cutout[row, column]
        ):
            later = [other.cutout for other in plan.pieces[2:]]
            if not any(cutout[row, column] for cutout in later):
                assert np.abs(taught - (x, y)).sum(axis=1).min() < 1e-3


def test_a_crowd_that_is_cut_out_along_is_not_taught():
    crowd = photo("bright", BRIGHT, (50, 20, 50, 120), ignored=([[0, 0, SIZE, 0, SIZE, SIZE, 0, SIZE]],))
    sample = render_sample(plan_of([photo("dark", DARK), crowd]))
    covered = np.any([piece.cutout for piece in sample.plan.pieces[1:]], axis=0)
    assert covered.any()
    # The rim of a warped region may round to the other side.
    assert (sample.ignored[covered] == 1).mean() > 0.97
    assert not sample.ignored[~covered].any()


def test_without_pasting_a_sample_is_what_it_was():
    photos = [photo("dark", DARK, (60, 30, 45, 110)), photo("bright", BRIGHT, (50, 20, 50, 120))]
    (piece,) = plan_of(photos, paste=0.0, flip=0.5).pieces
    assert piece.cutout is None


@pytest.mark.parametrize(
    ("donor", "why"),
    [
        (photo("small", BRIGHT, (5, 5, 12, 30)), "too small"),
        (photo("nobody", BRIGHT), "nobody there"),
        (photo("flat", BRIGHT, (50, 20, 0, 120)), "a box without a width"),
        (
            photo("other joints", BRIGHT, (50, 20, 50, 120), unlabelled=(3,)),
            "lacks a joint that is taught",
        ),
    ],
)
def test_who_is_no_donor(donor, why):
    assert choose_donor([donor[0]], (), np.random.default_rng(0)) is None, why
    assert (
        choose_donor([photo("good", BRIGHT, (50, 20, 50, 120))[0]], (), np.random.default_rng(0)) is not None
    )
