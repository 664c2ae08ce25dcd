"""Which arithmetic the network runs in."""

from typing import Literal, get_args

import torch

from swahr.errors import SwahrError

Precision = Literal["auto", "float32", "bfloat16"]


def choose_precision(precision: str, device: torch.device) -> torch.dtype:
    """Return the type for auto, float32 or bfloat16; auto is bfloat16 on a CPU that computes in it, else float32.

    Raises SwahrError for anything else.
    """
    if precision not in get_args(Precision):
        raise SwahrError(f"precision is {precision!r}; expected one of {', '.join(get_args(Precision))}")
    if precision == "auto":
        native = device.type == "cpu" and has_native_bfloat16()
        return torch.bfloat16 if native else torch.float32
    return torch.bfloat16 if precision == "bfloat16" else torch.float32


def has_native_bfloat16() -> bool:
    """Whether the CPU multiplies bfloat16 itself (AVX-512 BF16, AMX); elsewhere it is emulated and slower."""
    # torch tells this under names of its own, which may go; then the answer is no, which is always right, if slow.
    known = (getattr(torch.cpu, f"_is_{name}_supported", None) for name in ("avx512_bf16", "amx_tile"))
    return any(supported is not None and bool(supported()) for supported in known)
