"""`--labels`: what was found in photos and videos is a data set that training reads back."""

import json

import cv2
import numpy as np
import pytest

import swahr as library
from swahr.config import LabelsSettings
from swahr.errors import BusyError
from swahr.pose.skeleton import COCO_17
from swahr.run.data_set import DataSet
from swahr_training.config import DataSource
from swahr_training.data.refusal import refuse_wrong
from swahr_training.data.sources import read_labels


def labels_in(folder):
    labels = read_labels(DataSource(labels=folder), "train")
    refuse_wrong(labels)
    return labels


@pytest.fixture
def photos(tmp_path):
    random = np.random.default_rng(0)
    (tmp_path / "photos").mkdir()
    for name in ("a.jpg", "b.png"):
        cv2.imwrite(str(tmp_path / "photos" / name), random.integers(0, 255, (64, 96, 3), dtype=np.uint8))
    return tmp_path / "photos"


def test_people_of_photos_are_labels_of_copies(call, photos, crowd_model, tmp_path):
    table = tmp_path / "people.csv"
    done = call(
        "images", photos, "-o", table, "--labels", tmp_path / "set", "--model", crowd_model, "--min-score", 0
    )
    assert done.code == 0, done.errors
    assert f"labels:    {tmp_path / 'set' / 'labels.json'}" in done.errors
    labels = labels_in(tmp_path / "set")
    found = library.read(table)
    files = [tmp_path / "set" / "images" / name for name in ("a.jpg", "b.png")]
    assert [photo.path for photo in labels.photos] == files
    assert [len(photo.people) for photo in labels.photos] == [len(frame.poses) for frame in found]
    assert sum(len(photo.people) for photo in labels.photos) > 0
    for photo, frame in zip(labels.photos, found, strict=True):
        for person, pose in zip(photo.people, frame.poses, strict=True):
            there = pose.found
            assert (person.joints[:, 2] > 0).tolist() == there.tolist()
            np.testing.assert_allclose(person.joints[there, :2], pose.keypoints[there, :2], atol=0.01)
            assert person.origin == "prediction"


def test_the_file_says_what_made_it(call, photos, crowd_model, tmp_path):
    options = ("--model", crowd_model, "--threshold", 0.3, "--min-score", 0.1, "--label-score", 0.5)
    assert call("images", photos, "-o", tmp_path / "a.csv", "--labels", tmp_path / "set", *options).code == 0
    info = json.loads((tmp_path / "set" / "labels.json").read_text())["info"]
    assert info["model"] == str(crowd_model)
    assert (info["threshold"], info["min_score"], info["label_score"]) == (0.3, 0.1, 0.5)


def test_people_below_the_score_are_masked_and_not_learnt(call, photos, crowd_model, tmp_path):
    table = tmp_path / "people.csv"
    call("images", photos, "-o", table, "--model", crowd_model, "--min-score", 0)
    scores = library.read(table).scores
    steps = np.unique(scores)  # the table has four digits, so none is taken that rounding could move across
    widest = int(np.argmax(np.diff(steps)))
    middle = float(steps[widest : widest + 2].mean())
    options = ("--model", crowd_model, "--min-score", 0, "--label-score", middle)
    assert (
        call("images", photos, "-o", table, "--labels", tmp_path / "set", "--overwrite", *options).code == 0
    )
    people = [person for photo in labels_in(tmp_path / "set").photos for person in photo.people]
    assert [person.ignored for person in people] == (scores < middle).tolist()
    assert all(min(person.box[2:]) > 0 for person in people)


def test_a_data_set_is_not_replaced_by_mistake(refuses, call, photos, crowd_model, tmp_path):
    options = ("--labels", tmp_path / "set", "--model", crowd_model)
    assert call("images", photos, "-o", tmp_path / "a.csv", *options).code == 0
    said = refuses("images", photos, "-o", tmp_path / "b.csv", *options)
    assert "labels.json exists; choose another folder, or add --overwrite" in said
    assert call("images", photos, "-o", tmp_path / "b.csv", *options, "--overwrite").code == 0
    labels = tmp_path / "set" / "labels.json"
    content = json.loads(labels.read_text())
    content["annotations"][0]["origin"] = "corrected"
    labels.write_text(json.dumps(content))
    said = refuses("images", photos, "-o", tmp_path / "b.csv", *options, "--overwrite")
    assert "labels.json has people that somebody put right; choose another folder" in said
    assert json.loads(labels.read_text()) == content


def test_who_gets_labels_is_told_how_to_see_them(call, photos, crowd_model, tmp_path):
    done = call(
        "images", photos, "-o", tmp_path / "a.csv", "--labels", tmp_path / "set", "--model", crowd_model
    )
    assert f"to see them: swahr train {tmp_path / 'set' / 'labels.json'} --check" in done.errors


def test_frames_of_a_video_are_photos_with_their_number_and_time(call, clips, crowd_model, tmp_path):
    clips.make(tmp_path / "clip.mp4", frames=9)
    options = ("--every", 4, "--model", crowd_model, "--min-score", 0, "--labels", tmp_path / "set")
    done = call("video", tmp_path / "clip.mp4", "-o", tmp_path / "clip.csv", *options)
    assert done.code == 0, done.errors
    labels = labels_in(tmp_path / "set")
    assert [photo.path.name for photo in labels.photos] == [f"clip_{n:06d}.jpg" for n in (0, 4, 8)]
    for photo, index in zip(labels.photos, (0, 4, 8), strict=True):
        assert clips.bar_index(cv2.imread(str(photo.path))) == index
    images = json.loads((tmp_path / "set" / "labels.json").read_text())["images"]
    found = library.read(tmp_path / "clip.csv")
    assert [image["frame"] for image in images] == found.frames.tolist()
    np.testing.assert_allclose([image["time_s"] for image in images], found.times, atol=1e-5)
    assert [len(photo.people) for photo in labels.photos] == found.people_per_frame.tolist()


def test_a_folder_of_videos_has_no_one_data_set(refuses, tmp_path):
    (tmp_path / "films").mkdir()
    said = refuses("video", tmp_path / "films", "--out", tmp_path / "found", "--labels", tmp_path / "set")
    assert "--labels is for one video" in said


def test_photos_of_one_name_keep_the_number_of_their_frame_last(photos, tmp_path):
    data = DataSet(tmp_path / "set", COCO_17, LabelsSettings(), {})
    nobody = library.Poses.nobody(COCO_17)
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "img0001.jpg").write_bytes((photos / "a.jpg").read_bytes())
        data.add_photo(tmp_path / folder / "img0001.jpg", (96, 64), nobody)
    data.close()
    assert sorted(path.name for path in (tmp_path / "set" / "images").iterdir()) == [
        "2_img0001.jpg",
        "img0001.jpg",
    ]


def test_a_data_set_that_another_run_writes_is_left_to_it(tmp_path):
    first = DataSet(tmp_path / "new" / "set", COCO_17, LabelsSettings(), {})
    with pytest.raises(BusyError, match="set is being written by another run"):
        DataSet(tmp_path / "new" / "set", COCO_17, LabelsSettings(), {}, overwrite=True)
    first.close()
    DataSet(tmp_path / "new" / "set", COCO_17, LabelsSettings(), {}, overwrite=True).close()
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["set"]
