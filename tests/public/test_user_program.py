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


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    """Check a program's types as a user would: strictly, without a plugin or anything of this repository."""
    pytest.importorskip("mypy")
    folder = tmp_path_factory.mktemp("mypy")
    settings = folder / "mypy.ini"
    settings.write_text("[mypy]\nstrict = True\n")

    def check(program):
        cache = folder / "cache"  # of both programs, as most of the time goes into reading what they import
        return run(
            *("-m", "mypy", "--config-file", settings, "--cache-dir", cache, program), cwd=program.parent
        )

    return check


def test_strict_type_checking_knows_every_name(checked, tmp_path):
    program = tmp_path / PROGRAM.name
    program.write_bytes(PROGRAM.read_bytes())
    done = checked(program)
    assert done.returncode == 0, done.stdout


def test_types_are_really_known(checked, tmp_path):
    """Any would let everything pass: what is wrong is refused."""
    wrong = tmp_path / "wrong.py"
    wrong.write_text("import swahr\nnumber: int = swahr.read('a.csv')\nswahr.read(1)\nswahr.nothing\n")
    done = checked(wrong)
    assert done.stdout.count("error:") == 3, done.stdout


def test_it_runs(crowd_model, clips, tmp_path):
    clip = clips.make(tmp_path / "clip.mp4", 4)
    done = run("-W", "error", PROGRAM, crowd_model, clip, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "['overwrite True']" in done.stdout
