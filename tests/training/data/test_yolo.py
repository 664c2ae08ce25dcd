"""YOLO-pose folders: positions, visibilities, splits, and what is wrong with them."""

import cv2
import numpy as np
import pytest
import yaml

from swahr.errors import SwahrError
from swahr.pose.skeleton import COCO_17
from swahr_training.config import TrainConfig
from swahr_training.data.formats.yolo import label_file, read_yolo
from swahr_training.data.sources import load_training_data

# One person of three joints in a photo of 100 x 50: joints at (20, 10), (30, 20) and none.
LINE = "0 0.25 0.3 0.2 0.4 0.2 0.2 2 0.3 0.4 1 0 0 0"


@pytest.fixture
def folder(tmp_path):
    """Make a YOLO-pose folder; lines: of the one label file. Keyword arguments change data.yaml."""

    def make(*lines, **changes):
        for split in ("train", "val"):
            (tmp_path / "images" / split).mkdir(parents=True, exist_ok=True)
            (tmp_path / "labels" / split).mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(tmp_path / "images" / split / "a.jpg"), np.zeros((50, 100, 3), np.uint8))
            (tmp_path / "labels" / split / "a.txt").write_text("\n".join(lines))
        content = {
            "path": "somewhere/else",
            "train": "images/train",
            "val": "images/val",
            "kpt_shape": [3, 3],
            "flip_idx": [0, 2, 1],
            "names": {0: "stick"},
            **changes,
        }
        (tmp_path / "data.yaml").write_text(yaml.safe_dump(content))
        return tmp_path / "data.yaml"

    return make


def test_positions_are_parts_of_the_photo(folder):
    (photo,) = read_yolo(folder(LINE)).photos
    assert photo.size_wh == (100, 50)
    (person,) = photo.people
    np.testing.assert_allclose(person.joints, [[20, 10, 2], [30, 20, 1], [0, 0, 0]])
    np.testing.assert_allclose(person.box, [15, 5, 20, 20])
    assert person.area == pytest.approx(0.53 * 400)


def test_without_visibilities_a_joint_at_the_corner_is_none(folder):
    line = "0 0.25 0.3 0.2 0.4 0.2 0.2 0.3 0.4 0 0"
    (photo,) = read_yolo(folder(line, kpt_shape=[3, 2])).photos
    assert photo.people[0].joints[:, 2].tolist() == [2, 2, 0]


def test_a_box_alone_is_a_person_without_joints(folder):
    (photo,) = read_yolo(folder(LINE, "0 0.5 0.5 0.1 0.1")).photos
    assert [person.ignored for person in photo.people] == [False, True]


def test_flip_pairs_and_names_come_from_the_file(folder):
    skeleton = read_yolo(folder(LINE)).skeleton
    assert (skeleton.name, skeleton.flip_pairs) == ("stick", ((1, 2),))
    assert skeleton.joints == ("joint_0", "joint_1", "joint_2")
    named = read_yolo(folder(LINE, kpt_names={0: ["head", "left", "right"]})).skeleton
    assert named.joints == ("head", "left", "right")
    seventeen = "0 0.5 0.5 0.5 0.5 " + "0.5 0.5 2 " * 17
    coco = folder(seventeen, kpt_shape=[17, 3], flip_idx=list(COCO_17.flip_permutation))
    assert read_yolo(coco).skeleton == COCO_17


def test_a_skeleton_file_names_the_joints_of_a_run(folder, tmp_path):
    skeleton = tmp_path / "skeleton.yaml"
    skeleton.write_text("joints: [head, left, right]\nflip_pairs: [[left, right]]\nsigmas: {head: 0.05}\n")
    config = TrainConfig.model_validate({"train": folder(LINE), "steps": 1, "skeleton": skeleton})
    data = load_training_data(config)
    assert data.skeleton.joints == ("head", "left", "right")
    assert data.skeleton.sigmas == (0.05, 0.08, 0.08)
    assert data.photos[0].joints[0, :, 2].tolist() == [2, 1, 0]
    assert data.photos[0].unlabelled == (2,)


def test_a_folder_stands_for_its_data_yaml(folder, tmp_path):
    folder(LINE)
    config = TrainConfig.model_validate({"train": tmp_path, "steps": 1})
    assert len(load_training_data(config).photos) == 1


def test_photos_come_from_folders_and_lists(folder, tmp_path):
    (tmp_path / "photos.txt").write_text("images/train/a.jpg\nimages/val/a.jpg\n")
    assert len(read_yolo(folder(LINE, train="photos.txt")).photos) == 2
    assert len(read_yolo(folder(LINE, train=["images/train", "images/val"])).photos) == 2
    assert len(read_yolo(folder(LINE), "val").photos) == 1
    assert (
        label_file(tmp_path / "images" / "a" / "images" / "b.png")
        == tmp_path / "images" / "a" / "labels" / "b.txt"
    )


def test_a_photo_without_a_label_file_has_no_people_and_that_is_said(folder, tmp_path):
    data = folder(LINE)
    cv2.imwrite(str(tmp_path / "images" / "train" / "b.jpg"), np.zeros((50, 100, 3), np.uint8))
    labels = read_yolo(data)
    assert [len(photo.people) for photo in labels.photos] == [1, 0]
    assert [problem.kind for problem in labels.problems] == [
        "photos without a label file: taken as photos without people"
    ]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("0 0.5 0.5", "lines with another number of values"),
        (LINE + " 7", "lines with another number of values"),
        (LINE.replace("0.25", "x"), "lines that are not numbers"),
        (LINE.replace("0.25", "nan"), "lines that are not numbers"),
    ],
)
def test_wrong_lines_are_named_and_refused(folder, line, kind):
    data = folder(LINE, line)
    (problem,) = read_yolo(data).problems
    assert problem.kind == kind
    assert "a.txt, line 2" in problem.where
    with pytest.raises(SwahrError, match=kind):
        load_training_data(TrainConfig.model_validate({"train": data, "steps": 1}))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"flip_idx": [1, 2, 0]}, r"no involution: mirroring twice changes joints \[0, 1, 2\]"),
        ({"flip_idx": [0, 1]}, "does not hold each joint from 0 to 2 once"),
        ({"flip_idx": [0, 0, 1]}, "does not hold each joint from 0 to 2 once"),
        ({"kpt_shape": 3}, r"kpt_shape is 3; expected \[joints, 2\]"),
        ({"kpt_shape": [0, 3]}, "expected at least 1"),
        ({"kpt_names": {0: ["head"]}}, "kpt_names has 1 names; kpt_shape has 3 joints"),
        ({"train": None}, "no split 'train'; it has val"),
        ({"train": "nowhere"}, "neither a folder nor a list of photos"),
        ({"train": "labels"}, "no photos in train"),
    ],
)
def test_a_wrong_data_yaml_is_refused(folder, changes, message):
    data = folder(LINE, **changes)
    with pytest.raises(SwahrError, match=message):
        load_training_data(TrainConfig.model_validate({"train": data, "steps": 1}))


def test_labels_in_another_place_are_missed(folder, tmp_path):
    data = folder(LINE)
    (tmp_path / "labels").rename(tmp_path / "annotations")
    with pytest.raises(
        SwahrError, match=r"no label file at all \(expected files such as .*labels/train/a\.txt"
    ):
        load_training_data(TrainConfig.model_validate({"train": data, "steps": 1}))
