"""Keep freed memory for the next frame.

A frame's maps are tens of megabytes, and glibc gives such blocks back to the system at once, which then hands
out zeroed pages again: nearly half of a frame's time on a CPU. A process that does nothing else keeps them.
"""

import ctypes
import sys

# <malloc.h>
M_TRIM_THRESHOLD = -1
M_TOP_PAD = -2
M_MMAP_MAX = -4

NEVER = 2**31 - 1
GROW_BY = 64 << 20


def keep_freed_memory() -> bool:
    """Tell glibc to reuse large blocks; for the whole process, so it is for programs and not for a library.

    Returns whether it took effect: False on systems without glibc.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    return all(
        mallopt(option, value)
        for option, value in ((M_MMAP_MAX, 0), (M_TRIM_THRESHOLD, NEVER), (M_TOP_PAD, GROW_BY))
    )
