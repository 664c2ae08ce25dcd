"""`swahr labels`: formats listed and converted, frames picked, data sets joined."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from swahr._util.locks import locked
from swahr.errors import SwahrError
from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17, Skeleton
from swahr_training.config import DataSource, TrainConfig
from swahr_training.data.formats.base import LABEL_FORMATS, writable
from swahr_training.data.labels import Labels
from swahr_training.data.merging import merge
from swahr_training.data.picking import Candidate, different, doubt, spread, unsure
from swahr_training.data.refusal import refuse_wrong
from swahr_training.data.sources import load_training_data, read_labels


def labels_in(path):
    labels = read_labels(DataSource(labels=path), "train")
    refuse_wrong(labels)
    return labels


def places(labels):
    return {photo.path.name: [person.joints.tolist() for person in photo.people] for photo in labels.photos}


def test_all_formats_are_listed_with_whether_they_are_written(call):
    done = call("labels", "formats")
    assert done.code == 0, done.errors
    for known in LABEL_FORMATS:
        (line,) = (line for line in done.output.splitlines() if line.split()[:1] == [known.name])
        assert ("yes" in line.split()) == (known.name in writable())


@pytest.mark.parametrize("to", ["coco", "cvat", "labelme", "yolo"])
def test_labels_are_converted_and_back(call, figures, tmp_path, to):
    there = call("labels", "convert", figures / "keypoints.json", tmp_path / "there", "--to", to)
    assert there.code == 0, there.errors
    back = call("labels", "convert", tmp_path / "there", tmp_path / "back")
    assert back.code == 0, back.errors
    before, after = places(labels_in(figures / "keypoints.json")), places(labels_in(tmp_path / "back"))
    assert {*before} == {*after}
    for name, people in before.items():
        posed = [person for person in people if any(seen for _, _, seen in person)]
        assert len([person for person in after[name] if any(seen for _, _, seen in person)]) == len(posed)
        for one, other in zip(posed, after[name], strict=False):
            np.testing.assert_allclose(one, other, atol=0.02)


def test_a_folder_that_holds_something_is_kept(refuses, figures, tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "mine.txt").touch()
    said = refuses("labels", "convert", figures / "keypoints.json", tmp_path / "there")
    assert "holds something already; choose another folder, or add --overwrite" in said


def test_an_unknown_format_is_answered_with_all_names(refuses, figures, tmp_path):
    said = refuses("labels", "convert", figures / "keypoints.json", tmp_path / "there", "--to", "cvta")
    assert "expected one of coco, cvat, " in said
    assert "did you mean cvat?" in said


def test_corrected_labels_take_the_place_of_those_before(call, figures, tmp_path):
    call("labels", "convert", figures / "keypoints.json", tmp_path / "before")
    call("labels", "convert", figures / "keypoints.json", tmp_path / "corrected")
    content = json.loads((tmp_path / "corrected" / "labels.json").read_text())
    content["images"] = content["images"][1:3]
    kept = {image["id"] for image in content["images"]}
    content["annotations"] = [each for each in content["annotations"] if each["image_id"] in kept]
    content["annotations"][0]["keypoints"][:3] = [11, 12, 2]
    (tmp_path / "corrected" / "labels.json").write_text(json.dumps(content))
    done = call("labels", "merge", tmp_path / "before", tmp_path / "corrected", "-o", tmp_path / "joined")
    assert done.code == 0, done.errors
    assert "2 photos were in several: taken from the last" in done.errors
    found, before = places(labels_in(tmp_path / "joined")), places(labels_in(tmp_path / "before"))
    assert found["1.png"][0][0] == [11, 12, 2]
    assert found["4.png"] == before["4.png"]
    assert len(found) == 6


def test_joints_in_another_order_meet_by_their_names(figures):
    one = labels_in(figures / "keypoints.json")
    names = COCO_17.joints[::-1]
    photos = [
        type(photo)(
            photo.id,
            photo.path,
            photo.size_wh,
            tuple(
                type(p)(p.name, p.joints[::-1], p.box, p.area, p.crowd, p.segmentation) for p in photo.people
            ),
        )
        for photo in one.photos
    ]
    merged = merge([one, Labels("turned", Skeleton.from_joints(names), photos)])
    assert merged.replaced == 6
    assert places(merged.labels) == places(one)
    with pytest.raises(SwahrError, match="nose, snout in one alone; name them alike"):
        merge([one, Labels("other", Skeleton.from_joints(["snout", *COCO_17.joints[1:]]), [])])


# ---- picking --------------------------------------------------------------------------------------------------------


def scenes(*counts):
    """Return candidates of several pictures, one after the other."""
    values = [value for value, count in enumerate(counts) for _ in range(count)]
    return [Candidate(3 * place, np.float32([10 * value, value])) for place, value in enumerate(values)]


def test_spread_takes_one_of_each_picture_however_long_it_is_shown():
    frames = scenes(40, 3, 20)
    picked = spread(frames, 3)
    pictures = {frame.index: frame.features[1] for frame in frames}
    assert sorted(pictures[index] for index in picked) == [0, 1, 2]
    assert spread(frames, 3) == picked


def test_spread_of_equal_frames_still_gives_so_many():
    assert len(set(spread(scenes(12), 5))) == 5


def test_different_takes_the_changes():
    assert different(scenes(10, 10, 10), 2) == [30, 60]


def people(*scores):
    keypoints = np.full((len(scores), 17, 3), 5, np.float32)
    keypoints[..., 2] = np.asarray(scores)[:, None]
    return Poses(keypoints, np.ones(len(scores), np.float32), COCO_17)


def test_unsure_takes_doubtful_people_apart_in_time_and_nobody_last():
    frames = scenes(12)
    found = [people(0.9)] * 12
    found[2] = found[3] = people(0.2)
    found[9] = people(0.5)
    found[6] = Poses.nobody(COCO_17)
    assert unsure(frames, found, 2) == [6, 27]
    assert doubt(found[6]) == 0
    assert doubt(people(0.25)) == pytest.approx(0.75)


@pytest.mark.parametrize("pick", ["spread", "unsure", "different"])
def test_the_command_writes_frames_with_the_people_found(call, clips, crowd_model, tmp_path, pick):
    clips.make(tmp_path / "clip.mp4", frames=12)
    options = ("-n", 3, "--pick", pick, "-o", tmp_path / "set", "--model", crowd_model, "--min-score", 0)
    done = call("labels", "frames", tmp_path / "clip.mp4", *options)
    assert done.code == 0, done.errors
    content = json.loads((tmp_path / "set" / "labels.json").read_text())
    assert content["info"]["picked"] == pick
    assert len(content["images"]) == 3
    for photo, image in zip(labels_in(tmp_path / "set").photos, content["images"], strict=True):
        assert clips.bar_index(cv2.imread(str(photo.path))) == image["frame"]
        assert photo.people


def test_pairs_that_are_not_known_are_told_where_labels_are_converted_or_trained_on(call, figures, tmp_path):
    content = json.loads((figures / "keypoints.json").read_text())
    for category in content["categories"]:
        category["keypoints"] = [f"mark {number}" for number in range(len(category["keypoints"]))]
        category.pop("flip_pairs", None)
    (tmp_path / "labels.json").write_text(json.dumps(content))
    images = figures / "images"
    done = call("labels", "convert", tmp_path / "labels.json", tmp_path / "out", "--images", images)
    assert done.code == 0, done.errors
    assert "no flip pairs" in done.output + done.errors
    source = {"labels": tmp_path / "labels.json", "images": images}
    for flip, told in ((0.5, True), (0.0, False)):
        config = TrainConfig.model_validate({"train": source, "augment": {"flip": flip}})
        notes = load_training_data(config).notes
        assert any("no flip pairs" in note for note in notes) == told


def test_one_line_of_pairs_is_a_skeleton_file(call, figures, tmp_path):
    content = json.loads((figures / "keypoints.json").read_text())
    for category in content["categories"]:
        category["keypoints"] = [f"mark {number}" for number in range(len(category["keypoints"]))]
        category.pop("flip_pairs", None)
    (tmp_path / "labels.json").write_text(json.dumps(content))
    (tmp_path / "pairs.yaml").write_text("flip_pairs: [[mark 5, mark 6]]\n")
    options = ("--images", figures / "images", "--skeleton", tmp_path / "pairs.yaml")
    done = call("labels", "convert", tmp_path / "labels.json", tmp_path / "out", *options)
    assert done.code == 0, done.errors
    assert "no flip pairs" not in done.errors
    assert labels_in(tmp_path / "out").skeleton.flip_pairs == ((5, 6),)
    sources = [
        {"labels": tmp_path / "labels.json", "images": figures / "images"},
        {"labels": figures / "keypoints.json", "images": figures / "images"},  # which has no such joints
    ]
    config = TrainConfig.model_validate({"train": sources[:1], "skeleton": tmp_path / "pairs.yaml"})
    assert load_training_data(config).skeleton.flip_pairs == ((5, 6),)
    config = TrainConfig.model_validate({"train": sources, "skeleton": tmp_path / "pairs.yaml"})
    with pytest.raises(SwahrError, match="share no name with the skeleton"):
        load_training_data(config)


def test_people_whom_nobody_has_put_right_are_told_by_check_and_training(call, figures, tmp_path):
    content = json.loads((figures / "keypoints.json").read_text())
    for person in content["annotations"][:2]:
        person["origin"] = "prediction"
    (tmp_path / "labels.json").write_text(json.dumps(content))
    images = ("--images", figures / "images")
    done = call("train", tmp_path / "labels.json", "--check", "--sheet", tmp_path / "check.png", *images)
    assert "people as a network found them, whom nobody has put right: look at them first" in done.output
    config = TrainConfig.model_validate(
        {"train": {"labels": tmp_path / "labels.json", "images": figures / "images"}}
    )
    assert any(
        "2 of " in note and "as a network found them" in note for note in load_training_data(config).notes
    )


def test_a_run_goes_on_by_its_folder_alone(call, refuses, figures, tiny_config, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = tiny_config(steps=2, tensorboard=False).model_dump(mode="json")
    Path("run.yaml").write_text(json.dumps(settings))
    assert call("train", "run.yaml", "--run", "runs/first").code == 0
    done = call("train", "--resume", "--run", "runs/first", "--set", "steps=3")
    assert done.code == 0, done.errors
    assert "step 3/3" in done.output
    assert "did you mean runs" in refuses("train", "--resume", "--run", "runs/frist")
    assert "nothing to train on; expected labels, their folder, or a YAML file" in refuses("train")


def test_commands_that_are_not_there_name_the_one_that_is_meant(refuses, clips, tmp_path):
    said = refuses("labels", "predict", tmp_path)
    assert "labels has no command 'predict'; expected one of formats, convert, merge, frames" in said
    assert "use `swahr images PHOTOS --labels FOLDER`" in said
    clip = clips.make(tmp_path / "clip.mp4", frames=3)
    assert "use `swahr labels frames" in refuses("train", clip)
    assert "did you mean deeplabcut?" in refuses("labels", "convert", clip, tmp_path / "out", "--to", "dlc")
    assert "expected the name of a folder to write, or give --output" in refuses("labels", "convert", clip)


def test_photos_that_are_picked_keep_their_names_and_are_of_no_video(call, clips, crowd_model, tmp_path):
    (tmp_path / "photos").mkdir()
    for number in (3, 5, 8):
        cv2.imwrite(str(tmp_path / "photos" / f"IMG_{number}.png"), clips.bar(number, 96, 64))
    options = ("-n", 2, "--pick", "spread", "-o", tmp_path / "set", "--model", crowd_model)
    done = call("labels", "frames", tmp_path / "photos", *options)
    assert done.code == 0, done.errors
    images = json.loads((tmp_path / "set" / "labels.json").read_text())["images"]
    assert {image["file_name"] for image in images} < {"IMG_3.jpg", "IMG_5.jpg", "IMG_8.jpg"}
    assert not any("video" in image for image in images)


def test_more_frames_than_there_are_is_refused(refuses, clips, blind_model, tmp_path):
    clips.make(tmp_path / "clip.mp4", frames=4)
    options = ("-n", 9, "-o", tmp_path / "set", "--model", blind_model)
    said = refuses("labels", "frames", tmp_path / "clip.mp4", *options)
    assert "has 4 frames to pick from; expected at least 9" in said


def test_a_folder_that_another_run_fills_is_left_to_it(refuses, figures, tmp_path):
    with locked(tmp_path / "out"):
        said = refuses(
            "labels", "convert", figures / "keypoints.json", tmp_path / "out", "--images", figures / "images"
        )
    assert "out is being written by another run; wait for it, or choose another output" in said
    assert not list((tmp_path / "out").iterdir())
