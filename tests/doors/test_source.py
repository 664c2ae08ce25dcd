"""The recipe of docs/doors/source.md, followed from outside the package."""

import re
from pathlib import Path

import numpy as np
import pytest

from swahr.video import open_source
from swahr.video.sources import SOURCES, has_no_end

PAGE = Path(__file__).parents[2] / "docs" / "doors" / "source.md"


@pytest.fixture
def recipe():
    """Run the code of the page; give what it makes."""
    made = {"__name__": "noise"}
    for block in re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        exec(block, made)
    yield made
    SOURCES.remove("noise:")
    SOURCES.remove("ArrayFile")
    SOURCES.remove("depth:")


@pytest.mark.parametrize("source", ["noise", "a_depth_camera"])
def test_the_pages_own_tests_pass(recipe, source):
    recipe[f"test_{source}_keeps_the_promises_of_a_source"]()


def test_a_device_is_live_as_a_camera_is(recipe):
    assert has_no_end("depth:0")
    with open_source("depth:0") as source:
        assert source.live
        assert source.connected
        assert next(iter(source)).image[0, 0].tolist() == [75, 75, 75]


def test_a_new_source_is_read_by_its_address_as_the_others_are(recipe):
    with open_source("noise:64x48") as source:
        assert isinstance(source, recipe["Noise"])
        assert [frame.index for frame in source] == list(range(12))


def test_the_command_line_takes_it(recipe, call, crowd_model, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = call("video", "noise:64x48", "--model", crowd_model, "--every", 2)
    assert result.code == 0, result.errors
    rows = (tmp_path / "noise_64x48.csv").read_text().splitlines()
    assert {int(row.split(",")[0]) for row in rows[1:]} == {0, 2, 4, 6, 8, 10}


def test_a_kind_of_file_is_drawn_over_without_sound(recipe, call, crowd_model, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.save("walk.npy", np.zeros((3, 48, 64, 3), np.uint8))
    result = call("video", "walk.npy", "--overlay", "walk.mp4", "--every", 2, "--model", crowd_model)
    assert result.code == 0, result.errors
    with open_source("walk.mp4") as overlay:
        assert len(list(overlay)) == 2


def test_a_file_that_cannot_be_read_is_said_in_a_line(recipe, refuses, crowd_model):
    said = refuses("video", "gone.npy", "--model", crowd_model)
    assert "gone.npy: expected an array [N, H, W, 3]" in said


def test_its_errors_are_the_users(recipe, refuses, crowd_model):
    assert "noise:64: expected a size" in refuses("video", "noise:64", "--model", crowd_model)


def test_a_package_that_is_installed_needs_no_import(swahr, tmp_path, crowd_model):
    code, *_ = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    site = tmp_path / "site"
    (site / "noise-1.0.dist-info").mkdir(parents=True)
    (site / "noise.py").write_text(code, encoding="utf-8")
    (site / "noise-1.0.dist-info" / "METADATA").write_text("Name: noise\nVersion: 1.0\n")
    (site / "noise-1.0.dist-info" / "entry_points.txt").write_text("[swahr.plugins]\nnoise = noise\n")
    swahr.environment["PYTHONPATH"] = str(site)
    result = swahr("video", "noise:64x48", "-o", "out.csv", "--model", crowd_model)
    assert result.code == 0, result.errors
    assert (tmp_path / "out.csv").stat().st_size > 0
