"""Which arithmetic the network runs in."""

import torch

from swahr.errors import Hint, SettingError

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
# NVIDIA's compute capabilities from which on tensor cores take the type.
BFLOAT16_FROM, FLOAT16_FROM = (8, 0), (7, 0)


def choose_precision(precision: str, device: torch.device) -> torch.dtype:
    """Return the type that the network computes in.

    Args:
        precision: auto, float32, bfloat16 or float16 (GPUs alone). auto is the half type that the device computes in
            itself, bfloat16 before float16, else float32.
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
    return torch.bfloat16 if has_native_bfloat16() else torch.float32


def half_for(capability: tuple[int, int]) -> torch.dtype:
    """Return the type that suits an NVIDIA GPU of this compute capability."""
    if capability >= BFLOAT16_FROM:
        return torch.bfloat16
    return torch.float16 if capability >= FLOAT16_FROM else torch.float32


def has_native_bfloat16() -> bool:
    """Whether the CPU multiplies bfloat16 itself (AVX-512 BF16, AMX); elsewhere it is emulated and slower."""
    # torch says this under names of its own, which may go; then the answer is no, which is always right, if slow.
    known = (getattr(torch.cpu, f"_is_{name}_supported", None) for name in ("avx512_bf16", "amx_tile"))
    return any(supported is not None and bool(supported()) for supported in known)
