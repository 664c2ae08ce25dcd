"""COCO and YOLO files are read in the layouts of the tools that write them, and a refusal says what to do."""

import json
import shlex
from pathlib import Path

import cv2
import numpy as np
import pytest
import yaml

from swahr.errors import Hint, SwahrError
from swahr.pose.skeleton import COCO_17
from swahr_training.config import DataSource
from swahr_training.data.check import check
from swahr_training.data.found import find_labels, has_splits, is_settings
from swahr_training.data.refusal import refuse_wrong
from swahr_training.data.sources import read_labels


def read(path, **source):
    labels = read_labels(DataSource(labels=path, **source), "train")
    refuse_wrong(labels)
    return labels


def assert_same(cases, labels, hidden=True):
    found, true = cases.joints_of(labels), cases.true_joints(hidden)
    assert {*found} == {*true}
    for name, joints in true.items():
        np.testing.assert_allclose(found[name], joints, atol=0.02)


def prefixed(content):
    for image in content["images"]:
        image["file_name"] = "images/" + image["file_name"]


def uploaded(content):
    for image in content["images"]:
        image["file_name"] = "/data/upload/1/0a1b2c3d-" + image["file_name"]


def from_windows(content):
    for image in content["images"]:
        image["file_name"] = "photos\\\\set 1\\\\" + image["file_name"]


def with_first_category(content):
    content["categories"] = [
        {"id": 0, "name": "persons", "supercategory": "none"},
        {**content["categories"][0], "supercategory": "persons"},
    ]


@pytest.mark.parametrize(
    ("change", "photos", "file"),
    [
        (lambda c: None, "val2017", "annotations/person_keypoints_val2017.json"),  # the COCO site
        (lambda c: None, "images/val2017", "annotations/person_keypoints_val2017.json"),
        (lambda c: None, "images/default", "annotations/person_keypoints_default.json"),  # CVAT
        (prefixed, "images", "result.json"),  # Label Studio
        (uploaded, "images", "result.json"),
        (from_windows, "photos/set 1", "labels.json"),
        (with_first_category, "", "_annotations.coco.json"),  # Roboflow, one part
        (lambda c: None, "deep/er/photos", "labels.json"),
    ],
)
def test_photos_are_found_where_tools_put_them(cases, tmp_path, change, photos, file):
    path = cases.coco_case(tmp_path, change, photos, file)
    assert_same(cases, read(path))
    assert_same(cases, read(tmp_path))  # the folder stands for its one file


def test_photos_that_are_nowhere_are_refused_with_the_folders_and_the_setting(cases, tmp_path):
    path = cases.coco_case(tmp_path / "set", photos="../elsewhere")
    with pytest.raises(SwahrError, match=r"2 photos that are not there .*sought in .*set") as refused:
        read(path)
    assert refused.value.hints == (Hint("images"),)
    assert_same(cases, read(path, images=tmp_path / "elsewhere"))


def test_two_photos_of_one_name_are_not_guessed(cases, tmp_path):
    path = cases.coco_case(tmp_path, photos="one/a")
    cases.put(tmp_path / "two" / "b")
    with pytest.raises(SwahrError, match="photos that are not there"):
        read(path)


def test_a_folder_of_parts_is_read_by_its_parts(cases, tmp_path):
    for part in ("train", "valid"):
        cases.coco_case(tmp_path / part, with_first_category, "", "_annotations.coco.json")
    assert has_splits(tmp_path)
    assert_same(cases, read(tmp_path, split="val"))
    assert read(tmp_path, split="val").name.endswith("valid/_annotations.coco.json")
    with pytest.raises(SwahrError, match="no part 'test'; it has train, val"):
        read(tmp_path, split="test")


def test_the_coco_sites_folder_has_parts_and_its_captions_are_none(cases, tmp_path):
    for part in ("train2017", "val2017"):
        cases.coco_case(tmp_path, photos=part, file=f"annotations/person_keypoints_{part}.json")
        (tmp_path / "annotations" / f"captions_{part}.json").write_text('{"images": [], "annotations": []}')
    assert has_splits(tmp_path)
    assert_same(cases, read(tmp_path, split="val"))


@pytest.fixture
def yolo(cases, tmp_path):
    """Write the data set as Roboflow does, changed; return its data.yaml."""

    def make(**changes):
        content = cases.base()
        width, height = cases.size_wh
        for part in ("train", "valid"):
            cases.put(tmp_path / part / "images")
            (tmp_path / part / "labels").mkdir(exist_ok=True)
            for image in content["images"]:
                lines = []
                for person in content["annotations"]:
                    if person["image_id"] == image["id"]:
                        x, y, w, h = person["bbox"]
                        box = [(x + w / 2) / width, (y + h / 2) / height, w / width, h / height]
                        joints = np.asarray(person["keypoints"]).reshape(17, 3) / (width, height, 1)
                        lines.append(" ".join(map(str, [person["id"] % 2, *box, *joints.ravel()])))
                file = tmp_path / part / "labels" / image["file_name"].replace(".jpg", ".txt")
                file.write_text("\n".join(lines), encoding="utf-8-sig")
        described = {
            "train": "../train/images",
            "val": "../valid/images",
            "kpt_shape": [17, 3],
            "flip_idx": list(COCO_17.flip_permutation),
            "nc": 2,
            "names": ["dancer", "guest"],
        }
        file = tmp_path / "data.yaml"
        file.write_text(yaml.safe_dump({**described, **changes}), encoding="utf-8-sig")
        return file

    return make


