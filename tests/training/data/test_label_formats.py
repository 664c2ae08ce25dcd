"""Labels of every tool: what real libraries and these tools write is read, joint for joint, and written back."""

import json
import shutil
from dataclasses import replace

import cv2
import numpy as np
import pytest
import yaml

from swahr.errors import OutputError, SwahrError
from swahr.pose.skeleton import COCO_17
from swahr_training.config import DataSource
from swahr_training.data.formats.base import LABEL_FORMATS, writable
from swahr_training.data.refusal import refuse_wrong
from swahr_training.data.sources import read_labels

pandas = pytest.importorskip("pandas")
sleap = pytest.importorskip("sleap_io")

TELLS_HIDDEN = {"coco", "cvat", "labelme", "yolo"}


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


@pytest.mark.parametrize("name", ["coco", "cvat", "deeplabcut", "label-studio", "labelme", "sleap", "yolo"])
def test_what_is_written_is_read_back(cases, whole, tmp_path, name):
    path = LABEL_FORMATS.find(name).write(whole, tmp_path / "written")
    labels = read(path)
    found, true = cases.joints_of(labels), cases.true_joints(hidden=name in TELLS_HIDDEN)
    for photo, joints in true.items():
        np.testing.assert_allclose(found[photo], joints, atol=0.02)
    assert labels.skeleton == COCO_17
    for photo in labels.photos:
        assert photo.path.is_relative_to(tmp_path / "written")
        assert photo.size_wh == cases.size_wh


def test_a_project_of_one_animal_stays_one_of_one_animal(whole, tmp_path):
    alone = replace(whole, photos=[replace(photo, people=photo.people[:1]) for photo in whole.photos])
    path = LABEL_FORMATS.find("deeplabcut").write(alone, tmp_path / "written")
    config = yaml.safe_load((path / "config.yaml").read_text())
    assert (config["multianimalproject"], config["bodyparts"]) == (False, list(COCO_17.joints))
    (table,) = path.rglob("CollectedData_*.csv")
    assert [line.split(",")[0] for line in table.read_text().splitlines()[:3]] == [
        "scorer",
        "bodyparts",
        "coords",
    ]
    again = read(path)
    for photo, before in zip(again.photos, alone.photos, strict=True):
        assert len(photo.people) == len(before.people)
        for person, same in zip(photo.people, before.people, strict=True):
            seen = same.joints[:, 2] > 0
            np.testing.assert_allclose(person.joints[seen, :2], same.joints[seen, :2], atol=0.02)


def test_all_that_can_be_written_is_tested():
    marks = test_what_is_written_is_read_back.pytestmark
    assert next(mark for mark in marks if mark.name == "parametrize").args[1] == list(writable())


def test_a_format_that_is_read_alone_says_so(whole, tmp_path):
    with pytest.raises(SwahrError, match="mpii is read alone; choose another of coco, "):
        LABEL_FORMATS.find("mpii").write(whole, tmp_path)


def test_photos_of_one_name_do_not_meet_when_they_are_written(cases, tmp_path):
    for folder in ("one", "two"):
        cases.put(tmp_path / "images" / folder, ("a.jpg",))
    content = cases.base()
    for image, folder in zip(content["images"], ("one", "two"), strict=True):
        image["file_name"] = f"{folder}/a.jpg"
    labels = read(cases.write(tmp_path / "labels.json", content))
    again = read(LABEL_FORMATS.find("coco").write(labels, tmp_path / "written"))
    assert [photo.path.name for photo in again.photos] == ["one_a.jpg", "two_a.jpg"]
    assert [len(photo.people) for photo in again.photos] == [1, 2]


@pytest.mark.parametrize("photos", [1, 40])
def test_a_sleap_project_that_the_disk_may_lack_room_for_is_not_begun(whole, tmp_path, monkeypatch, photos):
    many = replace(whole, photos=whole.photos[1:2] * photos)
    path = LABEL_FORMATS.find("sleap").write(many, tmp_path / "written")
    left = shutil.disk_usage(tmp_path)._replace(free=path.stat().st_size - 1)
    monkeypatch.setattr("shutil.disk_usage", lambda folder: left)
    with pytest.raises(OutputError, match=r"second: the labels could not be written \(No space left"):
        LABEL_FORMATS.find("sleap").write(many, tmp_path / "second")
    assert [each.name for each in (tmp_path / "second").iterdir()] == ["images"]


# ---- written by sleap-io ------------------------------------------------------------------------------------------

JOINTS = ("nose", "ear_left", "ear_right", "tail")
PLACES = np.asarray(
    [[[10.0, 12], [20, 22], [30, 32], [np.nan, np.nan]], [[40, 42], [50, 52], [60, 62], [70, 60]]]
)


