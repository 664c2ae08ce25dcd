"""Targets and loss of part affinity fields: what the paper says of them, and that the parse finds who was drawn."""

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from swahr.decode import group_pafs
from swahr.decode.paf_rules import layout_of
from swahr.errors import SwahrError
from swahr.pose.other_skeletons import COCO_18
from swahr.pose.skeleton import COCO_17
from swahr_training.data.labels import Labels, Person, Photo
from swahr_training.data.middles import with_middles
from swahr_training.losses.fields import FieldTargets, SquaredFieldLoss, Stages
from swahr_training.samples.field_targets import in_cells, joint_heatmaps, limb_fields

LAYOUT = layout_of(COCO_18)
# Somebody who stands, x and y of COCO 18's joints in cells: nose, neck, right arm, left arm, legs, eyes, ears.
STANDING = np.asarray(
    [(0, -12), (0, -9), (-4, -9), (-6, -4), (-6, 1), (4, -9), (6, -4), (6, 1), (-2, 0), (-3, 7), (-3, 14), (2, 0),
     (3, 7), (3, 14), (-1, -13), (1, -13), (-2, -12), (2, -12)], np.float32,
)  # fmt: skip


def people_at(*places):
    joints = np.stack([STANDING + place for place in places])
    return np.concatenate([joints, np.full((*joints.shape[:2], 1), 2)], axis=2).astype(np.float32)


@given(st.integers(1, 3), st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=10)
def test_the_parse_finds_everybody_who_was_drawn(count, seed):
    random = np.random.default_rng(seed)
    places = np.column_stack([np.arange(count) * 17 + random.uniform(10, 14), random.uniform(18, 24, count)])
    people = people_at(*np.round(places))
    size = (48, 64)
    maps = joint_heatmaps(people, size, 0.875), limb_fields(people, size, LAYOUT)
    found = group_pafs(*maps, "lightweight", LAYOUT).keypoints
    assert len(found) == count
    for joints in people:
        assert np.abs(found[..., :2] - joints[:, :2]).max(axis=(1, 2)).min() <= 0.5


def test_a_field_is_the_unit_vector_along_its_limb_and_nothing_else():
    joints = np.zeros((1, 18, 3), np.float32)
    joints[0, 1], joints[0, 8] = (3, 4, 2), (11, 10, 2)  # neck to right hip: channels 0 and 1
    fields = limb_fields(joints, (16, 16), LAYOUT)
    lengths = np.hypot(*fields[:2])
    assert np.unique(lengths.round(5)).tolist() == [0, 1]
    rows, columns = np.nonzero(lengths)
    np.testing.assert_allclose(fields[:2, rows, columns].T, [[0.8, 0.6]] * len(rows), atol=1e-6)
    assert (np.abs((columns - 3) * 0.6 - (rows - 4) * 0.8) <= 1 + 1e-6).all()
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (3, 11, 2, 12)
    assert not fields[2:].any()


def test_where_limbs_of_two_people_pass_their_mean_stands():
    joints = np.zeros((2, 18, 3), np.float32)
    joints[0, 1], joints[0, 8] = (2, 8, 2), (14, 8, 2)
    joints[1, 1], joints[1, 8] = (8, 2, 2), (8, 14, 2)
    fields = limb_fields(joints, (16, 16), LAYOUT)
    assert fields[:2, 8, 8].tolist() == [0.5, 0.5]
    assert fields[:2, 8, 3].tolist() == [1, 0]


def test_joints_that_are_not_labelled_have_neither_heatmap_nor_fields():
    people = people_at((16, 16))
    people[0, 1, 2] = 0  # the neck
    heatmaps, fields = joint_heatmaps(people, (32, 32), 0.875), limb_fields(people, (32, 32), LAYOUT)
    assert not heatmaps[1].any()
    of_neck = [c for limb, c in zip(LAYOUT.limbs, LAYOUT.channels, strict=True) if 1 in limb]
    assert not fields[np.ravel(of_neck)].any()
    np.testing.assert_allclose(heatmaps[-1], 1 - heatmaps[:-1].max(axis=0))
    assert heatmaps[0].max() == 1
    assert heatmaps[heatmaps > 0].min() >= 0.0099


def test_a_cells_centre_is_in_the_middle_of_its_pixels():
    assert in_cells(np.asarray([[3.5, 11.5, 2]], np.float32)).tolist() == [[0, 1, 2]]


def test_the_neck_is_between_the_shoulders_where_both_are_labelled():
    joints = np.arange(51, dtype=np.float32).reshape(17, 3)
    joints[:, 2] = 2
    hidden = joints.copy()
    hidden[5, 2] = 0
    people = tuple(Person(str(n), each, (0, 0, 9, 9), 81) for n, each in enumerate((joints, hidden)))
    labels = Labels("a.json", COCO_17, [Photo(1, Path("a.jpg"), (9, 9), people)])
    added = with_middles(labels, COCO_18)
    assert added.skeleton.joints[-1] == "neck"
    assert added.photos[0].people[0].joints[-1].tolist() == [*((joints[5, :2] + joints[6, :2]) / 2), 2]
    assert added.photos[0].people[1].joints[-1].tolist() == [0, 0, 0]
    assert with_middles(labels, COCO_17) is labels


def test_the_loss_is_half_the_squared_error_of_each_frame_and_stage_where_something_is_known():
    random = torch.Generator().manual_seed(0)
    heatmaps, pafs = torch.rand(2, 3, 4, 5, generator=random), torch.rand(2, 4, 4, 5, generator=random)
    known = torch.rand(2, 3, 4, 5, generator=random) > 0.5
    targets = FieldTargets(heatmaps, pafs, known, torch.ones(2, 4, 4, 5, dtype=torch.bool))
    stages = Stages([heatmaps + 1, heatmaps], [pafs, pafs + 2])
    terms = SquaredFieldLoss(0.5)(stages, targets)
    assert terms.heatmap.item() == pytest.approx(0.5 * int(known.sum()) / 2, rel=1e-5)
    assert terms.field.item() == pytest.approx(0.5 * 0.5 * 4 * pafs.numel() / 2, rel=1e-5)
    with pytest.raises(SwahrError, match="num_limbs has to be that of the skeleton"):
        SquaredFieldLoss()(Stages([heatmaps], [pafs[:, :2]]), targets)
