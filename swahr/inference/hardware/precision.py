"""Which arithmetic the network runs in."""

import torch

from swahr.errors import Hint, SettingError
from swahr.inference.hardware.cpu import is_intel

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
# NVIDIA's compute capabilities from which on tensor cores take the type.
BFLOAT16_FROM, FLOAT16_FROM = (8, 0), (7, 0)


def choose_precision(precision: str, device: torch.device) -> torch.dtype:
    """Return the type that the network computes in.

    Args:
        precision: auto, float32, bfloat16 or float16 (GPUs alone). auto is the half type in which the device is
            faster, bfloat16 before float16, else float32.
        device: where it will run.

    Raises:
        SettingError: the device does not compute in it, or it is none of these.
    """
    if precision not in ("auto", *DTYPES):
        raise SettingError(f"precision is {precision!r}; expected one of auto, {', '.join(DTYPES)}")
    if precision == "float16" and device.type == "cpu":
        raise SettingError(
            "float16 is for GPUs; on the CPU choose bfloat16 or float32",
            hints=[Hint("precision", "bfloat16"), Hint("precision", "float32")],
        )
    if precision != "auto":
        return DTYPES[precision]
    if device.type == "cuda":
        return half_for(torch.cuda.get_device_capability(device))
    return torch.bfloat16 if has_fast_bfloat16() else torch.float32


def half_for(capability: tuple[int, int]) -> torch.dtype:
    """Return the type that suits an NVIDIA GPU of this compute capability."""
    if capability >= BFLOAT16_FROM:
        return torch.bfloat16
    return torch.float16 if capability >= FLOAT16_FROM else torch.float32


def has_fast_bfloat16() -> bool:
    """Return whether the CPU multiplies bfloat16 itself, and faster than float32; elsewhere it is emulated.

    By AMX it does, and by AVX-512 BF16 on AMD's processors. Intel's take as long by the latter as for float32, and
    for what is converted between the two besides.
    """
    return _supports("amx_tile") or (_supports("avx512_bf16") and not is_intel())


def _supports(instructions: str) -> bool:
    # torch says this under names of its own, which may go; then the answer is no, which is always right, if slow.
    supported = getattr(torch.cpu, f"_is_{instructions}_supported", None)
    return supported is not None and bool(supported())
