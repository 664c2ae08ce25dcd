"""`swahr video` as a process, where the way out, a signal or a right is the matter."""

import csv
import ctypes
import os
import resource
import signal
import sys
import time
from pathlib import Path

import pytest

PR_CAPBSET_DROP, CAP_DAC_OVERRIDE = 24, 1
linux = pytest.mark.skipif(sys.platform != "linux", reason="uses what Linux alone has")


def read(path):
    with Path(path).open(newline="") as file:
        return list(csv.DictReader(file))


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def clip(clips, tmp_path):
    return clips.make(tmp_path / "in.mp4", 10)


def test_a_cut_off_video_keeps_its_rows_and_ends_well_with_a_warning(swahr, clips, tmp_path, blind_model):
    whole = clips.make(tmp_path / "in.mkv", 100, codec_options={"g": "10"}, picture=clips.noise)
    result = swahr("video", clips.cut(whole, 0.6), "-o", "out.csv", "--model", blind_model)
    assert result.code == 0, result.errors
    assert "warning" in result.errors
    assert "cut off" in result.errors
    frames = [int(row["frame"]) for row in read(tmp_path / "out.csv")]
    assert sorted(set(frames)) == list(range(max(frames) + 1))
    assert 40 < max(frames) < 75


def test_ctrl_c_keeps_the_rows_so_far_and_says_where(swahr, clips, tmp_path, crowd_model):
    clips.make(tmp_path / "in.mp4", 3000)
    options = ("-o", "out.csv", "--overlay", "out.mp4", "--model", crowd_model, "--batch", 1)
    process = swahr.start("video", "in.mp4", *options)
    partial = tmp_path / "out.csv.part"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        if partial.exists() and partial.read_text().count("\n") > 10:
            break
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    assert "the rows so far are in out.csv.part" in errors
    assert "interrupted" in errors
    left = set(names(tmp_path)) - {"out.csv.journal", "out.csv.spool"}  # where it ran for a second
    assert left == {"in.mp4", "out.csv.part"}
    lines = partial.read_text().splitlines()
    assert len(lines) > 10
    assert len({line.count(",") for line in lines}) == 1  # no row is half there


@linux
@pytest.mark.parametrize("overlay", [(), ("--overlay", "out.mp4")], ids=["rows", "overlay"])
def test_a_file_that_may_not_grow_is_said_and_leaves_nothing_whole(
    swahr, clips, tmp_path, crowd_model, overlay
):
    clips.make(tmp_path / "in.avi", 100, codec="mjpeg", pixel_format="yuvj420p", picture=clips.noise)
    line = swahr(
        "video", "in.avi", "-o", "out.csv", *overlay, "--model", crowd_model,
        prepare=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000)),
    )  # fmt: skip
    assert line.code == 2, line.errors
    assert "could not be written (File too large)" in line.errors
    assert "Traceback" not in line.errors
    left = set(names(tmp_path)) - {"out.csv.part", "out.csv.journal", "out.csv.spool"}
    assert left == {"in.avi"}


@linux
def test_a_full_disk_is_said_and_leaves_nothing_whole(swahr, clips, tmp_path, crowd_model):
    clips.make(tmp_path / "in.mp4", 100)
    disk = tmp_path / "disk"
    disk.mkdir()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"tmpfs", bytes(disk), b"tmpfs", 0, b"size=64k") != 0:
        pytest.skip("no right to mount a small disk")
    try:
        result = swahr("video", "in.mp4", "-o", "disk/out.csv", "--model", crowd_model)
        left = names(disk)
    finally:
        libc.umount2(bytes(disk), 2)
    assert result.code == 2, result.errors
    assert "could not be written (No space left on device)" in result.errors
    assert "Traceback" not in result.errors
    assert set(left) - {"out.csv.journal"} == {"out.csv.part"}


@linux
@pytest.mark.parametrize(("option", "name"), [("-o", "locked/out.csv"), ("--overlay", "locked/out.mp4")])
def test_a_folder_without_the_right_to_write_is_refused(swahr, clip, tmp_path, option, name):
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o555)

    def give_up_root():
        ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0)

    line = swahr.refuses("video", clip, option, name, prepare=give_up_root)
    assert "no right to write into locked" in line
    assert os.listdir(folder) == []


def test_a_missing_file_is_one_line(swahr, tmp_path):
    assert swahr.refuses("video", "none.mp4") == "swahr: none.mp4: no such file"
    assert names(tmp_path) == []