def test_roboflows_yolo_folder_is_read(cases, tmp_path, yolo):
    yolo()
    assert has_splits(tmp_path)
    assert_same(cases, read(tmp_path))


def test_one_class_of_several_is_chosen_by_name(cases, yolo):
    path = yolo()
    assert [len(photo.people) for photo in read(path, category="guest").photos] == [1, 1]
    assert [len(photo.people) for photo in read(path, category="dancer").photos] == [0, 1]
    with pytest.raises(SwahrError, match="no class 'dog'; it has dancer, guest"):
        read(path, category="dog")


def test_settings_of_a_run_are_told_from_labels(yolo, tmp_path):
    (tmp_path / "run.yaml").write_text("train: a.json\nsteps: 3\n")
    assert is_settings(tmp_path / "run.yaml")
    assert not is_settings(yolo())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ([{"image_id": 1, "keypoints": [1, 2, 0.5], "score": 0.1}], "COCO results, which name no photos"),
        ({"images": [], "categories": []}, "not a COCO keypoint file: no list annotations"),
        ({"_via_img_metadata": {}}, "VGG Image Annotator; export them as COCO"),
        ({"a": 1, "b": 2}, "JSON whose keys are a, b"),
        ([{"a": 1}], "a JSON list of records with a"),
    ],
)
def test_a_refusal_names_what_was_recognised(tmp_path, content, said):
    (tmp_path / "labels.json").write_text(json.dumps(content))
    with pytest.raises(SwahrError, match=said) as refused:
        find_labels(tmp_path / "labels.json")
    assert "\n" not in str(refused.value)
    assert "expected labels of one of the formats coco, " in str(refused.value)


def test_other_kinds_of_yolo_and_coco_say_what_to_export(cases, tmp_path):
    (tmp_path / "data.yaml").write_text("train: images\nnames: [a]\n")
    with pytest.raises(
        SwahrError, match="without kpt_shape, so of boxes or outlines; export it as YOLO pose"
    ):
        find_labels(tmp_path / "data.yaml")

    def boxes_alone(content):
        del content["categories"][0]["keypoints"]
        for person in content["annotations"]:
            del person["keypoints"]

    with pytest.raises(
        SwahrError, match="of boxes or outlines, without keypoints; export it as COCO keypoints"
    ):
        read(cases.coco_case(tmp_path / "boxes", boxes_alone))


def test_several_files_of_labels_are_named(cases, tmp_path):
    for name in ("one.json", "two.json"):
        cases.coco_case(tmp_path, file=name)
    with pytest.raises(SwahrError, match=r"found one\.json, two\.json; name the file itself"):
        find_labels(tmp_path)


def kinds_of(path):
    return {problem.kind: problem.stops for problem in check(read_labels(DataSource(labels=path), "train"))}


def test_limbs_that_count_from_0_are_read_and_told(cases, tmp_path):
    def from_zero(content):
        category = content["categories"][0]
        category["keypoints"] = [f"{name}_joint" for name in category["keypoints"]]
        category["skeleton"] = [[a - 1, b - 1] for a, b in category["skeleton"]]

    path = cases.coco_case(tmp_path, from_zero)
    assert kinds_of(path) == {"limbs that count joints from 0, not from 1: read so": False}
    skeleton = read(path).skeleton
    assert skeleton.limbs == COCO_17.limbs
    assert skeleton.flip_pairs == COCO_17.flip_pairs


def test_limbs_that_make_no_sense_are_mended_by_a_skeleton_file(cases, tmp_path):
    def nonsense(content):
        content["categories"][0]["keypoints"][0] = "snout"
        content["categories"][0]["skeleton"] = [[40, 41]]

    path = cases.coco_case(tmp_path, nonsense)
    with pytest.raises(SwahrError, match="expected two different joints"):
        read(path)
    given = type(COCO_17)("mine", ("snout", *COCO_17.joints[1:]), *list(COCO_17.to_dict().values())[2:])
    labels = read_labels(DataSource(labels=path), "train", given)
    refuse_wrong(labels)
    assert labels.skeleton == given


def test_names_that_may_be_left_and_right_are_asked_for(cases, tmp_path):
    def glued(content):
        names = content["categories"][0]["keypoints"]
        names[9:11] = ["lip", "rip"]
        content["categories"][0]["skeleton"] = []

    (asked,) = kinds_of(cases.coco_case(tmp_path, glued))
    assert asked.startswith("are lip and rip left and right? Not taken so; if they are, say it in")


