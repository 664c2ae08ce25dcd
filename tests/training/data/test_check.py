"""swahr train --check: everything that is wrong is found, said and drawn."""

import json
import subprocess
import sys

import cv2
import numpy as np
import pytest
import yaml

from swahr.errors import SwahrError
from swahr.overlay.skeletons import LEFT, MIDDLE, RIGHT
from swahr_training.config import DataSource
from swahr_training.data.check import check, count_joints
from swahr_training.data.sheet import draw_labels, draw_sheet, grid
from swahr_training.data.sizes import photo_size
from swahr_training.data.sources import read_labels
from swahr_training.toy import write_split

LEGEND_HEIGHT = 22  # pixels


@pytest.fixture
def toy(tmp_path):
    """A small data set without mistakes: train.json and val.json."""
    random = np.random.default_rng(0)
    write_split(tmp_path / "toy", "train", 6, random)
    write_split(tmp_path / "toy", "val", 3, random)
    return tmp_path / "toy"


@pytest.fixture
def kinds(toy):
    """Change the labels and return the kinds of problems, with how many there are."""

    def found(change=lambda content: None):
        content = json.loads((toy / "train.json").read_text())
        change(content)
        (toy / "train.json").write_text(json.dumps(content))
        problems = check(read_labels(DataSource(labels=toy / "train.json"), "train"))
        return {problem.kind: sum(p.kind == problem.kind for p in problems) for problem in problems}

    return found


def people_of(content, image_id=0):
    return [annotation for annotation in content["annotations"] if annotation["image_id"] == image_id]


def test_good_labels_have_no_problems(kinds):
    assert kinds() == {}


def test_photos_of_one_name_are_told_apart_by_their_folders(cases, tmp_path):
    content = cases.base()
    for image, file in zip(content["images"], ("film1/a.jpg", "film2/a.jpg"), strict=True):
        image["file_name"] = file
        cases.put(tmp_path / "images" / file.partition("/")[0], ("a.jpg",))
    content["annotations"][0]["keypoints"][:3] = [-50, 20, 2]
    labels = read_labels(DataSource(labels=cases.write(tmp_path / "labels.json", content)), "train")
    assert [photo.name for photo in labels.photos] == ["film1/a.jpg", "film2/a.jpg"]
    (outside,) = [problem for problem in check(labels) if "outside the photo" in problem.kind]
    assert outside.where.startswith("film1/a.jpg, ")


def put_joint_outside(content):
    people_of(content)[0]["keypoints"][:3] = [-50, 20, 2]


def put_joint_far_from_its_box(content):
    person = people_of(content)[0]
    person["keypoints"][:3] = [80, 60, 2]
    person["bbox"] = [0, 0, 10, 10]


def take_all_joints(content):
    people_of(content)[0]["keypoints"] = [0] * 15


def take_joints_and_box(content):
    people_of(content)[0].update(keypoints=[0] * 15, bbox=[5, 5, 0, 0])


def take_box(content):
    people_of(content)[0]["bbox"] = [0, 0, 0, 0]


def label_twice(content):
    content["annotations"].append({**people_of(content)[0], "id": 999})


def list_twice(content):
    content["images"].append({**content["images"][0], "id": 999})


def give_odd_visibility(content):
    people_of(content)[0]["keypoints"][2] = 3


def say_wrong_size(content):
    content["images"][0].update(width=320, height=256)


def lose_a_photo(content):
    content["images"][0]["file_name"] = "none.jpg"


def never_label_a_joint(content):
    for annotation in content["annotations"]:
        annotation["keypoints"][:3] = [0, 0, 0]


def break_flip_pairs(content):
    content["categories"][0]["flip_pairs"] = [[1, 2], [2, 3]]


def drop_flip_pairs(content):
    content["categories"][0]["flip_pairs"] = []


