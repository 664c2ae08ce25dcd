"""A clock of the day that jumps, forth and back: results are the same."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.slow.writers import WRITERS, same

SOURCE = Path(__file__).with_name("clock.c")


@pytest.fixture(scope="session")
def jumping(tmp_path_factory):
    if shutil.which("cc") is None:
        pytest.skip("no C compiler")
    library = tmp_path_factory.mktemp("clock") / "clock.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", library, SOURCE], check=True)
    return {"LD_PRELOAD": str(library)}


def test_the_clock_jumps(jumping):
    program = "import time; print(len({round(time.time(), -3) for _ in range(60)}))"
    said = subprocess.run(
        ["python3", "-c", program], env=jumping, capture_output=True, text=True, check=True
    ).stdout
    assert int(said) >= 4


@pytest.mark.parametrize("name", sorted(set(WRITERS) - {"cluster"}))
def test_under_a_clock_that_jumps_results_are_the_same(name, jumping, whole, runner, inputs, tmp_path):
    writer, undisturbed = WRITERS[name], whole(name)
    command = writer.arguments(inputs)
    ended = runner.start_cold(*command, folder=tmp_path, environment=jumping).wait().check()
    assert ended.code == 0, ended.errors
    same(writer, tmp_path, undisturbed.folder)
