"""The recipe of docs/doors/backbone.md, followed from outside the package."""

import csv
import json
import sys

import pytest
import torch

from swahr.errors import SettingError
from swahr.models import Architecture
from swahr.models.backbones import BACKBONES, Feature
from swahr.models.weight_files import read_weight_file


def test_a_backbone_from_a_plugin_is_trained_and_used_by_the_real_commands(plugin, figures, tmp_path):
    toy = plugin("toy_backbone", "backbone.md")
    settings = tmp_path / "run.yaml"
    settings.write_text((figures / "run.yaml").read_text() + toy.settings)
    trained = toy.swahr("train", settings, "--run", tmp_path / "run", "--device", "cpu")
    assert trained.returncode == 0, trained.stderr
    assert "step 4/4  loss" in trained.stdout
    checkpoint = tmp_path / "run" / "last.safetensors"
    weights, metadata = read_weight_file(checkpoint)
    assert json.loads(metadata["architecture"])["backbone"] == {"kind": "toy", "width": 8}
    assert weights["backbone.layers.0.weight"].shape == (8, 3, 3, 3)

    rows = tmp_path / "clip.csv"
    video = ("video", figures / "clip.mp4", "--model", checkpoint, "-o", rows, "--every", 20)
    used = toy.swahr(*video, "--threshold", 0, "--min-score", 0)
    assert used.returncode == 0, used.stderr
    with rows.open() as file:
        assert {row["frame"] for row in csv.DictReader(file)} == {"0", "20", "40"}

    without = toy.swahr(*video, "--overwrite", known=False)
    assert without.returncode == 2
    assert without.stderr.count("\n") == 1
    assert f"backbone.kind is 'toy'; expected one of {', '.join(BACKBONES.names())}" in without.stderr


@pytest.fixture
def toy(plugin, monkeypatch):
    """The module of the page, imported here; its kind is taken out again."""
    monkeypatch.syspath_prepend(str(plugin("toy_backbone", "backbone.md").folder))
    import toy_backbone

    yield toy_backbone
    BACKBONES.remove("toy")
    del sys.modules["toy_backbone"]


def test_a_head_that_does_not_find_its_feature_says_what_there_is(toy, monkeypatch):
    class Coarse(toy.Toy):
        def __init__(self, width):
            super().__init__(width)
            self.features = (Feature(width, 8), Feature(2 * width, 16))

    monkeypatch.setattr(toy, "Toy", Coarse)
    with pytest.raises(SettingError) as caught:
        Architecture(backbone=toy.ToySettings()).build()
    assert str(caught.value) == (
        "the head higher reads a feature at stride 4; the backbone gives 8 channels at stride 8, "
        "16 channels at stride 16"
    )


def test_a_head_takes_the_feature_of_its_stride_among_several(toy, monkeypatch):
    class Pyramid(toy.Toy):
        def __init__(self, width):
            super().__init__(width)
            self.features = (Feature(width, 8), Feature(width, 4))

        def forward(self, images):
            (at4,) = super().forward(images)
            return [torch.nn.functional.avg_pool2d(at4, 2), at4]

    monkeypatch.setattr(toy, "Toy", Pyramid)
    network = Architecture(backbone={"kind": "toy", "width": 6}, num_joints=5).build()
    first, second = network(torch.zeros(1, 3, 64, 96))
    assert first.shape == (1, 15, 16, 24)
    assert second.shape == (1, 10, 32, 48)


def test_a_name_is_taken_once(toy):
    with pytest.raises(SettingError, match="there is a backbone hrnet already"):
        BACKBONES.registering("hrnet")(toy.ToySettings)
