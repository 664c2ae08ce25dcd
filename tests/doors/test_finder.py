"""The recipe of docs/doors/finder.md, followed from outside the package."""

import csv
import sys

import pytest
import torch

from swahr.config import NetworkSettings
from swahr.inference.estimator import PoseEstimator
from swahr.inference.finders import FINDERS
from swahr.models import Architecture, Checkpoint, save_checkpoint
from swahr.models.backbones.hrnet import HRNetSettings
from swahr.models.heads.base import HEADS
from swahr.pose.skeleton import COCO_17, Skeleton
from tests.inference.test_estimator import ColourReader, paint, two_people

CELL_PX = 4 * 480 / 256  # of the maps, frame pixels
SKELETON = Skeleton.from_joints(["a", "b", "c"])


@pytest.fixture
def lone(plugin, monkeypatch):
    """The plugin of the page; its module is imported here, too, and its kinds are taken out again."""
    made = plugin("lone_finder", "finder.md")
    monkeypatch.syspath_prepend(str(made.folder))
    import lone_finder  # noqa: F401

    yield made
    HEADS.remove("lone")
    FINDERS.remove("lone")
    del sys.modules["lone_finder"]


def test_a_network_of_a_new_kind_finds_people_in_a_video(lone, figures, tmp_path):
    torch.manual_seed(0)
    backbone = HRNetSettings(width=4, modules=(1, 1, 1), blocks=1, stem_width=8)
    architecture = Architecture(backbone=backbone, head="lone", num_joints=3)
    model = architecture.build().eval()
    torch.nn.init.constant_(model.head.final_layer.bias, 0.5)
    path = tmp_path / "lone.safetensors"
    save_checkpoint(path, Checkpoint(model, architecture, SKELETON, 64, detection_threshold=0.0))
    rows = tmp_path / "clip.csv"
    video = ("video", figures / "clip.mp4", "--model", path, "-o", rows, "--every", 20, "--min-score", 0)
    used = lone.swahr(*video)
    assert used.returncode == 0, used.stderr
    with rows.open() as file:
        found = list(csv.DictReader(file))
    assert [row["frame"] for row in found] == ["0", "20", "40"]
    assert all(row["a_x"] for row in found)
    without = lone.swahr(*video, "--overwrite", known=False)
    assert without.returncode == 2
    assert without.stderr.count("\n") == 1
    assert "head.kind is 'lone'" in without.stderr


def test_joints_land_on_their_pixels(lone):
    people = two_people(640, 480)[:1]

    class FrameReader(ColourReader):
        def forward(self, images):
            return [self.read(images, 4)[0]]

    architecture = Architecture(backbone="hrnet", head="lone")
    checkpoint = Checkpoint(
        FrameReader(), architecture, COCO_17, 256, (0.0,) * 3, (1.0,) * 3, detection_threshold=0.03
    )
    poses = PoseEstimator(checkpoint, NetworkSettings(device="cpu", min_score=0.0))(paint(640, 480, people))
    assert len(poses) == 1
    assert abs(poses.keypoints[0, :, :2] - people[0]).max() <= CELL_PX
