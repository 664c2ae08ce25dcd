"""Full disks, few handles, little memory, and two runs at a time: a result, or one line, and nothing half-written."""

import ctypes
import random
import resource
import sys
import time

import pytest

from tests.slow.writers import WRITERS, none_is_half_there, same

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="uses what Linux alone has")
ALL = sorted(WRITERS)
ALONE = [name for name in ALL if not WRITERS[name].loads]
PAGE, MB = 4096, 1 << 20
# Parts of what a writer's results take.
ROOMS = (0.0, 0.1, 0.4, 0.8, 0.97)


@pytest.fixture
def disk(tmp_path):
    """Make a small disk of so many bytes."""
    libc = ctypes.CDLL(None, use_errno=True)
    place = tmp_path / "disk"
    place.mkdir()

    def mount(size):
        if libc.mount(b"tmpfs", bytes(place), b"tmpfs", 0, f"size={size}".encode()) != 0:
            pytest.skip("no right to mount a small disk")
        return place

    yield mount
    libc.umount2(bytes(place), 2)


@pytest.mark.parametrize("part", ROOMS)
@pytest.mark.parametrize("name", ALL)
def test_a_full_disk_is_said_and_nothing_is_half_there(name, part, whole, runner, inputs, disk):
    writer, undisturbed = WRITERS[name], whole(name)
    folder = disk(max(PAGE, round(undisturbed.bytes * part / PAGE) * PAGE))
    ended = runner.start_of(writer, inputs, folder).wait().check()
    none_is_half_there(writer, folder, undisturbed.folder)
    if ended.code == 0:
        same(writer, folder, undisturbed.folder)


@pytest.mark.parametrize("handles", [40, 20])
@pytest.mark.parametrize("name", ALL)
def test_few_handles_are_enough_or_said(name, handles, whole, runner, inputs, tmp_path):
    writer, undisturbed = WRITERS[name], whole(name)
    ended = runner.start_of(writer, inputs, tmp_path, limits={resource.RLIMIT_NOFILE: handles}).wait().check()
    none_is_half_there(writer, tmp_path, undisturbed.folder)
    if ended.code == 0:
        same(writer, tmp_path, undisturbed.folder)


@pytest.mark.parametrize("megabytes", [8, 64, 256, 1024])
@pytest.mark.parametrize("name", ALONE)
def test_little_memory_is_enough_or_said(name, megabytes, whole, runner, inputs, tmp_path):
    writer, undisturbed = WRITERS[name], whole(name)
    limits = {resource.RLIMIT_AS: megabytes * MB}
    ended = runner.start_of(writer, inputs, tmp_path, limits=limits).wait().check()
    none_is_half_there(writer, tmp_path, undisturbed.folder)
    if ended.code == 0 and name != "training":
        same(writer, tmp_path, undisturbed.folder)


@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize("name", ALONE)
def test_of_two_runs_on_one_output_one_writes_it(name, number, whole, runner, inputs, tmp_path):
    writer, undisturbed = WRITERS[name], whole(name)
    first = runner.start_of(writer, inputs, tmp_path)
    time.sleep(random.Random(f"{name} {number}").uniform(0, undisturbed.ended.seconds) if number else 0)
    second = runner.start_of(writer, inputs, tmp_path)
    codes = [running.wait().code for running in (first, second)]
    assert 0 in codes
    assert set(codes) <= {0, 2}
    same(writer, tmp_path, undisturbed.folder)
