"""Which processor this is, by the name that it gives itself, and whether others use it."""

import os
import platform
from pathlib import Path

import torch


def cpu_name() -> str:
    """Return its name and the vector instructions that torch uses of it."""
    return f"{_model()}, {torch.backends.cpu.get_cpu_capability()}"


def _model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):  # not Linux, or not x86
        return platform.processor() or platform.machine()


def is_busy() -> bool:
    """Return whether others keep half of the cores or more at work, by the last minute; not known on Windows."""
    load = getattr(os, "getloadavg", None)
    return load is not None and load()[0] >= (os.cpu_count() or 1) / 2
