"""Where weights are looked for."""

import sys
from pathlib import Path

import pytest

from swahr.errors import SwahrError
from swahr.models import bundled, save_checkpoint
from swahr.models.bundled import resolve
from swahr.models.library import installed_names, installed_path, library_folder


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("SWAHR_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


def test_swahr_home_wins(home, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert library_folder() == home / "weights"


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="XDG folders are for other systems")
@pytest.mark.parametrize("cache", ["elsewhere", ""])
def test_without_it_the_users_cache_folder_is_taken(monkeypatch, tmp_path, cache):
    monkeypatch.delenv("SWAHR_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / cache) if cache else "")
    assert library_folder() == tmp_path / (cache or ".cache") / "swahr" / "weights"


def test_a_bundled_name_is_found():
    assert resolve("default") == bundled.FOLDER / "default.safetensors"
    assert resolve("default").exists()


def test_an_installed_name_is_found(tiny):
    installed_path("mine").parent.mkdir(parents=True)
    save_checkpoint(installed_path("mine"), tiny.checkpoint())
    assert resolve("mine") == installed_path("mine")
    assert installed_names() == ["mine"]


def test_nothing_is_installed_at_first():
    assert installed_names() == []


def test_a_file_is_taken_as_it_is(tmp_path):
    (tmp_path / "weights").write_bytes(b"")
    assert resolve("weights") == Path("weights")
    assert resolve(tmp_path / "weights") == tmp_path / "weights"


def test_a_file_that_is_not_there_is_left_to_the_reader_to_report():
    assert resolve("folder/none.pth") == Path("folder/none.pth")


def test_a_run_that_is_not_there_is_no_file_and_no_folder():
    with pytest.raises(SwahrError, match="none: no such file or folder of a run"):
        resolve("folder/none")


def test_a_folder_of_the_same_name_does_not_hide_the_weights(tmp_path):
    (tmp_path / "default").mkdir()
    assert resolve("default") == bundled.FOLDER / "default.safetensors"


def test_the_folder_of_a_run_means_its_best_checkpoint(tmp_path):
    run = tmp_path / "runs" / "mine"
    run.mkdir(parents=True)
    with pytest.raises(SwahrError, match=r"a folder without best\.safetensors"):
        resolve(run)
    for name in ("last.safetensors", "best.safetensors"):
        (run / name).touch()
        assert resolve(run) == run / name


def test_published_weights_that_are_not_installed_are_pointed_to():
    with pytest.raises(SwahrError, match="swahr weights fetch mmpose-w32-coco-512"):
        resolve("mmpose-w32-coco-512")


def test_an_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(SwahrError, match=r"'nonsense'.*default.*swahr weights list"):
        resolve("nonsense")
