"""Messages that nobody can read, as into a log on a full disk, change nothing of what a command does."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

FULL = Path("/dev/full")
pytestmark = pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full here")


def run(*arguments, errors=None, folder=None):
    command = [sys.executable, "-m", "swahr", *map(str, arguments)]
    with FULL.open("w") as full:
        given = {"stderr": full} if errors is None else {"preexec_fn": errors}
        return subprocess.run(command, stdout=subprocess.PIPE, cwd=folder, check=False, **given)


def closed():
    os.close(2)


@pytest.mark.parametrize("errors", [None, closed])
def test_an_input_at_fault_has_its_exit_code(errors, tmp_path):
    assert run("convert", tmp_path / "missing.csv", tmp_path / "out.csv", errors=errors).returncode == 2


@pytest.mark.parametrize("errors", [None, closed])
def test_a_wrong_option_has_its_exit_code(errors, tmp_path):
    assert run("convert", "--nothing", tmp_path / "out.csv", errors=errors).returncode == 2


@pytest.mark.parametrize("errors", [None, closed])
def test_a_video_is_done_to_its_end(errors, tmp_path, clips, blind_model):
    clip = clips.make(tmp_path / "in.mp4", 4)
    ended = run("video", clip, "-o", tmp_path / "out.csv", "--model", blind_model, errors=errors)
    assert ended.returncode == 0
    assert (tmp_path / "out.csv").is_file()