def move_box_outside(content):
    people_of(content)[0].update(bbox=[500, 500, 20, 20], keypoints=[0] * 15)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (put_joint_outside, "people with joints outside the photo: these joints are left out"),
        (put_joint_far_from_its_box, "people with joints far from their box"),
        (take_all_joints, "people without joints: masked"),
        (take_joints_and_box, "boxes of no size, without joints: nothing is masked"),
        (take_box, "boxes of no size: taken around the joints"),
        (move_box_outside, "boxes outside the photo"),
        (label_twice, "people labelled twice"),
        (list_twice, "photos listed more than once"),
        (give_odd_visibility, "visibilities other than 0, 1 and 2"),
        (say_wrong_size, "photos of another size than the labels say"),
        (lose_a_photo, "photos that are not there"),
        (never_label_a_joint, "joints that are never labelled: left out of the loss"),
        (drop_flip_pairs, "no flip pairs: a mirrored left hand stays a left hand; set augment.flip to 0, "
         "or name the pairs"),
    ],
)  # fmt: skip
def test_each_mistake_is_found(kinds, change, kind):
    assert kinds(change).get(kind) == 1


def test_flip_pairs_that_are_no_involution_are_found(kinds):
    (kind,) = (kind for kind in kinds(break_flip_pairs) if "name a joint twice" in kind)
    assert "mirroring twice must give every joint back" in kind


def test_photos_that_cannot_be_opened_and_equal_files_are_found(kinds, toy):
    (toy / "images" / "train" / "0000.jpg").write_bytes(b"no image")
    (toy / "images" / "train" / "0001.jpg").write_bytes((toy / "images" / "train" / "0002.jpg").read_bytes())
    found = kinds()
    assert found == {"photos that cannot be opened: left out": 1, "photos that are the same file": 1}


def test_photos_that_training_has_seen_are_found_in_validation(toy):
    (toy / "images" / "val" / "0001.jpg").write_bytes((toy / "images" / "train" / "0002.jpg").read_bytes())
    train, val = (read_labels(DataSource(labels=toy / f"{name}.json"), name) for name in ("train", "val"))
    (problem,) = check(val, [train])
    assert problem.kind == f"photos that are also in {toy / 'train.json'}"


def test_joints_are_counted(toy):
    counts = count_joints(read_labels(DataSource(labels=toy / "train.json"), "train"))
    assert [count.name for count in counts][:2] == ["head", "left_hand"]
    people = {count.visible + count.hidden + count.unlabelled for count in counts}
    content = json.loads((toy / "train.json").read_text())
    assert people == {len(content["annotations"])}


def test_the_sheet_shows_labels_where_they_are(toy):
    labels = read_labels(DataSource(labels=toy / "train.json"), "train")
    photo = next(photo for photo in labels.photos if photo.people)
    drawn = draw_labels(photo, labels.skeleton)
    plain = cv2.imread(str(photo.path))
    scale = drawn.shape[1] / plain.shape[1]
    x, y, _ = photo.people[0].joints[0]
    at = drawn[round(y * scale), round(x * scale)].astype(int)
    assert (at > 200).all()  # the white dot of a joint
    sheet = draw_sheet(labels, [], count=4)
    assert sheet.ndim == 3
    assert sheet.dtype == np.uint8
    line = {tuple(pixel) for pixel in sheet[-LEGEND_HEIGHT:].reshape(-1, 3).tolist()}
    assert {LEFT[0], RIGHT[0], MIDDLE[0]} <= line, "the last line says what the colours mean"
    with pytest.raises(SwahrError, match="no photo to draw"):
        grid([])


def test_ignore_regions_are_hatched(toy):
    content = json.loads((toy / "train.json").read_text())
    content["annotations"] = [
        {
            "id": 1,
            "image_id": 0,
            "category_id": 1,
            "iscrowd": 1,
            "bbox": [20, 20, 100, 80],
            "keypoints": [0] * 15,
        }
    ]
    (toy / "train.json").write_text(json.dumps(content))
    labels = read_labels(DataSource(labels=toy / "train.json"), "train")
    masked = draw_labels(labels.photos[0], labels.skeleton)
    labels.photos[0] = type(labels.photos[0])(0, labels.photos[0].path, labels.photos[0].size_wh, ())
    plain = draw_labels(labels.photos[0], labels.skeleton)
    changed = (masked != plain).any(axis=2)
    assert changed[60:150, 60:200].mean() > 0.3
    assert not changed[:30].any()


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".bmp"])
def test_sizes_are_read_without_decoding(tmp_path, suffix):
    file = tmp_path / f"photo{suffix}"
    cv2.imwrite(str(file), np.zeros((37, 53, 3), np.uint8))
    assert photo_size(file) == (53, 37)


