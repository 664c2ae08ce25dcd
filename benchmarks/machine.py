"""What the figures of a benchmark were measured on."""

import datetime
import os
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

TOLD_FLAGS = ("avx2", "avx512f", "avx512_bf16", "avx512_vnni", "amx_bf16")
TOLD_PACKAGES = ("torch", "onnxruntime", "openvino")


def describe(threads: int) -> str:
    """Return a line: the CPU and what it computes in, threads, versions and the day."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
        flags = next(line for line in lines if line.startswith("flags")).split()
        native = ", ".join(name for name in TOLD_FLAGS if name in flags)
    except (OSError, StopIteration):  # not Linux, or not x86
        model, native = "a CPU that does not tell its name", "instructions unknown"
    packages = ", ".join(f"{name} {_version(name)}" for name in TOLD_PACKAGES)
    today = datetime.datetime.now(datetime.timezone.utc).date()
    return f"{model} ({native}), {os.cpu_count()} cores, {threads} threads; {packages}; {today}."


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
