"""A disk that is full at any moment of writing: it is said in one line, and nothing is there under a final name."""

import os
import resource
import shutil
import signal
import sys
from contextlib import contextmanager, redirect_stderr, redirect_stdout

import pytest

from swahr.errors import OutputError
from swahr.formats import FORMATS, find_format, open_writer
from swahr.pose.skeleton import COCO_17

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="a limit of files' sizes is a full disk to Linux"
)
PARTS = (0.0, 0.4, 0.97)  # of what the finished file takes


@contextmanager
def room(size):
    """Let no file grow beyond a size, as on a disk that has so much left."""
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    assert signal.getsignal(signal.SIGXFSZ) == signal.SIG_IGN  # Python's way
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))


@contextmanager
def nothing_said():
    """Ask that nothing is said, by libraries too; by a pipe, as the files of capfd would not grow in `room` either."""
    end, beginning = os.pipe()
    before = [(channel, os.dup(channel)) for channel in (1, 2)]
    try:
        with open(beginning, "w", buffering=1) as file, redirect_stdout(file), redirect_stderr(file):
            for channel, _ in before:
                os.dup2(beginning, channel)
            yield
    finally:
        for channel, kept in before:
            os.dup2(kept, channel)
            os.close(kept)
    with open(end) as file:
        assert file.read() == ""


def largest(path):
    return max(each.stat().st_size for each in (path, *path.rglob("*")) if each.is_file())


@pytest.mark.parametrize("name", [known.name for known in FORMATS if known.two_pass])
def test_a_disk_that_is_full_while_the_file_is_finished_is_said(name, tmp_path, films):
    path = tmp_path / f"a{find_format(name).suffix}"

    def write(part, size):
        with open_writer(name, path, COCO_17, frame_rate=25.0, size_wh=(640, 480)) as writer:
            for frame in range(40):
                writer.write(frame, frame / 25, films.poses([0, 1], frame))
            writer.flush()
            finish = writer.write_final

            def with_room(final):
                with room(round(part * size)):
                    finish(final)

            writer.write_final = finish if part == 1 else with_room

    write(1, 0)
    whole = largest(path)
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    for part in PARTS:
        refused = pytest.raises(OutputError, match=r"could not be written \(.*(No space left|File too large)")
        with nothing_said(), refused:
            write(part, whole)
        assert [each.name for each in tmp_path.iterdir()] == [f"{path.name}.part"]
        (tmp_path / f"{path.name}.part").unlink()
