"""What a program frees serves it again."""

import subprocess
import sys

import pytest

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
