"""`swahr demo`: what is left behind, and what is said of it."""

import csv
import re

import pytest

from swahr.commands.main import names
from swahr.demo import clip

FRAMES = 3


@pytest.fixture
def short_clip(monkeypatch):
    monkeypatch.setattr(clip, "SECONDS", FRAMES / clip.FRAME_RATE)


def test_it_finds_the_three_people_and_says_where_they_are_and_what_to_do_next(call, short_clip, tmp_path):
    place = tmp_path / "new" / "place"
    result = call("demo", "-o", place)
    assert result.code == 0, result.errors
    with (place / "clip.csv").open(newline="") as lines:
        found = list(csv.DictReader(lines))
    for frame in range(FRAMES):
        assert len({row["person_id"] for row in found if row["frame"] == str(frame)}) == 3
    assert all((place / name).stat().st_size > 0 for name in ("clip.mp4", "clip_overlay.mp4"))
    assert sorted(path.name for path in place.iterdir()) == ["clip.csv", "clip.mp4", "clip_overlay.mp4"]
    said = result.output + result.errors
    assert str(place / "clip_overlay.mp4") in said
    assert str(place / "clip.csv") in said
    assert set(re.findall(r"  swahr (\w+)", result.output)) <= set(names())
    assert len(re.findall(r"  swahr (\w+)", result.output)) > 4


@pytest.mark.parametrize("name", ["clip.mp4", "clip.csv", "clip_overlay.mp4"])
def test_it_replaces_nothing_unasked(refuses, tmp_path, name):
    (tmp_path / name).write_text("mine")
    said = refuses("demo", "-o", tmp_path)
    assert name in said
    assert "add --overwrite" in said
    assert (tmp_path / name).read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_said_in_one_line(refuses, tmp_path):
    (tmp_path / "file").write_text("mine")
    assert str(tmp_path / "file") in refuses("demo", "-o", tmp_path / "file")
    assert str(tmp_path / "file") in refuses("demo", "-o", tmp_path / "file" / "below")
