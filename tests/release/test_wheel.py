"""What is said of a wheel before it is tried; `make wheel-check` tries the real one."""

import zipfile

import pytest

from release.try_wheel import HELD, MAX_MB, faults_of

METADATA = "Metadata-Version: 2.4\nName: swahr\nVersion: 1\nLicense-Expression: MIT\n"


def make(path, names, size=0):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("swahr-1.dist-info/METADATA", METADATA)
        for name in names:
            archive.writestr(name, b"")
        archive.writestr("swahr/padding", b"\0" * size)
    return path


@pytest.fixture
def whole():
    return [pattern.replace("*", "swahr-1" if ".dist-info" in pattern else ".so") for pattern in HELD]


def test_a_whole_wheel_has_no_fault(tmp_path, whole):
    assert faults_of(make(tmp_path / "a.whl", whole)) == []


def test_what_is_missing_is_named(tmp_path, whole):
    for name in whole:
        (fault,) = faults_of(make(tmp_path / "a.whl", [other for other in whole if other != name]))
        assert "lacks" in fault


@pytest.mark.parametrize("name", ["tests/test_a.py", "swahr/__pycache__/a.pyc", "swahr/x.csv.part"])
def test_what_does_not_belong_there_is_named(tmp_path, whole, name):
    assert faults_of(make(tmp_path / "a.whl", [*whole, name])) == [f"a.whl holds {name}"]


def test_a_wheel_that_is_too_large_says_how_large_it_is(tmp_path, whole):
    (fault,) = faults_of(make(tmp_path / "a.whl", whole, size=int(MAX_MB * 1e6)))
    assert fault.startswith("a.whl has 35.")
