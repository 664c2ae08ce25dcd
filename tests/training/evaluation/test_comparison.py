"""Two networks on the same photos: AP is COCO's, and the interval says what the photos can tell apart."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17
from swahr_training.data.labels import Labels, Person, Photo
from swahr_training.evaluation.comparison import average_precision, compare_found, match
from swahr_training.evaluation.metrics import coco_results, score


def made(seed, photos=12):
    """Photos with people, ignore regions and crowds."""
    random = np.random.default_rng(seed)
    made_photos = []
    for number in range(photos):
        people = []
        for index in range(random.integers(0, 4)):
            low = random.uniform(0, 200, 2)
            joints = np.column_stack([low + random.uniform(0, 90, (17, 2)), random.integers(0, 3, 17)])
            if random.random() < 0.25:
                joints[:] = 0
            crowd = bool(random.random() < 0.15)
            people.append(
                Person(f"{index}", joints.astype(np.float32), (*low.tolist(), 90.0, 90.0), 4000.0, crowd)
            )
        made_photos.append(Photo(number, Path(f"{number}.png"), (320, 320), tuple(people)))
    return Labels("made", COCO_17, made_photos)


def found(labels, seed, off):
    """People near the labelled ones, by pixels of `off`, and some at random."""
    random = np.random.default_rng(seed)
    each = []
    for photo in labels.photos:
        shown = [person.joints for person in photo.people if random.random() < 0.8]
        shown += [
            np.column_stack([random.uniform(0, 320, (17, 2)), np.ones(17)]) for _ in range(random.integers(3))
        ]
        keypoints = np.asarray(shown, np.float32).reshape(-1, 17, 3).copy()
        keypoints[..., :2] += random.normal(0, off, (*keypoints.shape[:2], 2))
        keypoints[random.random(keypoints.shape[:2]) < 0.1] = (np.nan, np.nan, 0)
        each.append(Poses(keypoints, random.random(len(keypoints)).astype(np.float32), COCO_17))
    return each


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**20), st.floats(0, 12))
def test_average_precision_is_that_of_cocos_evaluation(seed, off):
    labels = made(seed)
    poses = found(labels, seed + 1, off)
    if not labels.has_people:
        return
    results = [
        each
        for photo, each in zip(labels.photos, poses, strict=True)
        for each in coco_results(each, photo.id)
    ]
    expected = score(labels.as_coco(), results, COCO_17.sigmas)["AP"]
    matches = [match(photo, each, COCO_17.sigmas) for photo, each in zip(labels.photos, poses, strict=True)]
    assert average_precision(matches) == pytest.approx(expected, abs=1e-6)
    twice = np.full(len(matches), 2)
    assert average_precision(matches, twice) == pytest.approx(expected, abs=0.03)


def test_the_same_people_differ_by_nothing_and_far_better_ones_are_told_apart():
    labels = made(0, photos=40)
    good, bad = found(labels, 1, 1.0), found(labels, 2, 9.0)
    same = compare_found(labels, good, good)
    assert (same.difference, same.low, same.high) == (0, 0, 0)
    assert "may be chance" in str(same)
    better = compare_found(labels, good, bad)
    assert 0 < better.low < better.difference < better.high
    assert "tell them apart" in str(better)
    worse = compare_found(labels, bad, good)
    assert worse.high == pytest.approx(-better.low)
