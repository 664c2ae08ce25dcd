"""What other packages bring is found, and what is wrong with it is said in a line that its author can go by."""

import os
import subprocess
import sys

import pytest


@pytest.fixture
def site(tmp_path):
    """A folder with a package of two plugins: one that registers a tracker, one that cannot be imported."""
    package, about = tmp_path / "birds", tmp_path / "birds-1.2.dist-info"
    package.mkdir()
    about.mkdir()
    (package / "__init__.py").touch()
    (package / "good.py").write_text(
        "from swahr.tracking import register_tracker\nregister_tracker('birds')(lambda **_: None)\n"
    )
    (package / "bad.py").write_text("\n\nfrom no_such_package import anything\n")
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: birds\nVersion: 1.2\n")
    (about / "entry_points.txt").write_text("[swahr.plugins]\nbad = birds.bad\ngood = birds.good\n")
    return tmp_path


def python(site, *arguments):
    return subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_plugin_that_fails_is_a_line_with_its_place_and_the_others_are_there(site):
    done = python(site, "-c", "from swahr.tracking.tracker import TRACKERS; print('birds' in TRACKERS)")
    assert done.stdout == "True\n"
    assert done.stderr == (
        "the plugin birds.bad of birds 1.2 cannot be loaded: ModuleNotFoundError: No module named 'no_such_package' "
        f"({site / 'birds' / 'bad.py'}, line 3)\n"
    )


def test_the_doctor_names_plugins_and_what_is_wrong_with_them(site):
    done = python(site, "-m", "swahr", "doctor")
    assert done.returncode == 0
    *_, found, failure = done.stdout.splitlines()
    assert found.split(maxsplit=1) == ["plugins", "birds.bad of birds 1.2, birds.good of birds 1.2"]
    assert "birds.bad of birds 1.2 cannot be loaded" in failure
