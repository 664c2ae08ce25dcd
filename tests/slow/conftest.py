"""What the slow tests share: a runner, things to read, and what each writer leaves undisturbed."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest
import yaml

from swahr.formats import open_writer
from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17
from tests.slow.runner import Ended, Runner
from tests.slow.writers import WRITERS
from tests.training.conftest import TINY_NETWORK, figures  # noqa: F401 - a fixture


@pytest.fixture(scope="session")
def runner(tmp_path_factory):
    return Runner(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def photo(tmp_path_factory):
    path = tmp_path_factory.mktemp("photo") / "photo.png"
    cv2.imwrite(str(path), np.random.default_rng(0).integers(0, 255, (48, 64, 3), np.uint8))
    return path


@pytest.fixture(scope="session")
def inputs(clips, crowd_model, figures, tmp_path_factory):  # noqa: F811
    """Make a folder of all that the writers read."""
    folder = tmp_path_factory.mktemp("inputs")
    shutil.copyfile(crowd_model, folder / "crowd.safetensors")
    clips.make(folder / "in.mp4", 60, (96, 64))
    (folder / "films").mkdir()
    for number, name in enumerate("abc"):
        clips.make(folder / "films" / f"{name}.mp4", 30 + 10 * number)
    shutil.copytree(figures / "images", folder / "photos")
    shutil.copytree(figures / "images", folder / "images")
    shutil.copyfile(figures / "keypoints.json", folder / "keypoints.json")
    run = {
        "train": [{"images": str(folder / "images"), "labels": str(folder / "keypoints.json")}],
        "architecture": TINY_NETWORK, "preset": "none", "input_size": 64, "batch_size": 2, "steps": 20,
        "warmup_steps": 2, "save_every": 2, "log_every": 1, "tensorboard": False,
    }  # fmt: skip
    (folder / "run.yaml").write_text(yaml.safe_dump(run))
    chance = np.random.default_rng(0)
    start = chance.uniform(50, 400, (3, 17, 2))
    with open_writer("csv", folder / "long.csv", COCO_17, frame_rate=25.0, size_wh=(640, 480)) as writer:
        for frame in range(400):
            keypoints = np.full((3, 17, 3), 0.5, np.float32)
            keypoints[..., :2] = start + 40 * np.sin(frame / 9 + np.arange(17))[None, :, None]
            writer.write(
                frame,
                frame / 25,
                Poses(keypoints, np.full(3, 0.5, np.float32), COCO_17, np.arange(3, dtype=np.int32)),
            )
    return folder


@dataclass(frozen=True)
class Whole:
    """What a writer leaves undisturbed, and how long that took."""

    folder: Path
    ended: Ended

    @property
    def bytes(self) -> int:
        """What its results take on a disk."""
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())


@pytest.fixture(scope="session")
def whole(runner, inputs, tmp_path_factory):
    """Run a writer undisturbed, once."""
    known = {}

    def run(name):
        if name not in known:
            folder = tmp_path_factory.mktemp("whole")
            writer = WRITERS[name]
            runner.start_of(writer, inputs, folder).wait(120)  # the first loads what others find loaded
            shutil.rmtree(folder)
            folder.mkdir()
            ended = runner.start_of(writer, inputs, folder).wait(120).check()
            assert ended.code == 0, ended.errors
            known[name] = Whole(folder, ended)
        return known[name]

    return run
