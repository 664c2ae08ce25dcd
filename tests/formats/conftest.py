"""What tests of formats share: people of a few frames, and files of every format made of them."""

from types import SimpleNamespace

import numpy as np
import pytest

from swahr.formats import find_format, open_writer
from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17

FRAMES = (0, 1, 2, 3, 5)  # 4 is not there: --every, or a source that drops


def make_poses(ids, seed=0, skeleton=COCO_17, tracked=True):
    """Make people whose x is in 100 to 300 and whose y is in 400 to 700, so that the two cannot be mistaken."""
    random = np.random.default_rng(seed)
    count = len(ids)
    keypoints = np.empty((count, skeleton.num_joints, 3), np.float32)
    keypoints[:, :, 0] = random.uniform(100, 300, keypoints.shape[:2]).round(2)
    keypoints[:, :, 1] = random.uniform(400, 700, keypoints.shape[:2]).round(2)
    keypoints[:, :, 2] = random.uniform(0.1, 1, keypoints.shape[:2]).round(4)
    keypoints[:, 3] = np.nan, np.nan, 0  # a joint that was not found
    scores = keypoints[:, :, 2].mean(axis=1).round(4)
    return Poses(keypoints, scores, skeleton, np.asarray(ids, np.int32) if tracked else None)


def make_film(tracked=True, skeleton=COCO_17):
    """Make frames: two people, nobody, an unreadable one, three in another order, one."""
    people = [[0, 1], [], None, [2, 0, 1], [1]]
    return [
        (frame, frame / 25, None if ids is None else make_poses(ids, frame, skeleton, tracked))
        for frame, ids in zip(FRAMES, people, strict=True)
    ]


@pytest.fixture
def film():
    return make_film()


@pytest.fixture
def written(tmp_path):
    """Write a film in a format; give its path."""

    def write(name, film, **options):
        path = options.pop("path", tmp_path / f"a{find_format(name).suffix}")
        skeleton = options.pop("skeleton", COCO_17)
        settings = {"frame_rate": 25.0, "size_wh": (640, 720), **options}
        with open_writer(name, path, skeleton, **settings) as writer:
            for frame in film:
                writer.write(*frame)
        return path

    return write


@pytest.fixture(scope="session")
def films():
    return SimpleNamespace(make=make_film, poses=make_poses)