@pytest.fixture
def project(cases, tmp_path):
    """A SLEAP project of two photos with one and two animals."""
    cases.put(tmp_path / "photos")
    files = [str(tmp_path / "photos" / name) for name in cases.names]
    skeleton = sleap.Skeleton(list(JOINTS), [("nose", "tail")], [("ear_left", "ear_right")], name="mouse")
    video = sleap.Video.from_filename(files)
    frames = [
        sleap.LabeledFrame(
            video=video,
            frame_idx=number,
            instances=[sleap.Instance.from_numpy(each, skeleton=skeleton) for each in PLACES[: number + 1]],
        )
        for number in range(2)
    ]
    return sleap.Labels(frames, [video], skeletons=[skeleton])


def assert_mice(labels):
    assert labels.skeleton.joints == JOINTS
    found = list(people_of(labels).values())
    assert [len(people) for people in found] == [1, 2]
    for people in found:
        for joints, places in zip(people, PLACES, strict=False):
            there = np.isfinite(places[:, 0])
            assert (joints[:, 2] > 0).tolist() == there.tolist()
            np.testing.assert_allclose(joints[there, :2], places[there], atol=0.02)


def test_a_sleap_project_is_read_with_its_limbs_and_pairs(project, tmp_path):
    project.save(str(tmp_path / "mice.slp"), verbose=False)
    labels = read(tmp_path / "mice.slp")
    assert_mice(labels)
    assert labels.skeleton.limbs == ((0, 3),)
    assert labels.skeleton.flip_pairs == ((1, 2),)


@pytest.mark.parametrize("index", [2, 99])
def test_a_sleap_project_that_labels_a_photo_which_is_not_there_is_refused(project, tmp_path, index):
    project.labeled_frames[1].frame_idx = index
    project.save(str(tmp_path / "mice.slp"), verbose=False)
    with pytest.raises(SwahrError, match=rf"frame {index} is labelled of a video of 2 photos"):
        read(tmp_path / "mice.slp")


def test_a_sleap_project_in_which_hdf5_loops_for_ever_is_refused(project, tmp_path, looping):
    path = tmp_path / "labels.slp"
    project.save(str(path), verbose=False)
    looping(path)
    with pytest.raises(SwahrError, match="does not come to an end"):
        read(path)


def test_a_sleap_package_brings_its_photos(project, tmp_path):
    project.save(str(tmp_path / "mice.pkg.slp"), embed="user", verbose=False)
    seen = [cv2.imread(str(photo)) for photo in sorted((tmp_path / "photos").iterdir())]
    for photo in (tmp_path / "photos").iterdir():
        photo.unlink()
    labels = read(tmp_path / "mice.pkg.slp")
    assert_mice(labels)
    for photo, image in zip(labels.photos, seen, strict=True):
        difference = np.abs(cv2.imread(str(photo.path)).astype(int) - image).mean()
        assert difference < 3  # the colours stand in their order


def test_frames_of_a_video_are_kept_beside_the_project(tmp_path, clips):
    clips.make(tmp_path / "clip.mp4", frames=4)
    skeleton = sleap.Skeleton(list(JOINTS))
    video = sleap.Video.from_filename(str(tmp_path / "clip.mp4"))
    frame = sleap.LabeledFrame(
        video=video, frame_idx=2, instances=[sleap.Instance.from_numpy(PLACES[0], skeleton=skeleton)]
    )
    sleap.Labels([frame], [video], skeletons=[skeleton]).save(str(tmp_path / "a.slp"), verbose=False)
    (photo,) = read(tmp_path / "a.slp").photos
    assert photo.path == tmp_path / "a.slp.photos" / "video0_frame000002.png"
    assert len(photo.people) == 1


def save_coco(project, path):
    sleap.save_coco(project, str(path))


def save_label_studio(project, path):
    sleap.save_labelstudio(project, str(path))


def save_yolo(project, path):
    sleap.save_ultralytics(project, str(path), split_ratios={"train": 1.0})


@pytest.mark.parametrize(
    ("save", "file"), [(save_coco, "mice.json"), (save_label_studio, "mice.json"), (save_yolo, "mice")]
)
def test_what_sleap_io_writes_in_other_formats_is_read(project, tmp_path, save, file):
    save(project, tmp_path / file)
    if "label_studio" in save.__name__:  # whose own projects name a photo by its address
        tasks = json.loads((tmp_path / file).read_text())
        for task, name in zip(tasks, ("a.jpg", "b.jpg"), strict=True):
            task["data"]["image"] = f"/data/upload/1/0a1b2c3d-{name}"
        (tmp_path / file).write_text(json.dumps(tasks))
    labels = read(tmp_path / file, images=None if file == "mice" else tmp_path / "photos")
    found = list(people_of(labels).values())
    assert sorted(len(people) for people in found) == [1, 2]
    places = {
        tuple(joint[:2].round().tolist())
        for people in found
        for person in people
        for joint in person
        if joint[2]
    }
    assert places == {tuple(each) for person in PLACES for each in person.tolist() if np.isfinite(each[0])}


