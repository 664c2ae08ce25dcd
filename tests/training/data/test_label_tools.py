"""What labelme, Label Studio, CVAT and MPII's list have of their own: groups, boxes, percents, tracks."""

import base64
import json
from xml.etree import ElementTree

import numpy as np
import pytest

from swahr.errors import SwahrError
from swahr.pose.other_skeletons import MPII_16
from swahr.pose.skeleton import COCO_17
from swahr_training.config import DataSource
from swahr_training.data.formats.base import LABEL_FORMATS
from swahr_training.data.refusal import refuse_wrong
from swahr_training.data.sources import read_labels


def read(path, **source):
    labels = read_labels(DataSource(labels=path, **source), "train")
    refuse_wrong(labels)
    return labels


def people_of(labels):
    return {photo.path.name: [person.joints for person in photo.people] for photo in labels.photos}


@pytest.fixture
def whole(cases, tmp_path):
    """The labels of the small data set, read from COCO."""
    return read(cases.coco_case(tmp_path / "whole"))


def point(label, x, y, **facts):
    return {"label": label, "points": [[x, y]], "shape_type": "point", "group_id": None, "flags": {}, **facts}


def labelme(folder, shapes, **facts):
    folder.mkdir(exist_ok=True)
    content = {
        "version": "5",
        "flags": {},
        "shapes": shapes,
        "imagePath": "a.jpg",
        "imageData": None,
        **facts,
    }
    (folder / "a.json").write_text(json.dumps(content))
    return folder


def test_points_of_labelme_without_groups_belong_to_the_box_around_them(cases, tmp_path):
    def box(x, label):
        return {
            "label": label,
            "points": [[x + 30, 60], [x, 10]],
            "shape_type": "rectangle",
            "group_id": None,
        }

    shapes = [
        box(0, "dog"),
        box(40, "dog"),
        point("nose", 10, 20),
        point("nose", 50, 20),
        point("tail", 20, 50),
    ]
    cases.put(tmp_path / "set", ("a.jpg",))
    (photo,) = read(labelme(tmp_path / "set", shapes, imageWidth=96, imageHeight=72)).photos
    assert [person.joints[:, 2].tolist() for person in photo.people] == [[2, 2], [2, 0]]
    assert photo.people[1].box == (40, 10, 30, 50)


def test_a_joint_that_a_person_has_twice_is_refused(cases, tmp_path):
    cases.put(tmp_path / "set", ("a.jpg",))
    folder = labelme(tmp_path / "set", [point("nose", 10, 20), point("nose", 50, 20)])
    with pytest.raises(
        SwahrError, match="joints that one person has twice: give each person a group or a box"
    ):
        read(folder)


def test_a_photo_within_a_labelme_file_is_taken_out(cases, tmp_path):
    cases.put(tmp_path / "set", ("a.jpg",))
    photo = tmp_path / "set" / "a.jpg"
    text = base64.b64encode(photo.read_bytes()).decode()
    photo.unlink()
    folder = labelme(
        tmp_path / "set",
        [point("nose", 10, 20), point("tail", 5, 5, flags={"occluded": True})],
        imageData=text,
    )
    (found,) = read(folder).photos
    assert found.path == folder / "labelme.photos" / "a.jpg"
    assert found.size_wh == cases.size_wh
    assert found.people[0].joints[:, 2].tolist() == [2, 1]


def test_classes_of_different_joints_are_chosen_by_name(cases, tmp_path):
    cases.put(tmp_path / "set", ("a.jpg",))
    boxes = [
        {"label": label, "points": [[0, 0], [50, 50]], "shape_type": "rectangle", "group_id": group}
        for group, label in enumerate(("dog", "car"))
    ]
    points = [point("nose", 10, 20, group_id=0), point("wheel", 30, 30, group_id=1)]
    folder = labelme(tmp_path / "set", boxes + points)
    with pytest.raises(SwahrError, match="its classes have different joints; choose one of car, dog"):
        read(folder)
    assert read(folder, category="dog").skeleton.joints == ("nose",)
    (photo,) = read(folder, category="all").photos
    assert [person.joints[:, 2].tolist() for person in photo.people] == [[2, 0], [0, 2]]
    with pytest.raises(SwahrError, match="nobody of the class 'cat'; it has car, dog"):
        read(folder, category="cat")


def test_label_studios_short_form_is_read(cases, tmp_path):
    cases.put(tmp_path / "images", ("a.jpg",))
    facts = {"original_width": 96, "original_height": 72}
    task = {
        "id": 1,
        "image": "/data/upload/3/0123abcd-a.jpg",
        "kp": [
            {"x": 25, "y": 50, "width": 1, "keypointlabels": ["nose"], **facts},
            {"x": 50, "y": 75, "width": 1, "keypointlabels": ["tail"], **facts},
        ],
        "box": [{"x": 10, "y": 10, "width": 80, "height": 80, "rectanglelabels": ["dog"], **facts}],
    }
    cases.write(tmp_path / "min.json", [task])
    (photo,) = read(tmp_path / "min.json").photos
    np.testing.assert_allclose(photo.people[0].joints, [[24, 36, 2], [48, 54, 2]])
    np.testing.assert_allclose(photo.people[0].box, [9.6, 7.2, 76.8, 57.6])


