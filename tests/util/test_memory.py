"""What a program frees serves it again, and a lack of memory is known by whatever it was turned into."""

import subprocess
import sys

import pytest

from swahr._util.memory import lack_behind

# Takes and frees twice the 32 MB at which glibc stops learning, and counts the pages that had to be fetched anew.
PROGRAM = """
import resource
import sys
import numpy as np
from swahr._util.memory import keep_freed_memory
if sys.argv[1] == "kept":
    keep_freed_memory()
def use():
    np.ones(8 << 20)  # 64 MB
use()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(5):
    use()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def faults(how):
    done = subprocess.run([sys.executable, "-c", PROGRAM, how], capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the allocator is not glibc's")
def test_freed_memory_is_not_fetched_anew():
    given_back = faults("given back")
    if given_back < 40:
        pytest.skip(f"this allocator keeps memory by itself ({given_back} page faults)")
    assert faults("kept") < given_back / 4


def _raised(*errors):
    """Return the last of errors, each raised while the one before was handled."""
    try:
        if len(errors) > 1:
            try:
                raise _raised(*errors[:-1])
            except Exception:
                raise errors[-1]  # noqa: B904 - as libraries do
        raise errors[0]
    except Exception as error:
        return error


@pytest.mark.parametrize(
    "first",
    [
        MemoryError(),
        ImportError("a.so: failed to map segment"),
        SystemError("error return without exception set"),
    ],
)
def test_an_error_that_another_turned_into_is_found(first):
    last = _raised(first, TypeError("'frame' object is not callable"), RuntimeError("failed to export"))
    assert lack_behind(last) is first


def test_an_error_of_anything_else_is_no_lack_of_memory():
    assert lack_behind(_raised(ValueError("a"), TypeError("b"))) is None