def test_sleap_io_reads_what_we_write(whole, cases, tmp_path):
    path = LABEL_FORMATS.find("sleap").write(whole, tmp_path / "written")
    project = sleap.load_slp(str(path))
    assert [len(frame.instances) for frame in project.labeled_frames] == [1, 2]
    assert project.skeletons[0].node_names == list(COCO_17.joints)
    coco = sleap.load_coco(
        str(LABEL_FORMATS.find("coco").write(whole, tmp_path / "coco")), str(tmp_path / "coco" / "images")
    )
    assert [len(frame.instances) for frame in coco.labeled_frames] == [1, 2]


# ---- DeepLabCut, by pandas ----------------------------------------------------------------------------------------


def table_of(cases, levels, paths):
    """Return DeepLabCut's table of one or several animals."""
    several = "individuals" in levels
    animals = [(f"mouse{n}",) for n in range(2)] if several else [()]
    names = [("me", *animal, joint, axis) for animal in animals for joint in JOINTS for axis in "xy"]
    rows = [np.concatenate([PLACES[0].ravel(), np.full(8, np.nan)]), PLACES.ravel()]
    index = pandas.MultiIndex.from_tuples(paths) if isinstance(paths[0], tuple) else paths
    values = np.asarray(rows)[:, : len(names)]
    return pandas.DataFrame(values, index=index, columns=pandas.MultiIndex.from_tuples(names, names=levels))


@pytest.mark.parametrize("kind", ["csv", "h5"])
@pytest.mark.parametrize("paths", ["one column", "three columns"])
@pytest.mark.parametrize("several", [False, True])
def test_deeplabcuts_tables_are_read(cases, tmp_path, kind, paths, several):
    folder = tmp_path / "labeled-data" / "film"
    cases.put(folder)
    levels = ["scorer", *(["individuals"] if several else []), "bodyparts", "coords"]
    names = [
        ("labeled-data", "film", name) if paths == "three columns" else f"labeled-data/film/{name}"
        for name in cases.names
    ]
    table = table_of(cases, levels, names)
    if kind == "csv":
        table.to_csv(folder / "CollectedData_me.csv")
    else:
        pytest.importorskip("tables")
        table.to_hdf(folder / "CollectedData_me.h5", key="df_with_missing", mode="w")
    described = {"Task": "mice", "scorer": "me", "bodyparts": list(JOINTS), "video_sets": {}}
    described["skeleton"] = [["nose", "tail"]]
    if several:
        described.update(bodyparts="MULTI!", multianimalbodyparts=list(JOINTS), uniquebodyparts=["lever"])
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(described))
    for path in (
        folder / f"CollectedData_me.{kind}",
        tmp_path / "config.yaml",
        tmp_path,
        folder,
        folder.parent,
    ):
        labels = read(path)
        assert labels.skeleton.joints == JOINTS
        assert labels.skeleton.limbs == ((0, 3),)
        found = people_of(labels)
        assert [len(people) for people in found.values()] == [1, 2 if several else 1]
        np.testing.assert_allclose(found["b.jpg"][0][:3, :2], PLACES[0, :3])
        if several:
            np.testing.assert_allclose(found["b.jpg"][1][:, :2], PLACES[1])


def test_a_table_of_deeplabcut_may_name_its_scorer_once(cases, tmp_path):
    folder = tmp_path / "labeled-data" / "film"
    cases.put(folder)
    rows = ["scorer,Anna", "bodyparts,nose,nose", "coords,x,y", "labeled-data/film/a.jpg,3,4"]
    (folder / "CollectedData_Anna.csv").write_text("\n".join(rows))
    assert people_of(read(folder))["a.jpg"][0].tolist() == [[3, 4, 2]]


def test_a_project_without_labelled_frames_says_so(tmp_path):
    (tmp_path / "labeled-data" / "film").mkdir(parents=True)
    (tmp_path / "config.yaml").write_text("bodyparts: [nose]\nscorer: me\n")
    with pytest.raises(
        SwahrError, match=r"no CollectedData_\*\.csv or \.h5 in .*labeled-data; label frames first"
    ):
        read(tmp_path / "config.yaml")
