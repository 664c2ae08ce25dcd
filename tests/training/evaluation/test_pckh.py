"""PCKh, on people whose distances are known."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from swahr.pose.other_skeletons import MPII_16
from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17
from swahr_training.data.labels import Labels, Person, Photo
from swahr_training.evaluation.pckh import pckh

HEAD = 20.0  # pixels


def somebody(x):
    joints = np.full((16, 3), 2, np.float32)
    joints[:, 0], joints[:, 1] = x, np.arange(16) * HEAD
    return joints


def labels_of(*people, skeleton=MPII_16):
    listed = tuple(Person(str(n), joints, (0, 0, 99, 400), 4e4) for n, joints in enumerate(people))
    return Labels("a.json", skeleton, [Photo(1, Path("a.jpg"), (640, 480), listed)])


def moved(joints, pixels):
    found = joints.copy()
    found[:, 0] += pixels
    found[:, 2] = 1
    return found


@pytest.mark.parametrize(("pixels", "half", "tenth"), [(0, 1, 1), (1.9, 1, 1), (9, 1, 0), (11, 0, 0)])
def test_a_joint_is_right_within_a_part_of_the_head(pixels, half, tenth):
    joints = somebody(100)
    found = Poses(moved(joints, pixels)[None], np.ones(1, np.float32), MPII_16)
    assert pckh(labels_of(joints), [found]) == {"PCKh": half, "PCKh@0.1": tenth}


def test_a_labelled_box_of_a_head_tells_its_size():
    joints = somebody(100)
    found = Poses(moved(joints, 14)[None], np.ones(1, np.float32), MPII_16)
    labels = labels_of(joints)
    assert pckh(labels, [found])["PCKh"] == 0
    (photo,) = labels.photos
    boxed = replace(photo, people=(replace(photo.people[0], head_size=30.0),))
    assert pckh(replace(labels, photos=[boxed]), [found])["PCKh"] == 1


def test_pelvis_thorax_and_hidden_joints_do_not_count_and_who_is_missing_does():
    first, second = somebody(100), somebody(400)
    first[0, 2], first[1, 2] = 1, 0  # hidden; not labelled
    found = moved(first, 0)
    found[[6, 7], 0] += 300  # pelvis and thorax
    found[2] = np.nan
    poses = Poses(found[None], np.ones(1, np.float32), MPII_16)
    # Of the first 11 of 12 are right; the second has nobody, 14 wrong.
    assert pckh(labels_of(first, second), [poses])["PCKh"] == pytest.approx(11 / 26)


def test_joints_without_a_head_have_no_such_figure():
    nobody = Labels("a.json", COCO_17, [])
    assert pckh(nobody, []) == {}
    assert pckh(labels_of(), [Poses.nobody(MPII_16)]) == {"PCKh": -1, "PCKh@0.1": -1}