def test_of_label_studio_the_last_annotation_that_was_not_skipped_counts(cases, tmp_path):
    cases.put(tmp_path / "images", ("a.jpg",))

    def done(x, **facts):
        value = {"x": x, "y": 50, "width": 1, "keypointlabels": ["nose"]}
        region = {
            "id": "k",
            "type": "keypointlabels",
            "original_width": 96,
            "original_height": 72,
            "value": value,
        }
        return {"result": [region, {"type": "choices", "value": {"choices": ["good"]}}], **facts}

    task = {
        "id": 1,
        "data": {"img": "s3://bucket/a.jpg"},
        "annotations": [done(25), done(50), done(75, was_cancelled=True)],
    }
    cases.write(tmp_path / "all.json", [task])
    assert read(tmp_path / "all.json").photos[0].people[0].joints[0].tolist() == [48, 36, 2]


def test_cvats_points_and_boxes_of_a_group_are_one_person(cases, tmp_path):
    cases.put(tmp_path / "images", ("a.jpg",))
    (tmp_path / "annotations.xml").write_text(
        '<?xml version="1.0"?><annotations><version>1.1</version><image id="0" name="a.jpg" width="96" height="72">'
        '<box label="dog" xtl="5" ytl="5" xbr="45" ybr="65" group_id="1"/>'
        '<points label="nose" points="10.5,20" occluded="1" group_id="1"/>'
        '<points label="tail" points="30,40" occluded="0" group_id="1"/>'
        '<points label="nose" points="70,20" occluded="0" group_id="2"/></image></annotations>'
    )
    (photo,) = read(tmp_path).photos
    assert [person.joints.tolist() for person in photo.people] == [
        [[10.5, 20, 1], [30, 40, 2]],
        [[70, 20, 2], [0, 0, 0]],
    ]
    assert photo.people[0].box == (5, 5, 40, 60)


def test_cvats_tracks_are_read_by_their_frames(cases, tmp_path):
    cases.put(tmp_path / "images", ("frame_000000.PNG", "frame_000007.PNG"))
    shape = (
        '<skeleton frame="{frame}" keyframe="1" outside="{outside}"><points label="nose" outside="0" occluded="0" '
        'points="{x},20"/><points label="tail" outside="1" occluded="0" points="0,0"/></skeleton>'
    )
    tracks = "".join(
        f'<track id="{number}" label="dog" source="manual">'
        + "".join(
            shape.format(frame=frame, outside=outside, x=x + frame)
            for frame, outside in ((0, 0), (7, number))
        )
        + "</track>"
        for number, x in enumerate((10, 50))
    )
    (tmp_path / "annotations.xml").write_text(f"<annotations><meta></meta>{tracks}</annotations>")
    found = people_of(read(tmp_path))
    assert [[person[0, 0] for person in people] for people in found.values()] == [[10, 50], [17]]


def test_the_limbs_of_cvats_skeleton_are_those_of_its_drawing(whole, tmp_path):
    path = LABEL_FORMATS.find("cvat").write(whole, tmp_path / "written")
    root = ElementTree.parse(path).getroot()
    for name in root.iter("name"):
        name.text = name.text.replace("nose", "snout")
    for label in root.iter("points"):
        label.set("label", label.get("label").replace("nose", "snout"))
    for svg in root.iter("svg"):
        svg.text = svg.text.replace("nose", "snout")
    ElementTree.ElementTree(root).write(path)
    skeleton = read(path).skeleton
    assert skeleton.joints == ("snout", *COCO_17.joints[1:])
    assert {*skeleton.limbs} == {*COCO_17.limbs}


def test_mpiis_list_is_read_one_person_an_entry(cases, tmp_path):
    cases.put(tmp_path / "images", ("a.jpg", "b.jpg"))
    places = np.arange(32, dtype=float).reshape(16, 2) + 4
    hidden = places.copy()
    hidden[0] = -1
    entries = [
        {"image": "a.jpg", "joints": places.tolist(), "joints_vis": [1] * 16, "center": [1, 1], "scale": 1},
        {
            "image": "a.jpg",
            "joints": hidden.tolist(),
            "joints_vis": [0, *[1] * 15],
            "center": [1, 1],
            "scale": 1,
        },
        {"image": "b.jpg", "joints": places.tolist(), "joints_vis": [1] * 16, "center": [1, 1], "scale": 1},
    ]
    cases.write(tmp_path / "annot" / "train.json", entries)
    labels = read(tmp_path / "annot" / "train.json", images=tmp_path / "images")
    assert labels.skeleton == MPII_16
    assert [len(photo.people) for photo in labels.photos] == [2, 1]
    first, second = labels.photos[0].people
    assert second.joints[0].tolist() == [0, 0, 0]
    assert np.array_equal(first.joints[:, :2], places - 1), "the list counts pixels from 1"
    assert first.box == (-100, -85, 200, 200)  # 200 pixels around the middle, which lies 15 lower
    assert len(MPII_16.flip_pairs) == 6


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.xml", "<annotations><image "),
        ("a.xml", '<annotations><image id="0" name="a.jpg"><points label="nose" points="x"/></image></annotations>'),
        ("a.json", '{"shapes": [{"shape_type": "point"}], "imagePath": "a.jpg"}'),
        ("a.json", '[{"data": {"img": "a"}, "annotations": [{"result": [{"value": {"rectanglelabels": [1]}}]}]}]'),
        ("a.json", '[{"image": "a.jpg", "joints": [1, 2]}]'),
        ("CollectedData_a.csv", "scorer,me\nbodyparts,nose\ncoords,x\na.jpg,one\n"),
        ("a.slp", "no file of SLEAP"),
        ("CollectedData_a.h5", "no table"),
    ],
)  # fmt: skip
def test_what_is_broken_is_refused_in_one_line_that_names_the_file(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    with pytest.raises(SwahrError, match=name) as refused:
        read(tmp_path / name)
    assert "\n" not in str(refused.value)
