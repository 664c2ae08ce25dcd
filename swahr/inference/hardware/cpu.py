"""Which processor this is, by the name that it gives itself, and whether others use it."""

import os
import platform
from pathlib import Path

import torch


def cpu_name() -> str:
    """Return its name and the vector instructions that torch uses of it."""
    return f"{_told('model name')}, {torch.backends.cpu.get_cpu_capability()}"


def is_intel() -> bool:
    """Return whether Intel made it."""
    return "GenuineIntel" in _told("vendor_id")


def _told(name: str) -> str:
    """Return what the processor says of itself; of another system than Linux on x86 all that is known of it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith(name))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def is_busy() -> bool:
    """Return whether others keep half of the cores or more at work, by the last minute; not known on Windows."""
    load = getattr(os, "getloadavg", None)
    return load is not None and load()[0] >= (os.cpu_count() or 1) / 2
