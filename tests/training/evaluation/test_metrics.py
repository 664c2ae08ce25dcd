"""Figures of COCO and CrowdPose against cases whose answer is known, and against pycocotools."""

import contextlib
import io
from pathlib import Path

import numpy as np
import pytest
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17
from swahr_training.data.labels import Labels, Person, Photo
from swahr_training.evaluation.metrics import FIGURES, coco_results, judge, score, similarities

SIGMAS = COCO_17.sigmas


def person(random, x=0.0, size=100.0, visible=2):
    joints = np.column_stack([random.uniform(x, x + size, (17, 2)), np.full(17, visible)]).astype(np.float32)
    return Person("someone", joints, (x, x, size, size), 0.53 * size * size)


def poses_of(people, scores=None, noise=0.0, random=None):
    keypoints = np.stack([p.joints for p in people]).astype(np.float32)
    if noise:
        keypoints[..., :2] += random.normal(0, noise, keypoints[..., :2].shape)
    keypoints[..., 2] = 0.9
    scores = np.ones(len(people)) if scores is None else np.asarray(scores)
    return Poses(keypoints, scores.astype(np.float32), COCO_17)


def photo_of(*people, number=0, crowd_index=None):
    return Photo(number, Path(f"{number}.jpg"), (640, 480), people, crowd_index)


@pytest.fixture
def random():
    return np.random.default_rng(0)


def test_the_labels_themselves_score_one(random):
    photos = [photo_of(person(random), person(random, 200), number=n) for n in range(4)]
    results = [result for photo in photos for result in coco_results(poses_of(photo.people), photo.id)]
    figures = score(Labels("x", COCO_17, photos).as_coco(), results, SIGMAS)
    assert tuple(figures) == FIGURES
    assert figures["AP"] == pytest.approx(1)
    assert figures["AR"] == pytest.approx(1)


def test_figures_are_those_of_pycocotools(random):
    photos, results = [], []
    for number in range(12):
        people = [person(random, x, random.uniform(40, 160)) for x in (0, 150, 300)]
        people.append(Person("crowd", np.zeros((17, 3), np.float32), (400, 10, 100, 100), 5000.0, crowd=True))
        photos.append(photo_of(*people, number=number))
        seen = poses_of(people[: random.integers(1, 5)], noise=8, random=random)
        scores = random.uniform(0, 1, len(seen.scores)).astype(np.float32)
        results += coco_results(Poses(seen.keypoints, scores, COCO_17), number)
    truth = Labels("x", COCO_17, photos).as_coco()
    figures = score(truth, results, SIGMAS)
    with contextlib.redirect_stdout(io.StringIO()):
        known = COCO()
        known.dataset = truth
        known.createIndex()
        evaluation = COCOeval(known, known.loadRes(results), "keypoints")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    np.testing.assert_allclose(list(figures.values()), evaluation.stats, atol=1e-9)
    assert 0.05 < figures["AP"] < 0.95


def test_numbers_of_photos_may_be_larger_than_floats_tell_apart(random):
    figures = []
    for first in (1, 2**53, 2**62):
        people = [person(np.random.default_rng(n)) for n in range(6)]
        photos = [photo_of(one, number=first + n) for n, one in enumerate(people)]
        results = []
        for n, photo in enumerate(photos):
            seen = poses_of(photo.people, noise=8, random=np.random.default_rng(100 + n))
            results += coco_results(seen, photo.id)
        figures.append(score(Labels("x", COCO_17, photos).as_coco(), results, SIGMAS))
    assert figures[0] == figures[1] == figures[2]
    assert 0 < figures[0]["AP"] < 1


def test_crowd_levels_come_from_the_crowd_index(random):
    indices = (0.0, 0.19, 0.2, 0.5, 0.79, 0.8, 1.0)
    photos = [photo_of(person(random), number=n, crowd_index=index) for n, index in enumerate(indices)]
    right = photos[:2] + photos[5:]  # easy and hard ones are found, medium ones are not
    results = [result for photo in right for result in coco_results(poses_of(photo.people), photo.id)]
    figures = score(Labels("x", COCO_17, photos).as_coco(), results, SIGMAS)
    assert figures["APeasy"] == pytest.approx(1)
    assert figures["APmedium"] == 0
    assert figures["APhard"] == pytest.approx(1)
    easy_only = Labels("x", COCO_17, photos[:2]).as_coco()
    assert score(easy_only, results[:2], SIGMAS)["APhard"] == -1


def test_nobody_found_is_zero(random):
    assert score(Labels("x", COCO_17, [photo_of(person(random))]).as_coco(), [], SIGMAS)["AP"] == 0


def test_similarity_falls_with_distance_and_lost_joints(random):
    someone = person(random)
    exact = someone.joints[None].copy()
    assert similarities([someone], exact, SIGMAS)[0, 0] == pytest.approx(1)
    near, far, lost = exact.copy(), exact.copy(), exact.copy()
    near[..., 0] += 3
    far[..., 0] += 30
    lost[0, :8, :2] = np.nan
    found = similarities([someone], np.concatenate([near, far, lost]), SIGMAS)[0]
    assert 1 > found[0] > found[1]
    assert found[2] == pytest.approx(9 / 17)


def test_a_photo_is_judged_by_people_found_and_ghosts(random):
    people = [person(random, x) for x in (0, 150, 300)]
    result = judge(photo_of(*people), poses_of(people[:2]), 0.1)
    assert (result.people, result.found, result.ghosts) == (3, 2, 0)
    assert result.quality == pytest.approx(2 * 2 / 5)
    ghost = person(random, 450)
    result = judge(photo_of(people[0]), poses_of([people[0], ghost]), 0.1)
    assert (result.found, result.ghosts) == (1, 1)
    unsure = judge(photo_of(people[0]), poses_of([people[0], ghost], [0.9, 0.05]), 0.1)
    assert unsure.quality == pytest.approx(1)
    crowd = Person("crowd", np.zeros((17, 3), np.float32), (440, 440, 200, 200), 1.0, crowd=True)
    assert judge(photo_of(people[0], crowd), poses_of([people[0], ghost]), 0.1).ghosts == 0
    nobody = Poses(np.zeros((0, 17, 3), np.float32), np.zeros(0, np.float32), COCO_17)
    assert judge(photo_of(), nobody, 0.1).quality == 1
    assert judge(photo_of(people[0]), nobody, 0.1).quality == 0


def test_where_nobody_is_found_sizes_that_nobody_has_are_none():
    joints = [10.0, 10.0, 2.0] * 17
    person = {"id": 1, "image_id": 1, "category_id": 1, "iscrowd": 0, "bbox": [0, 0, 50, 50]}
    truth = {
        "images": [{"id": 1, "file_name": "a", "width": 90, "height": 90}],
        "annotations": [{**person, "area": 2000.0, "keypoints": joints, "num_keypoints": 17}],
        "categories": [{"id": 1, "name": "person", "keypoints": list(COCO_17.joints)}],
    }
    figures = score(truth, [], COCO_17.sigmas)
    assert {name for name, value in figures.items() if value < 0} == {"APl", "ARl"}
    wrong = {"image_id": 1, "category_id": 1, "keypoints": [80.0, 80.0, 1.0] * 17, "score": 0.5}
    assert score(truth, [wrong], COCO_17.sigmas) == figures
