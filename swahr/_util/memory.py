"""How a program keeps memory that it will want again for the next frame, and how it knows that there is not enough."""

import ctypes
import re
import sys

# glibc's malloc.h
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
MMAP_THRESHOLD_BYTES = 1 << 28
TRIM_THRESHOLD_BYTES = 1 << 29


def keep_freed_memory() -> None:
    """Let glibc keep what is freed: else each batch of frames has the kernel clear its memory anew.

    One arena, since freed blocks of several threads would not serve one another, and memory would creep. For programs,
    before they start threads; a library leaves its host's allocator alone. Elsewhere than with glibc it does nothing.
    """
    if not sys.platform.startswith("linux"):
        return
    try:
        mallopt = ctypes.CDLL("libc.so.6").mallopt
    except (OSError, AttributeError):  # another libc
        return
    mallopt(M_ARENA_MAX, 1)
    mallopt(M_MMAP_THRESHOLD, MMAP_THRESHOLD_BYTES)
    mallopt(M_TRIM_THRESHOLD, TRIM_THRESHOLD_BYTES)


# As torch, OpenCV, openvino, onnxruntime, C++, Python and the loader of libraries word it; none has a class of its own
# for it on every device.
_LACKING = re.compile(
    r"not enough memory|out of memory|can.t allocate memory|cannot allocate memory|insufficient memory|bad[ _]alloc"
    r"|failed to allocate|could not create a primitive|can.t start new thread|failed to map segment"
    r"|error return without exception set",  # where an import of Python's own finds none
    re.IGNORECASE,
)


def lacks_memory(error: BaseException) -> bool:
    """Return whether an error, or one that led to it, says that there is not enough memory, of processor or GPU.

    >>> lacks_memory(MemoryError()), lacks_memory(RuntimeError("CUDA out of memory.")), lacks_memory(ValueError("x"))
    (True, True, False)
    """
    return lack_behind(error) is not None


def lack_behind(error: BaseException) -> BaseException | None:
    """Return the error that says so: this one, or one that led to it; None where it came of anything else."""
    link: BaseException | None = error
    while link is not None:
        if isinstance(link, MemoryError) or _LACKING.search(str(link)[:2000]) is not None:
            return link
        link = link.__cause__ or link.__context__
    return None
