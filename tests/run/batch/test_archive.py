"""A folder of videos by real processes: finished ones are skipped, failed ones reported, lost workers replaced."""

import os
import signal
import time
from pathlib import Path

import pytest


def names(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def folder(tmp_path, clips):
    folder = tmp_path / "videos"
    (folder / "sub").mkdir(parents=True)
    for number, name in enumerate(("a.mp4", "b.mkv", "sub/c.mp4")):
        clips.make(folder / name, 20 + 5 * number)
    return folder


def test_all_are_done_as_alone_and_a_second_time_nothing_is(swahr, folder, tmp_path, crowd_model, call):
    options = ("--model", crowd_model, "--max-people", 2)
    command = ("video", folder, "--out", "out", "--overlay", "drawn", *options)
    result = swahr(*command)
    assert result.code == 0, result.errors
    assert "3 videos, 75 frames" in result.errors
    assert names(tmp_path / "out") == ["a.csv", "b.csv", "sub/c.csv"]
    assert names(tmp_path / "drawn") == ["a.mp4", "b.mp4", "sub/c.mp4"]
    alone = tmp_path / "alone.csv"
    assert call("video", folder / "sub" / "c.mp4", "-o", alone, *options).code == 0
    assert (tmp_path / "out" / "sub" / "c.csv").read_bytes() == alone.read_bytes()
    before = {name: (tmp_path / "out" / name).stat().st_mtime_ns for name in names(tmp_path / "out")}
    result = swahr(*command)
    assert result.code == 0
    assert "3 of 3 videos finished already" in result.errors
    assert before == {name: (tmp_path / "out" / name).stat().st_mtime_ns for name in before}


def test_one_video_is_counted_as_one_and_idle_ways_of_drawing_are_told(call, clips, tmp_path, blind_model):
    (tmp_path / "videos").mkdir()
    clips.make(tmp_path / "videos" / "a.mp4", 1)
    options = ("--out", tmp_path / "out", "--model", blind_model, "--device", "cpu", "--boxes")
    result = call("video", tmp_path / "videos", *options)
    assert "1 video, 1 frame; " in result.errors
    assert "without --overlay, so --boxes had no effect" in result.errors


def test_what_cannot_be_read_is_reported_and_the_others_are_done(swahr, folder, tmp_path, blind_model):
    (folder / "b.mkv").write_text("no film\n" * 100)
    result = swahr("video", folder, "--out", "out", "--model", blind_model)
    assert result.code == 2
    assert "failed: " in result.errors
    assert "b.mkv" in result.errors
    assert "1 of 3 videos failed" in result.errors
    assert "Traceback" not in result.errors
    assert names(tmp_path / "out") == ["a.csv", "sub/c.csv"]


def children(pid):
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += [int(child) for child in (task / "children").read_text().split()]
    return found


def workers_of(process):
    """Return the worker processes of a command: those that multiprocessing has spawned to work."""
    return [
        child
        for child in children(process.pid)
        if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]


def alive(pid):
    """Return whether a process is there, and no zombie that nobody waits for."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_for_journal(process, out):
    deadline = time.monotonic() + 60
    while not list(out.glob("*.journal")):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.skipif(not os.path.exists("/proc/self/task"), reason="needs /proc")
class TestKilled:
    @pytest.fixture
    def long(self, tmp_path, clips):
        folder = tmp_path / "long"
        folder.mkdir()
        clips.make(folder / "a.mp4", 400)  # more than a fast machine does before there is a journal
        return folder

    def test_workers_end_with_the_process_that_started_them(self, swahr, long, tmp_path, crowd_model):
        process = swahr.start("video", long, "--out", "out", "--model", crowd_model, "--max-people", 3)
        wait_for_journal(process, tmp_path / "out")
        workers = workers_of(process)
        assert workers
        process.kill()
        process.communicate(timeout=60)
        deadline = time.monotonic() + 60
        while any(alive(worker) for worker in workers):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert list((tmp_path / "out").glob("*.journal"))

    def test_a_killed_worker_is_replaced_and_nothing_is_lost(self, swahr, call, long, tmp_path, crowd_model):
        options = ("--model", crowd_model, "--max-people", 3)
        process = swahr.start("video", long, "--out", "out", *options)
        wait_for_journal(process, tmp_path / "out")
        os.kill(workers_of(process)[0], signal.SIGKILL)
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        assert "ended with code -9" in errors
        assert call("video", long / "a.mp4", "-o", tmp_path / "alone.csv", *options).code == 0
        assert (tmp_path / "out" / "a.csv").read_bytes() == (tmp_path / "alone.csv").read_bytes()
        assert names(tmp_path / "out") == ["a.csv"]

    def test_ctrl_c_ends_the_workers_and_the_same_command_goes_on(self, swahr, long, tmp_path, crowd_model):
        command = ("video", long, "--out", "out", "--model", crowd_model, "--max-people", 2)
        process = swahr.start(*command)
        wait_for_journal(process, tmp_path / "out")
        worker = workers_of(process)[0]
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 130, errors
        assert "Traceback" not in errors
        assert not Path(f"/proc/{worker}").exists()
        assert "a.csv.part" in names(tmp_path / "out")
        result = swahr(*command)
        assert result.code == 0, result.errors
        assert names(tmp_path / "out") == ["a.csv"]


class TestRefusals:
    @pytest.mark.parametrize(
        ("options", "message"),
        [
            (("--out", "out", "-o", "x.csv"), "--out and --output together"),
            (("--cluster", "local"), "give --out PATH too"),
            (("-o", "x.csv"), "give --out PATH"),
        ],
    )
    def test_options_that_do_not_go_together(self, refuses, folder, options, message):
        assert message in refuses("video", folder, *options)

    def test_out_is_for_folders(self, refuses, folder, tmp_path):
        assert "is no folder" in refuses("video", folder / "a.mp4", "--out", tmp_path / "out")

    def test_a_cluster_that_is_not_there(self, refuses, folder, tmp_path):
        pytest.importorskip("ray")
        line = refuses("video", folder, "--out", tmp_path / "out", "--cluster", "127.0.0.1:1")
        assert "no cluster answers" in line
