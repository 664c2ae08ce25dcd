"""Videos that are smoothed once their end was seen, in one run or in several."""

import os
import signal
import subprocess
import sys

import av
import numpy as np
import pytest

from swahr.formats import read

FIRST_PASS = """
import itertools, os, signal
import swahr.run.process as process
process.JOURNAL_S = 0
write, count = process.Journal.write, itertools.count(1)
def write_and_die(*given):
    write(*given)
    if next(count) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
process.Journal.write = write_and_die
from swahr.commands.main import main
main()
"""
SECOND_PASS = """
import os, signal
import swahr.run.second_pass as whole
whole.Drawing.write = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
from swahr.commands.main import main
main()
"""
SMOOTHED = ("--zero-lag", "savgol", "--fill-gaps", 5)


@pytest.fixture
def folder(tmp_path, clips, monkeypatch):
    clips.make(tmp_path / "in.mp4", 80, (96, 64))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(folder):
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def killed(code, *command):
    """Run a command that kills itself."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, command)],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


def test_it_is_what_convert_makes_of_the_raw_file(call, folder, crowd_model):
    command = ("video", "in.mp4", "--model", crowd_model, "--max-people", 4)
    assert call(*command, "-o", "raw.csv").code == 0
    result = call(*command, "-o", "out.csv", *SMOOTHED, "--format", "csv,sleap")
    assert result.code == 0, result.errors
    assert call("convert", "raw.csv", "after.csv", "--smooth", "savgol", "--fill-gaps", 5).code == 0
    raw, one, two = read("raw.csv"), read("out.csv"), read("after.csv")
    assert one.frames.tolist() == two.frames.tolist()
    assert one.ids.tolist() == two.ids.tolist()
    np.testing.assert_allclose(one.keypoints, two.keypoints, atol=0.02)  # files have two digits
    assert len(one.ids) > len(raw.ids)
    assert len(read("out_sleap.csv").ids) == len(one.ids)
    assert names(folder) == ["after.csv", "in.mp4", "out.csv", "out_sleap.csv", "raw.csv"]


def test_gaps_alone_leave_what_was_found(call, folder, crowd_model):
    command = ("video", "in.mp4", "--model", crowd_model, "--max-people", 4, "--stop", 1)
    assert call(*command, "-o", "raw.csv").code == 0
    assert call(*command, "-o", "out.csv", "--fill-gaps", 5).code == 0
    raw, filled = read("raw.csv"), read("out.csv")
    found = {
        (frame, who): joints
        for frame, who, joints in zip(raw.frame_of_row, raw.ids, raw.keypoints, strict=True)
    }
    there = {
        (frame, who): joints
        for frame, who, joints in zip(filled.frame_of_row, filled.ids, filled.keypoints, strict=True)
    }
    assert set(found) < set(there)
    for key, joints in found.items():
        known = np.isfinite(joints[:, 0])
        np.testing.assert_array_equal(there[key][known], joints[known])


def test_killed_in_the_first_pass_and_in_the_second_the_files_are_the_same(call, folder, crowd_model):
    command = ("video", "in.mp4", "--model", crowd_model, "--max-people", 4, *SMOOTHED)
    assert call(*command, "-o", "whole.csv", "--overlay", "whole.mp4").code == 0
    command = (*command, "-o", "out.csv", "--overlay", "out.mp4")
    killed(FIRST_PASS, *command)
    assert (folder / "out.csv.journal").exists()
    assert not (folder / "out.csv").exists()
    killed(SECOND_PASS, *command, "--resume")
    assert not (folder / "out.csv").exists()
    result = call(*command, "--resume")
    assert result.code == 0, result.errors
    assert "80 frames" in result.errors
    for ending in ("csv", "mp4"):
        assert (folder / f"out.{ending}").read_bytes() == (folder / f"whole.{ending}").read_bytes()
    with av.open("out.mp4") as video:
        assert sum(1 for _ in video.decode(video=0)) == 80
    assert names(folder) == ["in.mp4", "out.csv", "out.mp4", "whole.csv", "whole.mp4"]


def test_nobody_and_frames_that_cannot_be_read_keep_their_rows(call, folder, clips, blind_model):
    damaged = clips.damage(clips.make(folder / "bad.avi", 20), [5])
    result = call("video", damaged, "-o", "out.csv", "--model", blind_model, *SMOOTHED)
    assert result.code == 0, result.errors
    assert read("out.csv").frames.tolist() == list(range(20))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--no-track",), "ids to know who is who; leave --no-track out"),
        (
            ("--smooth",),
            "smoothed twice, on the way and at the end; leave --smooth out or leave --zero-lag out",
        ),
        (
            ("--layer", "heatmaps", "--overlay", "o.mp4"),
            "the layer heatmaps shows frames as they are found, and people are changed at the end; leave --layer out",
        ),
        (("--zero-lag", "median"), "expected none, savgol or butterworth"),
    ],
)
def test_what_does_not_go_together_is_refused(refuses, folder, blind_model, options, message):
    command = ("video", "in.mp4", "-o", "out.csv", "--model", blind_model, "--zero-lag", "savgol")
    assert message in refuses(*command, *options)
    assert names(folder) == ["in.mp4"]


def test_a_file_on_a_server_has_an_end(call, folder, blind_model, file_server):
    file_server.content = (folder / "in.mp4").read_bytes()
    result = call("video", file_server.url, "-o", "out.csv", "--model", blind_model, "--fill-gaps", 3)
    assert result.code == 0, result.errors
    assert "80 frames" in result.errors


def test_a_source_without_end_is_refused(refuses, folder, blind_model):
    command = ("video", "rtsp://127.0.0.1:1/x", "-o", "out.csv", "--model", blind_model, "--fill-gaps", 3)
    assert "need the whole of a video" in refuses(*command)


def test_ids_of_a_second_pass_are_those_that_convert_finds(call, folder, crowd_model):
    command = ("video", "in.mp4", "--model", crowd_model, "--max-people", 4, "--stop", 1)
    assert call(*command, "-o", "raw.csv").code == 0
    assert call(*command, "-o", "out.csv", "--track-second-pass").code == 0
    assert call("convert", "raw.csv", "after.csv", "--track-second-pass", "--video", "in.mp4").code == 0
    assert read("out.csv").ids.tolist() == read("after.csv").ids.tolist()
    assert "give --video" in call("convert", "raw.csv", "x.csv", "--track-second-pass").errors


def differing(one, other):
    """Return by frame which pixels of two videos differ clearly."""
    with av.open(one) as a, av.open(other) as b:
        pairs = zip(a.decode(video=0), b.decode(video=0), strict=True)
        grey = [[frame.to_ndarray(format="gray").astype(int) for frame in pair] for pair in pairs]
    return [np.abs(first - second) > 40 for first, second in grey]


@pytest.mark.parametrize("way", [(), ("--no-track",), ("--track-second-pass",)])
def test_who_is_too_unsure_to_be_written_is_hidden_all_the_same(call, folder, crowd_model, way):
    drawn = ("--no-skeleton", "--no-joints", "--no-ids", "--overlay")
    command = ("video", "in.mp4", "--model", crowd_model, "--stop", 0.3, "--overwrite", "-o", "out.csv", *way)
    for name, more in (
        ("clear.mp4", ()),
        ("hidden.mp4", ("--anonymise", "all")),
        ("surest.mp4", ("--anonymise", "all", "--hide-score", 1)),
    ):
        assert call(*command, "--min-score", 1, *drawn, name, *more).code == 0
        assert not len(read("out.csv").scores)  # nobody is as sure as that
    assert all(pixels.any() for pixels in differing("hidden.mp4", "clear.mp4"))
    assert not any(pixels.any() for pixels in differing("surest.mp4", "clear.mp4"))


def test_who_is_hidden_is_so_at_the_end_and_a_region_of_interest_is_refused(call, folder, crowd_model):
    command = ("video", "in.mp4", "--model", crowd_model, "--max-people", 4, "--stop", 0.5, "-o", "out.csv")
    drawn = ("--overlay", "out.mp4", "--no-skeleton", "--no-joints", "--no-ids")
    refused = call(*command, *drawn, "--anonymise", "all", "--roi", "0,0,40,40")
    assert refused.code == 2
    assert "roi leaves some out" in refused.errors
    assert call(*command, *drawn, "--anonymise", "all").code == 0
    assert call(*command, "--overwrite", *drawn[:1], "clear.mp4", *drawn[2:]).code == 0
    with av.open("out.mp4") as hidden, av.open("clear.mp4") as clear:
        pairs = list(zip(hidden.decode(video=0), clear.decode(video=0), strict=True))
    assert len(pairs) == len(read("out.csv"))
    changed = [
        np.abs(a.to_ndarray(format="gray") - b.to_ndarray(format="gray").astype(int)) > 40 for a, b in pairs
    ]
    assert any(pixels.any() for pixels in changed)
