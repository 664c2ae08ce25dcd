"""What a user meets first: the names at the top, and what an unfinished installation says."""

import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest

import swahr as library

ROOT = Path(__file__).parents[2]


def python(*arguments, **options):
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, timeout=120, **options
    )


def test_dir_is_the_documented_list():
    page = (ROOT / "docs" / "reference" / "python.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)
    assert sorted(dir(library)) == sorted(documented)


@pytest.mark.parametrize("name", dir(library))
def test_each_name_is_there(name):
    assert getattr(library, name) is not None


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="nothing"):
        library.nothing  # noqa: B018


def test_the_version_is_that_of_the_installed_package():
    assert library.__version__ == version("swahr")


def test_an_import_loads_neither_torch_nor_opencv():
    code = "import sys, swahr; dir(swahr); print(sorted({'torch', 'cv2', 'numpy', 'av'} & {*sys.modules}))"
    assert python("-c", code).stdout.strip() == "[]"


def test_who_filters_nothing_does_not_wait_for_scipy():
    modules = "swahr.run.second_pass, swahr.movement.repetitions, swahr.movement.steps"
    assert python("-c", f"import sys, {modules}; print('scipy' in sys.modules)").stdout.strip() == "False"


def test_a_clone_of_which_nothing_is_installed_says_what_to_do(tmp_path):
    shutil.copy(ROOT / "swahr" / "__init__.py", tmp_path)
    (tmp_path / "swahr").mkdir()
    (tmp_path / "__init__.py").rename(tmp_path / "swahr" / "__init__.py")
    said = python("-S", "-c", "import swahr", cwd=tmp_path, env={**os.environ, "PYTHONPATH": ""})
    assert "nothing that it needs is installed: `pip install -e .`" in said.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize("code", ["from swahr import PoseEstimator", "import swahr; swahr.PoseEstimator"])
def test_a_clone_that_hides_the_installed_package_says_what_to_do(tmp_path, code):
    ignored = shutil.ignore_patterns("*.so", "*.safetensors", "__pycache__")
    shutil.copytree(ROOT / "swahr", tmp_path / "swahr", ignore=ignored)
    places = {str(Path(np.__file__).parents[1]), str(Path(os.__file__).parent / "site-packages")}
    # -S: without the finder of an editable installation, which would find the package in spite of the folder.
    said = python("-S", "-c", code, cwd=tmp_path, env={**os.environ, "PYTHONPATH": os.pathsep.join(places)})
    assert said.returncode == 1
    last = said.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError: ")
    assert "native part was not built there" in last
    assert "pip install -e ." in last
