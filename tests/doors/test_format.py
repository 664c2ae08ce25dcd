"""The recipe of docs/doors/format.md, followed from outside the package."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import swahr as library
from swahr.formats import FORMATS, Format, format_by_content, read, register_format
from swahr.formats.contract import check_format

PAGE = Path(__file__).parents[2] / "docs" / "doors" / "format.md"


def blocks():
    return re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def recipe():
    """Run the code of the page; give what it makes."""
    made = {"__name__": "lines"}
    for block in blocks():
        exec(block, made)
    yield made
    FORMATS.remove("lines")


@pytest.fixture
def plugin(swahr, tmp_path):
    """The page's format as an installed package that the `swahr` command does not know by name."""
    site = tmp_path / "site"
    (site / "lines_plugin-1.dist-info").mkdir(parents=True)
    (site / "lines_plugin.py").write_text(blocks()[0])
    information = site / "lines_plugin-1.dist-info"
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: lines-plugin\nVersion: 1\n")
    (information / "entry_points.txt").write_text("[swahr.plugins]\nlines = lines_plugin\n")
    swahr.environment["PYTHONPATH"] = str(site)
    return swahr


def test_the_pages_own_test_passes(recipe, tmp_path):
    recipe["test_lines_keep_the_promises_of_a_format"](tmp_path)


def test_the_installed_command_writes_a_video_in_it_and_reads_it(
    plugin, recipe, clips, crowd_model, tmp_path
):
    clips.make(tmp_path / "clip.mp4", 4)
    done = plugin("video", "clip.mp4", "--model", crowd_model, "--format", "lines,csv")
    assert done.code == 0, done.errors
    found, table = library.read(tmp_path / "clip_lines.txt"), library.read(tmp_path / "clip.csv")
    assert len(found.scores) > 0
    assert found.ids.tolist() == table.ids.tolist()
    np.testing.assert_allclose(found.keypoints, table.keypoints, atol=1e-4)
    assert plugin("convert", "clip_lines.txt", "back.csv", "--fps", 25).code == 0
    assert (tmp_path / "back.csv").read_text() == (tmp_path / "clip.csv").read_text()


def test_an_unknown_format_is_answered_with_all_names(plugin):
    assert "jsonl, lines, motchallenge" in plugin.refuses("convert", "a.csv", "b.csv", "--to", "line")


def test_a_recording_is_saved_in_it_by_the_name_of_the_file(recipe, film, tmp_path):
    film.save(tmp_path / "a_lines.txt")
    assert read(tmp_path / "a_lines.txt", frame_rate=25) == read(
        tmp_path / "a_lines.txt", "lines", frame_rate=25
    )


@pytest.fixture
def film():
    from swahr.formats.contract import example

    return example()


def test_the_first_line_is_compared_without_its_end(tmp_path):
    class Exact(Format):
        name, description, endings = "exact", "a text that begins so", ("_exact.txt",)
        open_writer = read = None  # nobody asks

        def recognises(self, path, first_line):
            return first_line == "frame person"

    register_format(Exact)
    try:
        for end in (b"\n", b"\r\n", b""):
            (tmp_path / "a").write_bytes(b"frame person" + end)
            assert format_by_content(tmp_path / "a").name == "exact"
    finally:
        FORMATS.remove("exact")


def test_a_loss_that_is_not_said_is_named_by_the_contract(recipe, tmp_path, monkeypatch):
    lines = FORMATS.find("lines")
    read_all = lines.read
    monkeypatch.setattr(
        lines,
        "read",
        lambda *given: replace(recording := read_all(*given), scores=np.ones_like(recording.scores)),
    )
    with pytest.raises(AssertionError, match='"person scores" in `lacks`'):
        check_format("lines", tmp_path)
