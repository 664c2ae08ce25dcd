"""`swahr webcam` on real streams, as a process."""

import csv
import resource
import shutil
import signal
import subprocess
import sys
import time

import pytest

from swahr.video import VideoFile, list_cameras


@pytest.fixture
def camera(clips, streams):
    with streams.http_camera(lambda index: clips.bar(index, 64, 48)) as camera:
        yield camera


def rows_of(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def wait_for_rows(process, path, count):
    deadline = time.monotonic() + 60
    while not path.exists() or path.read_text().count("\n") <= count:
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < deadline
        time.sleep(0.02)


def settled(path):
    """Wait until nothing is written any more, as would be where frozen frames were; return the lines that are there."""
    deadline, count = time.monotonic() + 60, -1
    while (now := path.read_text().count("\n")) != count:
        assert time.monotonic() < deadline
        count = now
        time.sleep(0.5)
    return count


def test_ctrl_c_ends_a_recording_and_its_files_are_whole(swahr, camera, tmp_path, crowd_model):
    options = ("-o", "out.csv", "--overlay", "out.mp4", "--model", crowd_model, "--max-people", 2)
    process = swahr.start("webcam", camera.url, *options)
    wait_for_rows(process, tmp_path / "out.csv.part", 20)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "out.mp4"]
    rows = rows_of(tmp_path / "out.csv")
    indices = list(dict.fromkeys(int(row["frame"]) for row in rows))
    assert indices == sorted(indices)
    assert f"{len(indices)} frames" in errors
    times = [float(row["time_s"]) for row in rows]
    assert times == sorted(times)
    with VideoFile(tmp_path / "out.mp4") as source:
        assert len(list(source)) == len(indices)


@pytest.mark.skipif(sys.platform != "linux", reason="uses what Linux alone has")
def test_what_was_recorded_until_the_disk_was_full_stays_and_plays(
    swahr, clips, streams, tmp_path, blind_model
):
    with streams.http_camera(lambda index: clips.noise(index, 320, 240)) as camera:
        result = swahr(
            "webcam", camera.url, "-o", "out.csv", "--overlay", "out.mkv", "--model", blind_model,
            prepare=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, 1_500_000)),
        )  # fmt: skip
    assert result.code == 2, result.errors
    assert "could not be written" in result.errors
    assert "the video so far is in out.mkv.part" in result.errors
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv.part", "out.mkv.part"]
    with VideoFile(tmp_path / "out.mkv.part") as source:
        assert len(list(source)) > 3


def test_a_camera_that_goes_and_comes_back_is_said_and_recorded_on(swahr, camera, tmp_path, blind_model):
    process = swahr.start("webcam", camera.url, "-o", "out.csv", "--model", blind_model)
    part = tmp_path / "out.csv.part"
    wait_for_rows(process, part, 5)
    camera.mood = "refuse"
    count = settled(part)
    camera.mood = "fine"
    wait_for_rows(process, part, count + 5)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert "the signal is lost" in errors
    assert "is back after" in errors
    assert "the signal was lost once" in errors


def test_it_ends_by_itself_at_stop_and_drops_what_it_has_no_time_for(swahr, camera, tmp_path, crowd_model):
    camera.rate = 500
    options = ("-o", "out.csv", "--format", "csv,jsonl", "--input-size", 256)
    result = swahr("webcam", camera.url, *options, "--model", crowd_model, "--stop", 2)
    assert result.code == 0, result.errors
    assert "at work; dropped" in result.errors
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "out.jsonl"]
    assert max(float(row["time_s"]) for row in rows_of(tmp_path / "out.csv")) < 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("99",), "camera 99 cannot be opened"),
        (("no such camera",), "no camera has that name"),
        (("ftp://x/y",), "ftp:// is not read"),
    ],
)
def test_what_is_not_there_is_one_line(refuses, tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    assert message in refuses("webcam", *arguments)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux" or list_cameras() != [], reason="needs Linux without a camera")
def test_a_list_without_cameras_says_what_to_look_at(refuses):
    said = refuses("webcam", "--list")
    for step in ("/dev/video*", "group video", "rtsp://"):
        assert step in said


def test_a_file_belongs_to_swahr_video(refuses, clips, tmp_path):
    assert "`swahr video` takes it" in refuses("webcam", clips.make(tmp_path / "in.mp4", 2))


def test_a_window_needs_a_display(refuses, monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert "there is no display here" in refuses("webcam", "--show")


@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="needs Xvfb")
def test_a_window_shows_the_recording(swahr, camera, tmp_path, blind_model):
    display = subprocess.Popen(["Xvfb", "-displayfd", "1", "-nolisten", "tcp"], stdout=subprocess.PIPE)
    with display:
        swahr.environment["QT_QPA_PLATFORM"] = "xcb"
        swahr.environment["DISPLAY"] = f":{display.stdout.readline().decode().strip()}"
        options = ("-o", "out.csv", "--model", blind_model, "--stop", 1, "--show")
        result = swahr("webcam", camera.url, *options)
        display.terminate()
    assert result.code == 0, result.errors
    assert rows_of(tmp_path / "out.csv")
