"""Files of person boxes: tables, and COCO's detections."""

import json

import pytest

from swahr.errors import SwahrError
from swahr.inference.box_file import read_boxes


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_knows_frames_by_index_and_photos_by_name(tmp_path):
    by_frame = read_boxes(write(tmp_path / "a.csv", "frame,x,y,w,h\n0,1,2,3,4\n0,5,6,7,8\n7,1,1,9,9\n"))
    assert by_frame.of(0).xywh.tolist() == [[1, 2, 3, 4], [5, 6, 7, 8]]
    assert by_frame.of(0).scores.tolist() == [1, 1]
    assert len(by_frame.of(3).xywh) == 0
    by_name = read_boxes(write(tmp_path / "b.csv", "\ufeffimage, x,y,w,h,score\ncat.jpg,1,2,3,4,0.5\n"))
    assert by_name.of(9, "photos/cat.jpg").scores.tolist() == [0.5]
    assert len(by_name.of(0, "dog.jpg").xywh) == 0


def test_cocos_detections_are_known_by_the_photos_number(tmp_path):
    entries = [
        {"image_id": 785, "category_id": 1, "bbox": [1, 2, 3, 4], "score": 0.5},
        {"image_id": 785, "category_id": 18, "bbox": [9, 9, 9, 9], "score": 0.9},
    ]
    boxes = read_boxes(write(tmp_path / "d.json", json.dumps(entries)))
    assert boxes.of(0, "000000000785.jpg").xywh.tolist() == [[1, 2, 3, 4]]
    data = {
        "images": [{"id": 3, "file_name": "a b.png"}],
        "annotations": [{"image_id": 3, "bbox": [1, 2, 3, 4]}],
    }
    assert len(read_boxes(write(tmp_path / "e.json", json.dumps(data))).of(0, "a b.png").xywh) == 1


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.csv", "", "has the columns none"),
        (
            "a.csv",
            "frame,left,top\n1,2,3\n",
            "has the columns frame, left, top; expected image or frame, x",
        ),
        ("a.csv", "frame,x,y,w,h\n0,1,2,wide,4\n", "line 2 has no left"),
        ("a.csv", "frame,x,y,w,h\n0,1,2\n", "line 2 has no left"),
        ("a.json", "{", "cannot be read as boxes"),
        ("a.json", "3", "holds no list of boxes"),
        ("a.json", '[{"image_id": 1}]', "box 0 lacks image_id or bbox"),
        ("a.json", '[{"image_id": 1, "bbox": [1, 2, 3]}]', "box 0 has no left"),
        ("a.json", '{"images": [{}], "annotations": []}', "images lack id or file_name"),
        ("a.csv", "\udcff", "cannot be read as boxes"),
        ("a.json", "[" * 100_000, "levels"),
        ("a.json", '[{"image_id": [1], "bbox": [1, 2, 3, 4]}]', "cannot be read as boxes"),
        (
            "a.json",
            '{"images": [{"id": [1], "file_name": "a"}], "annotations": []}',
            "cannot be read as boxes",
        ),
        ("a.json", '[{"image_id": 1, "bbox": [1, 2, 3, 1' + "0" * 400 + "]}]", "number"),
    ],
)
def test_other_files_are_refused_in_one_line(tmp_path, name, text, message):
    path = tmp_path / name
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(SwahrError, match=message) as refused:
        read_boxes(path)
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)