def test_positions_that_are_parts_of_the_photo_are_told(cases, tmp_path):
    def parts(content):
        for person in content["annotations"]:
            joints = np.asarray(person["keypoints"]).reshape(17, 3) / (*cases.size_wh, 1)
            person["keypoints"] = joints.round(5).ravel().tolist()
            del person["bbox"], person["area"]

    found = kinds_of(cases.coco_case(tmp_path, parts))
    assert found[
        "positions between 0 and 1: parts of the photo, not pixels; multiply x by its width, y by its height"
    ]


def test_annotations_of_a_category_that_is_not_there_are_refused(cases, tmp_path):
    def another(content):
        for person in content["annotations"]:
            person["category_id"] = 3

    with pytest.raises(SwahrError, match="category 3, 3 annotations; listed are 1"):
        read(cases.coco_case(tmp_path, another))


@pytest.mark.parametrize("nothing", [None, float("nan")])
def test_a_joint_that_is_not_labelled_may_be_no_number(cases, tmp_path, nothing):
    def unlabelled(content):
        content["annotations"][0]["keypoints"][12:15] = [nothing, nothing, 0]

    assert_same(cases, read(cases.coco_case(tmp_path, unlabelled)))


def test_a_labelled_joint_must_be_a_number(cases, tmp_path):
    def broken(content):
        content["annotations"][0]["keypoints"][0] = None

    with pytest.raises(SwahrError, match="1 annotations that are not numbers"):
        read(cases.coco_case(tmp_path, broken))


def test_a_mark_at_the_start_of_a_file_is_no_content(cases, tmp_path):
    path = cases.coco_case(tmp_path)
    path.write_text(path.read_text(), encoding="utf-8-sig")
    assert_same(cases, read(path))


def test_one_joint_without_a_box_has_an_area(cases, tmp_path):
    def one(content):
        person = content["annotations"][0]
        person["keypoints"] = [20, 30, 2, *[0] * 48]
        del person["bbox"], person["area"]

    person = read(cases.coco_case(tmp_path, one)).photos[0].people[0]
    assert person.area > 1
    x, y, width, height = person.box
    assert x < 20 < x + width
    assert y < 30 < y + height


@pytest.fixture
def turned_photo(tmp_path):
    """Write a JPEG with a bright spot that EXIF turns; return the file and where the spot is in the upright photo."""

    def make(orientation):
        stored = np.zeros((40, 64, 3), np.uint8)
        cv2.circle(stored, (50, 8), 3, (255, 255, 255), -1)
        _, content = cv2.imencode(".jpg", stored)
        tiff = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0" + bytes([orientation]) + b"\0" * 7
        exif = b"\xff\xe1" + (len(tiff) + 8).to_bytes(2, "big") + b"Exif\0\0" + tiff
        path = tmp_path / "turned.jpg"
        path.write_bytes(content.tobytes()[:2] + exif + content.tobytes()[2:])
        upright = cv2.imread(str(path))
        y, x = np.argwhere(upright.max(axis=2) > 200).mean(axis=0)
        return path, upright.shape[1::-1], (x, y)

    return make


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("of", ["upright", "stored"])
def test_labels_of_the_stored_photo_are_turned_with_it(tmp_path, turned_photo, orientation, of):
    photo, size_wh, place = turned_photo(orientation)
    if of == "stored":
        if size_wh == (64, 40):
            pytest.skip("the size tells nothing")
        size_wh, place = (64, 40), (50, 8)
    content = {
        "images": [{"id": 1, "file_name": photo.name, "width": size_wh[0], "height": size_wh[1]}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "keypoints": [*place, 2, 30, 20, 2]}],
        "categories": [{"id": 1, "name": "spot", "keypoints": ["spot", "other"], "flip_pairs": []}],
    }
    (tmp_path / "labels.json").write_text(json.dumps(content))
    labels = read(tmp_path / "labels.json")
    _, upright, true = turned_photo(orientation)
    assert labels.photos[0].size_wh == upright
    np.testing.assert_allclose(labels.photos[0].people[0].joints[0, :2], true, atol=1)
    told = [problem.kind for problem in labels.problems]
    assert any("as it is stored" in kind for kind in told) == (of == "stored")


@pytest.mark.parametrize("given", [".", "../my photos"])
def test_photos_alone_are_told_by_which_command_they_get_labels(given, tmp_path, monkeypatch):
    folder = tmp_path / "my photos"
    folder.mkdir()
    for name in ("a.jpg", "b.PNG"):
        (folder / name).write_bytes(b"")
    monkeypatch.chdir(folder)
    with pytest.raises(SwahrError, match=r"photos \(2\) and no labels: label them first") as refused:
        find_labels(Path(given))
    _, said, _ = str(refused.value.hints[0]).split("`")
    command = ["swahr", "images", given, "-o", "my photos.csv", "--labels", "my photos_found"]
    assert shlex.split(said) == command
