"""What doctor says of CUDA, with drivers that are made for the test: real libraries that a real process loads."""

import os
import shutil
import subprocess
import sys

import pytest

from swahr import _native
from swahr.inference.hardware.cuda_state import CudaCase, Driver, cuda_case, read_driver

DRIVER = """
int cuDriverGetVersion(int *version) { *version = VERSION; return 0; }
int cuInit(unsigned flags) { return ERROR; }
int cuDeviceGetCount(int *count) { *count = DEVICES; return 0; }
int cuDeviceGetAttribute(int *value, int attribute, int device) { *value = attribute == 75 ? 9 : 0; return 0; }
"""
ASK = "from swahr.inference.hardware.cuda_state import *; print(*cuda_case(read_driver(), {version}, '75,90'), sep='|')"

compiler = shutil.which("cc") or shutil.which("gcc")
needs_compiler = pytest.mark.skipif(
    compiler is None or sys.platform != "linux", reason="no C compiler that makes a Linux library"
)


def say(folder, kernels_version):
    """What a new process says whose libraries come from the folder first."""
    result = subprocess.run(
        [sys.executable, "-c", ASK.format(version=kernels_version)],
        env={**os.environ, "LD_LIBRARY_PATH": str(folder)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    case, text = result.stdout.strip().split("|")
    return getattr(CudaCase, case.removeprefix("CudaCase.")), text


def make_driver(folder, version, error=0, devices=1):
    (folder / "driver.c").write_text(DRIVER)
    defined = [f"-DVERSION={version}", f"-DERROR={error}", f"-DDEVICES={devices}"]
    library = ["-shared", "-fPIC", "-o", str(folder / "libcuda.so.1"), str(folder / "driver.c")]
    subprocess.run([compiler, *defined, *library], check=True, timeout=60)


@needs_compiler
@pytest.mark.parametrize(
    ("kernels", "driver", "case", "text"),
    [
        (13000, {"version": 13000}, CudaCase.READY, "ready: 1 GPU, driver for CUDA 13.0"),
        (12040, {"version": 13010}, CudaCase.READY, "ready: 1 GPU, driver for CUDA 13.1"),
        (0, {"version": 13000}, CudaCase.BUILT_WITHOUT, "built without CUDA kernels, though there is a GPU"),
        (0, {"version": 13000, "devices": 0}, CudaCase.CPU_ONLY, "CPU only"),
        (
            13000,
            {"version": 12080},
            CudaCase.DRIVER_TOO_OLD,
            "it knows CUDA 12.8, the kernels were built with 13.0",
        ),
        (13000, {"version": 13000, "error": 100}, CudaCase.NO_DEVICE, "finds no GPU"),
        (13000, {"version": 13000, "error": 999}, CudaCase.NO_DEVICE, "error 999"),
    ],
)
def test_each_driver_is_told_from_the_others(kernels, driver, case, text, tmp_path):
    make_driver(tmp_path, **driver)
    found, said = say(tmp_path, kernels)
    assert found is case
    assert text in said


@needs_compiler
@pytest.mark.skipif(read_driver() is not None, reason="this machine has an NVIDIA driver")
def test_no_driver_is_told_from_a_cpu_build(tmp_path):
    assert say(tmp_path, 0)[0] is CudaCase.CPU_ONLY
    case, said = say(tmp_path, 13000)
    assert case is CudaCase.NO_DRIVER
    assert "libcuda.so.1 cannot be loaded: install the NVIDIA driver" in said
    (tmp_path / "libcuda.so.1").write_text("not a library")
    assert say(tmp_path, 13000)[0] is CudaCase.NO_DRIVER


def test_a_gpu_older_than_all_kernels_is_said():
    case, said = cuda_case(Driver(13000, 0, (61,)), 13000, "75,80,90")
    assert case is CudaCase.DEVICE_TOO_OLD
    assert "compute capability is 6.1, the kernels need 7.5" in said


def test_doctor_says_the_case_of_this_machine_in_one_line(call):
    report = dict(line.split(maxsplit=1) for line in call("doctor").output.splitlines())
    case, said = cuda_case(read_driver(), _native.cuda_version, _native.cuda_architectures)
    assert report["cuda"] == said
    if not _native.has_cuda:
        assert case in (CudaCase.CPU_ONLY, CudaCase.BUILT_WITHOUT)