def test_the_command_writes_sheet_and_list_and_refuses(toy, tmp_path):
    def run(data):
        command = [sys.executable, "-m", "swahr", "train", "--check", data, "--sheet", tmp_path / "sheet.png"]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    settings = tmp_path / "run.yaml"
    content = {"train": str(toy / "train.json"), "validation": str(toy / "val.json"), "steps": 1}
    settings.write_text(yaml.safe_dump(content))
    good = run(settings)
    assert (good.returncode, good.stderr) == (0, "")
    assert good.stdout.count("nothing is wrong") == 2
    assert cv2.imread(str(tmp_path / "sheet.png")) is not None
    assert cv2.imread(str(tmp_path / "sheet_2.png")) is not None
    labels = json.loads((toy / "train.json").read_text())
    lose_a_photo(labels)
    take_box(labels)
    (toy / "train.json").write_text(json.dumps(labels))
    bad = run(toy / "train.json")
    assert bad.returncode == 2
    assert "! photos that are not there: 1" in bad.stdout
    assert bad.stderr.count("\n") == 1
    assert "training would refuse these labels: 1 mistakes marked with !" in bad.stderr
    assert "! photos that are not there" in (tmp_path / "sheet.txt").read_text()


def test_of_joints_with_limbs_and_without_only_these_have_names(tmp_path):
    cv2.imwrite(str(tmp_path / "a.png"), np.full((100, 300, 3), 128, np.uint8))
    person = {"id": 1, "image_id": 1, "category_id": 1, "keypoints": [30, 20, 2, 60, 20, 2, 150, 70, 2]}
    person["bbox"] = [0, 0, 299, 99]
    category = {"id": 1, "name": "cat", "keypoints": ["nose", "neck", "tail"], "skeleton": [[1, 2]]}
    content = {
        "images": [{"id": 1, "file_name": "a.png", "width": 300, "height": 100}],
        "annotations": [person],
        "categories": [category],
    }
    (tmp_path / "labels.json").write_text(json.dumps(content))
    labels = read_labels(DataSource(labels=tmp_path / "labels.json"), "train")
    tile = draw_labels(labels.photos[0], labels.skeleton)
    beside = [tile[y - 5 : y + 5, x + 8 : x + 30] for x, y in ((60, 20), (150, 70))]
    assert [bool((part != 128).any()) for part in beside] == [False, True]


def test_joints_without_limbs_have_their_names_and_the_colours_of_their_sides(tmp_path):
    cv2.imwrite(str(tmp_path / "a.png"), np.full((100, 100, 3), 128, np.uint8))
    person = {
        "id": 1,
        "image_id": 1,
        "category_id": 1,
        "keypoints": [30, 20, 2, 60, 70, 2],
        "bbox": [5, 5, 90, 90],
    }
    content = {
        "images": [{"id": 1, "file_name": "a.png", "width": 100, "height": 100}],
        "annotations": [person],
        "categories": [{"id": 1, "name": "hand", "keypoints": ["left_tip", "right_tip"]}],
    }
    (tmp_path / "labels.json").write_text(json.dumps(content))
    labels = read_labels(DataSource(labels=tmp_path / "labels.json"), "train")
    plain, mirrored = (draw_labels(labels.photos[0], labels.skeleton, mirrored) for mirrored in (False, True))
    warm, cool = (190, 255), (214, 66)  # green and red of the first colours of left and right
    for tile, (left, right) in ((plain, ((90, 60), (180, 210))), (mirrored, ((117, 210), (207, 60)))):
        assert tuple(tile[left[1], left[0], 1:]) == warm
        assert tuple(tile[right[1], right[0], 1:]) == cool
        name = tile[left[1] - 8 : left[1] + 6, left[0] + 6 : left[0] + 50]
        assert (np.abs(name.astype(int) - (60, 190, 255)).sum(axis=2) < 150).sum() > 10  # letters
