"""Formats that libraries in C read: what is damaged is refused, even where the library crashes of it."""

import h5py
import numpy as np
import pytest

from swahr.errors import UnreadableError
from swahr.formats import hdf_trial, read
from swahr.formats.libraries import try_apart


@pytest.mark.parametrize(
    "statement", ["import os; os.abort()", "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"]
)
def test_what_crashes_the_library_is_refused(statement, tmp_path):
    (tmp_path / "a.c3d").touch()
    with pytest.raises(UnreadableError, match=r"a\.c3d is damaged: the library that reads it crashes"):
        try_apart(statement, tmp_path / "a.c3d")


def test_what_the_other_process_only_refuses_is_for_this_one_to_say(tmp_path):
    (tmp_path / "a.c3d").touch()
    try_apart("raise ValueError", tmp_path / "a.c3d")
    try_apart("import numpy, ezc3d; assert path.endswith('a.c3d')", tmp_path / "a.c3d")


@pytest.mark.parametrize("name", ["nwb", "sleap_h5", "dlc_h5"])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.98])
def test_a_file_that_was_cut_off_is_refused(name, part, films, written):
    path = written(name, films.make())
    content = path.read_bytes()
    path.write_bytes(content[: int(part * len(content))])
    for format in (None, name):
        with pytest.raises(UnreadableError):
            read(path, format)


@pytest.mark.parametrize("name", ["nwb", "sleap_h5"])
def test_a_file_whose_names_are_overwritten_is_refused(name, films, written):
    path = written(name, films.make())
    content = bytearray(path.read_bytes())
    for mark in (b"TREE", b"SNOD", b"HEAP", b"OHDR"):
        at = content.find(mark)
        if at >= 0:
            content[at : at + 4] = bytes(4)
    path.write_bytes(content)
    for format in (None, name):
        with pytest.raises(UnreadableError):
            read(path, format)


@pytest.mark.parametrize("name", ["nwb", "sleap_h5"])
def test_a_file_in_which_hdf5_loops_for_ever_is_refused(name, films, written, looping):
    path = written(name, films.make())
    looping(path)
    for format in (None, name):
        with pytest.raises(UnreadableError, match=r"is damaged: .* does not come to an end"):
            read(path, format)


def test_a_whole_file_is_read_through_once_by_another_process(films, written, monkeypatch):
    path = written("sleap_h5", films.make())
    tried = []
    real = hdf_trial.try_apart
    monkeypatch.setattr(hdf_trial, "try_apart", lambda *given: (tried.append(given), real(*given)))
    people = len(read(path, "sleap_h5").frames)
    assert people == len(read(path).frames) > 0
    assert len(tried) == 1


def test_labels_of_a_c3d_in_latin_1_are_text(films, written, tmp_path, call):
    path = written("c3d", films.make())
    content = path.read_bytes()
    assert b"Nose" in content
    path.write_bytes(content.replace(b"Nose", "N\xe4se".encode("latin-1")))
    assert "N\xe4se" in read(path).skeleton.joints
    assert call("convert", path, tmp_path / "out.csv").code == 0
    assert "N\xe4se" in (tmp_path / "out.csv").read_text(encoding="utf-8")


def test_what_is_no_pose_at_all_is_of_no_format(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["x"] = np.zeros(3)
    with pytest.raises(UnreadableError, match="none of the formats"):
        read(tmp_path / "a.h5")
