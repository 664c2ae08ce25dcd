"""Labels from COCO files: who is learnt, who is left out, and what is refused."""

import json

import numpy as np
import pytest

from swahr.errors import SwahrError
from swahr.skeleton import COCO_17, CROWDPOSE_14
from swahr_training.batches import PhotoCache
from swahr_training.dataset import read_coco, read_negatives


def test_people_crowds_and_people_without_joints_are_told_apart(figures):
    photos = read_coco(figures / "keypoints.json", figures / "images", COCO_17, ("teacher",))
    assert [len(photo.joints) for photo in photos] == [0, 1, 2, 0, 1, 2]
    assert photos[2].unknown.tolist() == [False, True]
    mask = photos[0].ignore_mask(72, 96)
    assert mask[:, :8].all()  # the crowd, run lengths
    assert mask[15, 15]  # the box of the person without joints
    assert not mask[60, 60]


def test_every_photo_of_a_folder_is_a_negative(figures):
    photos = read_negatives(figures / "images", COCO_17)
    assert len(photos) == 6
    assert all(photo.joints.shape == (0, 17, 3) for photo in photos)


def test_a_photo_is_decoded_once(figures):
    photos = read_coco(figures / "keypoints.json", figures / "images", COCO_17)
    read = PhotoCache()
    assert read(photos[0]) is read(photos[0])


def test_labels_that_do_not_fit_are_refused(figures, tmp_path):
    labels = figures / "keypoints.json"
    with pytest.raises(SwahrError, match="has 17 joints; the skeleton crowdpose-14 has 14"):
        read_coco(labels, figures / "images", CROWDPOSE_14)
    with pytest.raises(SwahrError, match="not a COCO keypoint file"):
        read_coco(tmp_path / "none.json", tmp_path, COCO_17)
    content = json.loads(labels.read_text())
    content["annotations"][0]["image_id"] = 999
    (tmp_path / "odd.json").write_text(json.dumps(content))
    with pytest.raises(SwahrError, match="an image that is not listed"):
        read_coco(tmp_path / "odd.json", figures / "images", COCO_17)
    broken = tmp_path / "0.png"
    broken.write_bytes(b"no image")
    with pytest.raises(SwahrError, match="not a readable image"):
        PhotoCache()(read_negatives(tmp_path, COCO_17)[0])


def test_joints_keep_their_numbers(figures):
    (photo, *_) = [
        p for p in read_coco(figures / "keypoints.json", figures / "images", COCO_17) if len(p.joints)
    ]
    content = json.loads((figures / "keypoints.json").read_text())
    expected = np.asarray(content["annotations"][0]["keypoints"], np.float32).reshape(17, 3)
    np.testing.assert_allclose(photo.joints[0], expected)
