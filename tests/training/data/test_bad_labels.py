"""Whatever is broken in a label file, one line says so: nothing crashes, and nothing wrong is taken in silence."""

import copy
import json
import math

import cv2
import numpy as np
import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from swahr.errors import SwahrError
from swahr_training.config import DataSource, TrainConfig
from swahr_training.data.check import check, count_joints
from swahr_training.data.sheet import draw_sheet
from swahr_training.data.sources import load_training_data, read_labels

JUNK = st.sampled_from(
    [None, True, -1, 0, 10**9, -0.5, math.nan, math.inf, "", "x", [], [1], [[1, 2]], {}, {"a": 1}]
)
CONTENT = {
    "images": [{"id": 1, "file_name": "a.png", "width": 64, "height": 48, "crowdIndex": 0.5}],
    "annotations": [
        {
            "id": 1,
            "image_id": 1,
            "category_id": 1,
            "iscrowd": 0,
            "bbox": [5, 5, 30, 30],
            "area": 400.0,
            "keypoints": [10, 10, 2, 20, 20, 1, 30, 30, 2],
        },
        {
            "id": 2,
            "image_id": 1,
            "category_id": 1,
            "iscrowd": 1,
            "bbox": [40, 5, 20, 20],
            "segmentation": [[40, 5, 60, 5, 60, 25]],
            "keypoints": [0] * 9,
        },
    ],
    "categories": [
        {
            "id": 1,
            "name": "stick",
            "keypoints": ["head", "left", "right"],
            "skeleton": [[1, 2], [1, 3]],
            "flip_pairs": [[1, 2]],
            "sigmas": [0.1, 0.1, 0.1],
        }
    ],
}


def places(value, path=()):
    """Yield the path of every value in nested data."""
    yield path
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, member in members:
        yield from places(member, (*path, key))


def changed(content, path, value, remove):
    """Return a copy with one value replaced, or removed."""
    content = copy.deepcopy(content)
    place = content
    for key in path[:-1]:
        place = place[key]
    if remove:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return content


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bad")
    cv2.imwrite(str(folder / "a.png"), np.zeros((48, 64, 3), np.uint8))
    return folder


def look_at(source):
    """Do with labels what check and training do; an error must be one line."""
    for act in (look, train_on):
        said = []
        try:
            act(source)
        except SwahrError as error:
            said = str(error).splitlines()
        assert len(said) <= 1


def look(source):
    labels = read_labels(source, "train")
    count_joints(labels)
    draw_sheet(labels, check(labels), count=2)


def train_on(source):
    data = load_training_data(TrainConfig(train=(source,), steps=1))
    for photo in data.photos:
        assert np.isfinite(photo.joints).all()
        assert np.isfinite(photo.boxes).all()
        photo.ignore_mask(48, 64)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from([path for path in places(CONTENT) if path]), value=JUNK, remove=st.booleans())
@example(path=("annotations", 1, "segmentation", 0), value=[], remove=False)
def test_any_value_of_a_json_may_be_wrong(folder, path, value, remove):
    file = folder / "labels.json"
    file.write_text(json.dumps(changed(CONTENT, path, value, remove)))
    look_at(DataSource(labels=file))


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "null", '{"images": []}', "\x00", "[" * 10000])
def test_files_that_are_no_labels_are_refused(folder, text):
    file = folder / "labels.json"
    file.write_text(text)
    with pytest.raises(
        SwahrError, match=r"labels\.json: (not a COCO keypoint file|no JSON|a JSON|JSON whose keys)"
    ):
        read_labels(DataSource(labels=file), "train")


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(line=st.lists(st.sampled_from(["0", "0.5", "1", "2", "-1", "nan", "1e400", "x", ""]), max_size=15))
def test_any_line_of_a_yolo_file_may_be_wrong(folder, line):
    (folder / "yolo" / "images").mkdir(parents=True, exist_ok=True)
    (folder / "yolo" / "labels").mkdir(exist_ok=True)
    cv2.imwrite(str(folder / "yolo" / "images" / "a.png"), np.zeros((48, 64, 3), np.uint8))
    (folder / "yolo" / "labels" / "a.txt").write_text(" ".join(line))
    data = {"train": "images", "kpt_shape": [3, 3], "flip_idx": [0, 2, 1]}
    (folder / "yolo" / "data.yaml").write_text(yaml.safe_dump(data))
    look_at(DataSource(labels=folder / "yolo"))


def test_a_photo_in_the_place_of_a_yolo_list_is_refused(tmp_path):
    (tmp_path / "list.txt").write_bytes(b"\x89PNG\r\n\x1a\n\xff")
    data = {"train": "list.txt", "kpt_shape": [3, 3], "flip_idx": [0, 2, 1]}
    (tmp_path / "data.yaml").write_text(yaml.safe_dump(data))
    with pytest.raises(SwahrError, match=r"names .*list\.txt, which is no text"):
        read_labels(DataSource(labels=tmp_path / "data.yaml"), "train")


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(field=st.sampled_from(["train", "kpt_shape", "flip_idx", "kpt_names", "names", "path"]), value=JUNK)
def test_any_field_of_a_data_yaml_may_be_wrong(folder, field, value):
    (folder / "yolo2" / "images").mkdir(parents=True, exist_ok=True)
    data = {"train": "images", "kpt_shape": [3, 3], "flip_idx": [0, 2, 1], field: value}
    (folder / "yolo2" / "data.yaml").write_text(yaml.safe_dump(data))
    look_at(DataSource(labels=folder / "yolo2" / "data.yaml"))


@pytest.mark.parametrize("shorter", range(1, 4))
def test_header_rows_of_deeplabcut_that_were_cut_off_are_told(shorter, tmp_path):
    rows = [
        ["scorer", "a", "a"],
        ["individuals", "one", "one"],
        ["bodyparts", "nose", "nose"],
        ["coords", "x", "y"],
    ]
    rows[shorter].pop()
    path = tmp_path / "CollectedData_a.csv"
    path.write_text("".join(",".join(row) + "\n" for row in [*rows, ["labeled-data/a/0.png", "1", "2"]]))
    with pytest.raises(SwahrError, match="different numbers of cells"):
        read_labels(DataSource(labels=str(path)), "train")
