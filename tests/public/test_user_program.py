import re
import subprocess
import sys
from pathlib import Path

import pytest

import swahr as library

PROGRAM = Path(__file__).with_name("user_program.py")


def run(*arguments, **options):
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, **options)


def test_it_uses_every_public_name():
    used = set(re.findall(r"swahr\.(\w+)", PROGRAM.read_text()))
    assert used == set(dir(library))


def test_strict_type_checking_knows_every_name(tmp_path):
    pytest.importorskip("mypy")
    settings = tmp_path / "mypy.ini"  # of the user's: no plugin, and nothing of this repository
    settings.write_text("[mypy]\nstrict = True\n")
    checked = run(
        *("-m", "mypy", "--config-file", settings, "--cache-dir", tmp_path / "cache", PROGRAM), cwd=tmp_path
    )
    assert checked.returncode == 0, checked.stdout


def test_types_are_really_known(tmp_path):
    """Any would let everything pass: what is wrong is refused."""
    pytest.importorskip("mypy")
    wrong = tmp_path / "wrong.py"
    wrong.write_text("import swahr\nnumber: int = swahr.read('a.csv')\nswahr.read(1)\nswahr.nothing\n")
    checked = run("-m", "mypy", "--config-file=", "--cache-dir", tmp_path / "cache", wrong, cwd=tmp_path)
    assert checked.stdout.count("error:") == 3, checked.stdout


def test_it_runs(crowd_model, clips, tmp_path):
    clip = clips.make(tmp_path / "clip.mp4", 4)
    done = run("-W", "error", PROGRAM, crowd_model, clip, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "['overwrite True']" in done.stdout
