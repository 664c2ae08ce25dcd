"""Exports with all that CVAT and Label Studio write into them, of photos 96 x 72 with two birds and a nest."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from swahr_training.config import DataSource
from swahr_training.data.sources import read_labels

EXPORTS = Path(__file__).parent / "exports"
JOINTS = ("beak", "left wing", "right wing")
FIRST = [[30.12, 20.75, 2], [40.4, 31.9, 2], [20.5, 30.25, 1]]
SECOND = [[70, 22.5, 2], [0, 0, 0], [62.5, 33, 2]]


@pytest.fixture
def exported(cases, tmp_path):
    """Lay an export beside its photos and read it."""

    def read(name, *photos):
        cases.put(tmp_path / "images" / "pond", [Path(photo).name for photo in photos])
        shutil.copy(EXPORTS / name, tmp_path)
        labels = read_labels(DataSource(labels=tmp_path), "train")
        assert [photo.path.name for photo in labels.photos] == list(photos)
        assert not [problem for problem in labels.problems if problem.stops]
        assert labels.skeleton.joints == JOINTS
        assert labels.skeleton.flip_pairs == ((1, 2),)
        return labels

    return read


def joints_of(photo):
    return [person.joints.round(2).tolist() for person in photo.people]


def test_cvats_images_are_read_without_what_is_no_bird(exported):
    labels = exported("cvat_images.xml", "a.jpg", "b.jpg", "c.jpg")
    first, *others = labels.photos
    np.testing.assert_allclose(joints_of(first), [FIRST, SECOND], atol=1e-5)
    assert [len(photo.people) for photo in others] == [0, 0]
    assert labels.skeleton.limbs == ((0, 1), (0, 2))
    assert [problem.kind for problem in labels.problems] == [
        "boxes of classes without joints: left out (nest)"
    ]


def test_cvats_video_is_read_frame_by_frame_and_who_has_left_is_not_there(exported):
    labels = exported("cvat_video.xml", *(f"frame_{number:06d}.PNG" for number in range(3)))
    beaks = [[joints[0] for joints in joints_of(photo)] for photo in labels.photos]
    assert beaks == [[[30, 20, 2]], [[31, 20.5, 2], [70, 22.5, 2]], [[70.5, 23, 2]]]
    assert labels.photos[0].people[0].joints[:, 2].tolist() == [2, 2, 1]


@pytest.mark.parametrize("name", ["label_studio.json", "label_studio_min.json"])
def test_label_studios_points_are_those_of_their_box_by_parent_relation_or_place(exported, name):
    labels = exported(name, "a.jpg", "b.jpg")
    first, second = labels.photos
    visible = [[[x, y, 2 if seen else 0] for x, y, seen in joints] for joints in (FIRST, SECOND)]
    np.testing.assert_allclose(joints_of(first), visible, atol=0.01)
    np.testing.assert_allclose([person.box for person in first.people], [[8, 12, 40, 28], [58, 18, 20, 25]])
    assert second.people == ()
