"""Whether CUDA can be used here, and if not, why: as the driver itself says, without torch."""

import ctypes
import sys
from dataclasses import dataclass
from enum import Enum

NO_DEVICE = 100  # CUDA_ERROR_NO_DEVICE
COMPUTE_MAJOR, COMPUTE_MINOR = 75, 76  # CUdevice_attribute
LIBRARY = "nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1"


class CudaCase(Enum):
    """The cases that ask for different things of the user."""

    READY = "ready"
    CPU_ONLY = "CPU only"
    BUILT_WITHOUT = "built without CUDA"
    NO_DRIVER = "no driver"
    DRIVER_TOO_OLD = "driver too old"
    NO_DEVICE = "no device"
    DEVICE_TOO_OLD = "device too old"


@dataclass(frozen=True)
class Driver:
    """What the NVIDIA driver says.

    version: the newest CUDA that it knows, as 13000 for 13.0. error: a CUDA error code, 0 where all is well.
    compute: compute capability of each device, as 90 for 9.0.
    """

    version: int
    error: int
    compute: tuple[int, ...]


def read_driver() -> Driver | None:
    """Ask the driver; None where there is none."""
    try:
        library = ctypes.CDLL(LIBRARY)
        get_version, initialise = library.cuDriverGetVersion, library.cuInit
        count_devices, get_attribute = library.cuDeviceGetCount, library.cuDeviceGetAttribute
    except (OSError, AttributeError):
        return None
    version, count = ctypes.c_int(0), ctypes.c_int(0)
    error = get_version(ctypes.byref(version)) or initialise(0) or count_devices(ctypes.byref(count))
    compute: list[int] = []
    for device in range(0 if error else count.value):
        parts = ctypes.c_int(0), ctypes.c_int(0)
        get_attribute(ctypes.byref(parts[0]), COMPUTE_MAJOR, device)
        get_attribute(ctypes.byref(parts[1]), COMPUTE_MINOR, device)
        compute.append(10 * parts[0].value + parts[1].value)
    return Driver(version.value, error, tuple(compute))


def cuda_case(driver: Driver | None, kernels_version: int, architectures: str = "") -> tuple[CudaCase, str]:
    """Return the case, and one line that says what is and what to do.

    Args:
        driver: None where there is none.
        kernels_version: the toolkit that the kernels were built with, as 13000; 0 where the build has none.
        architectures: what they were built for, as "75,80".
    """
    has_device = driver is not None and driver.error == 0 and len(driver.compute) > 0
    if kernels_version == 0:
        if has_device:
            return CudaCase.BUILT_WITHOUT, (
                "built without CUDA kernels, though there is a GPU: install the CUDA toolkit (nvcc on PATH) and "
                "then swahr again, with `pip install . -C cmake.define.SWAHR_CUDA=ON`"
            )
        return (
            CudaCase.CPU_ONLY,
            "CPU only: no GPU was found and no CUDA kernels were built; nothing is missing",
        )
    if driver is None:
        return CudaCase.NO_DRIVER, (
            f"no driver: CUDA kernels are built in, but {LIBRARY} cannot be loaded: install the NVIDIA driver; "
            "until then the CPU is used"
        )
    if driver.version // 1000 < kernels_version // 1000:
        return CudaCase.DRIVER_TOO_OLD, (
            f"driver too old: it knows CUDA {_dotted(driver.version)}, the kernels were built with "
            f"{_dotted(kernels_version)}: update the NVIDIA driver; until then the CPU is used"
        )
    if driver.error not in (0, NO_DEVICE):
        return (
            CudaCase.NO_DEVICE,
            f"the driver answers with error {driver.error}: restart, or install it again",
        )
    if not has_device:
        return (
            CudaCase.NO_DEVICE,
            "no device: the NVIDIA driver is there, but it finds no GPU; the CPU is used",
        )
    oldest = min((int(name) for name in architectures.split(",") if name.isdecimal()), default=0)
    if max(driver.compute) < oldest:
        return CudaCase.DEVICE_TOO_OLD, (
            f"device too old: its compute capability is {max(driver.compute) / 10:.1f}, the kernels need "
            f"{oldest / 10:.1f}; the CPU is used"
        )
    return CudaCase.READY, f"ready: {len(driver.compute)} GPU, driver for CUDA {_dotted(driver.version)}"


def _dotted(version: int) -> str:
    return f"{version // 1000}.{version % 1000 // 10}"
