import os
import signal
import subprocess
import sys

import pytest

from swahr._util.locks import locked
from swahr.errors import SwahrError

HOLD = "import sys, pathlib; from swahr._util.locks import locked\nwith locked(pathlib.Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"  # noqa: E501


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the lock of out.csv."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "out.csv")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with process:
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


def test_a_lock_leaves_nothing_behind(tmp_path):
    for _ in range(2):
        with locked(tmp_path / "out.csv"):
            assert os.listdir(tmp_path) == ["out.csv.lock"]
        assert os.listdir(tmp_path) == []


def test_another_run_is_refused(tmp_path, holder):
    with pytest.raises(SwahrError, match="written by another run"), locked(tmp_path / "out.csv"):
        pass
    with locked(tmp_path / "other.csv"):
        pass


def test_in_one_process_too(tmp_path):
    with (
        locked(tmp_path / "out.csv"),
        pytest.raises(SwahrError, match="another run"),
        locked(tmp_path / "out.csv"),
    ):
        pass


def test_a_killed_run_holds_nothing(tmp_path, holder):
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert os.listdir(tmp_path) == ["out.csv.lock"]
    with locked(tmp_path / "out.csv"):
        pass
    assert os.listdir(tmp_path) == []


def test_where_no_lock_can_be_made_it_is_said(tmp_path):
    with pytest.raises(SwahrError, match="cannot be made"), locked(tmp_path / "none" / "out.csv"):
        pass
