"""Part of the labels for validation: videos stay whole, parts do not overlap."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from swahr.errors import SwahrError
from swahr.pose.skeleton import COCO_17
from swahr_training import toy
from swahr_training.config import TrainConfig
from swahr_training.data.labels import Labels, Photo
from swahr_training.data.sources import load_training_data
from swahr_training.data.splitting import split, videos_of
from swahr_training.data.writing import copy_photos


def labels_of(paths):
    photos = [Photo(number, Path(path), (4, 4), ()) for number, path in enumerate(paths)]
    return Labels("set", COCO_17, photos)


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    """Frames of four videos, numbered through, and five photos that are numbered too."""
    folder = tmp_path_factory.mktemp("clips")
    random = np.random.default_rng(0)
    paths = []
    for clip in range(4):
        scene = toy.background(random)
        for frame in range(6):
            moved = np.roll(scene, frame, axis=1)
            paths.append(folder / f"clip{clip}_{frame:03d}.png")
            cv2.imwrite(str(paths[-1]), moved)
    for number in range(5):
        paths.append(folder / f"IMG_{number:04d}.png")
        cv2.imwrite(str(paths[-1]), toy.background(random))
    return paths


def test_frames_are_told_from_photos_that_are_numbered(clips):
    videos = videos_of(clips)
    assert [video is None for video in videos] == 24 * [False] + 5 * [True]
    assert len(set(videos[:24])) == 4


def test_frames_of_several_videos_are_still_told_where_they_are_copied_into_one_folder(tmp_path):
    random = np.random.default_rng(0)
    paths = []
    for folder, frames in (("a/run", 3), ("b/run", 5), ("walk", 4), ("alone", 2)):
        scene = toy.background(random)
        (tmp_path / folder).mkdir(parents=True)
        for frame in range(frames):
            name = f"own{frame}.png" if folder == "alone" else f"img{frame:04d}.png"
            paths.append(tmp_path / folder / name)
            cv2.imwrite(str(paths[-1]), np.roll(scene, frame, axis=1))
    before = videos_of(paths)
    names = copy_photos(labels_of(paths), tmp_path / "copies")
    after = videos_of([tmp_path / "copies" / name for name in names])
    same = [[one == other for other in before] for one in before]
    assert [[one == other for other in after] for one in after] == same
    assert names[0] == "run_img0000.png"
    assert names[-1] == "own1.png"


def test_videos_are_not_torn_apart(clips):
    trained, validated, said = split(labels_of(clips), 0.3, 0, seed=1)
    assert len(trained.photos) + len(validated.photos) == len(clips)
    of = dict(zip(clips, videos_of(clips), strict=True))
    both = {of[p.path] for p in trained.photos} & {of[p.path] for p in validated.photos} - {None}
    assert not both
    assert "by video: 4 are there" in said


def test_one_video_is_split_into_stretches(clips):
    trained, validated, said = split(labels_of(clips[:6]), 0.34, 1, seed=5)
    assert [photo.path for photo in validated.photos] == clips[2:4]
    assert len(trained.photos) == 4
    assert "a stretch of one video" in said


@given(st.integers(2, 60), st.integers(2, 6), st.integers(0, 99))
def test_folds_do_not_overlap_and_together_are_all(count, folds, seed):
    labels = labels_of([f"none/{'ab'[n % 2]}{n}x.png" for n in range(count)])
    if count < folds:
        return
    parts = [split(labels, 1 / folds, fold, seed)[1].photos for fold in range(folds)]
    assert sorted(photo.id for part in parts for photo in part) == list(range(count))
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


def test_parts_that_cannot_be_are_told():
    with pytest.raises(SwahrError, match=r"fold is 2; parts of 0\.5 are numbered from 0 to 1"):
        split(labels_of(["a.png", "b.png"]), 0.5, 2, 0)
    with pytest.raises(SwahrError, match="1 photos cannot be split into two parts"):
        split(labels_of(["a.png"]), 0.5, 0, 0)


def test_a_run_validates_on_the_part_that_it_does_not_train_on(tmp_path):
    toy.write_split(tmp_path, "train", 10, np.random.default_rng(0))
    config = TrainConfig.model_validate({"train": tmp_path / "train.json", "split": 0.2, "steps": 1})
    data = load_training_data(config)
    trained, validated = (
        {photo.path for photo in photos} for photos in (data.photos, data.validation.photos)
    )
    assert (len(trained), len(validated), len(trained & validated)) == (8, 2, 0)
    assert any("2 of 10 photos are for validation, photo by photo" in note for note in data.notes)
    other = load_training_data(config.model_copy(update={"fold": 1}))
    assert not {photo.path for photo in other.validation.photos} & validated
    assert replace(data.validation, photos=[]).skeleton.num_joints == 5
