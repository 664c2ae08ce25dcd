"""A machine whose system lacks what OpenCV links with, as servers and containers do."""

import os
import subprocess
import sys

import pytest

FAULT = 'raise ImportError("libxcb.so.1: cannot open shared object file: No such file or directory")\n'


@pytest.fixture
def swahr_without_libraries(tmp_path):
    (tmp_path / "cv2").mkdir()
    (tmp_path / "cv2" / "__init__.py").write_text(FAULT)

    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "swahr", *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_it_is_said_in_one_line_with_what_brings_them(swahr_without_libraries):
    done = swahr_without_libraries("demo")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "swahr: libraries of the system are missing: libxcb.so.1; on Debian or Ubuntu: apt-get install libxcb1"
    ]


def test_the_doctor_is_well_enough_to_say_it(swahr_without_libraries):
    done = swahr_without_libraries("doctor")
    assert done.returncode == 0, done.stderr
    lines = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    assert "apt-get install libxcb1" in lines["opencv"]
    assert "libavcodec" in lines["ffmpeg"]
    assert "default" in lines["bundled"]
