"""High dynamic range and wide colours brought to what screens and networks know: BT.709, as a table for FFmpeg's lut3d.

What comes is the signal of BT.2020 with the transfer of HLG or PQ (ITU-R BT.2100) or of standard video; what leaves is
that of BT.709 with the gamma of BT.1886. Highlights are compressed as ITU-R BT.2390, 5.4.1 has it, white standing for
203 cd/m2 (ITU-R BT.2408).
"""

from enum import Enum

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class Tone(Enum):
    """What a signal is made with; the value is what a user calls it."""

    HLG = "HLG"
    PQ = "PQ"
    WIDE = "BT.2020"


# FFmpeg's numbers (libavutil/pixfmt.h) of transfers and primaries.
PQ_TRANSFER, HLG_TRANSFER = 16, 18
BT2020 = 9

WHITE, PEAK = 203.0, 1000.0  # cd/m2: of standard video's white, and of the brightest that is told apart
GAMMA = 2.4  # of the screen, BT.1886
HLG_A, HLG_B, HLG_C = 0.17883277, 0.28466892, 0.55991073
HLG_SYSTEM_GAMMA = 1.2  # of a screen of 1000 cd/m2
LUMINANCE = np.asarray([0.2627, 0.6780, 0.0593])
PQ_M1, PQ_M2 = 2610 / 16384, 2523 / 4096 * 128
PQ_C1, PQ_C2, PQ_C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
BT709_FROM_BT2020 = np.asarray(
    [[1.660491, -0.587641, -0.072850], [-0.124550, 1.132900, -0.008349], [-0.018151, -0.100579, 1.118730]]
)


def tone_of(transfer: int, primaries: int) -> Tone | None:
    """Return what a picture is made with; None for standard video, which is taken as it is."""
    if transfer == HLG_TRANSFER:
        return Tone.HLG
    if transfer == PQ_TRANSFER:
        return Tone.PQ
    return Tone.WIDE if primaries == BT2020 else None


def to_bt709(signal: npt.NDArray[np.floating], tone: Tone) -> Floats:
    """Return the signal of BT.709, [..., 3] RGB in [0, 1], of one of BT.2020 [..., 3] RGB in [0, 1].

    >>> to_bt709(np.asarray([0.75, 0.75, 0.75]), Tone.HLG).round(2).tolist()  # a white wall in HLG
    [0.9, 0.9, 0.9]
    """
    values = np.asarray(signal, np.float64)
    if tone is Tone.WIDE:
        light = values**GAMMA
    else:
        nits = _hlg_light(values) if tone is Tone.HLG else _pq_light(values)
        brightest = nits.max(axis=-1, keepdims=True)
        light = nits * (_compressed(brightest) / np.maximum(brightest, 1e-6)) / WHITE
    return np.asarray(np.clip(light @ BT709_FROM_BT2020.T, 0, 1) ** (1 / GAMMA))


def cube(tone: Tone, size: int = 33) -> str:
    """Return the table of `to_bt709` as a .cube file, which FFmpeg's lut3d reads; red runs fastest."""
    steps = np.linspace(0, 1, size)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    out = to_bt709(np.stack([red, green, blue], axis=-1), tone).reshape(-1, 3)
    return f"LUT_3D_SIZE {size}\n" + "".join(f"{r:.6f} {g:.6f} {b:.6f}\n" for r, g, b in out.tolist())


def _hlg_light(signal: Floats) -> Floats:
    """Return cd/m2 on a screen of 1000: the inverse OETF and the OOTF of BT.2100, table 5."""
    scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - HLG_C) / HLG_A) + HLG_B) / 12)
    luminance = (scene @ LUMINANCE)[..., None]
    return np.asarray(PEAK * luminance ** (HLG_SYSTEM_GAMMA - 1) * scene)


def _pq_light(signal: Floats) -> Floats:
    """Return cd/m2, up to 10 000: the EOTF of BT.2100, table 4."""
    power = signal ** (1 / PQ_M2)
    return np.asarray(10_000 * (np.maximum(power - PQ_C1, 0) / (PQ_C2 - PQ_C3 * power)) ** (1 / PQ_M1))


def _pq_signal(nits: npt.ArrayLike) -> Floats:
    power = (np.asarray(nits, np.float64) / 10_000) ** PQ_M1
    return np.asarray(((PQ_C1 + PQ_C2 * power) / (1 + PQ_C3 * power)) ** PQ_M2)


def _compressed(nits: Floats) -> Floats:
    """Return light of up to PEAK as light of up to WHITE: the EETF of BT.2390, 5.4.1, for a black of 0."""
    top = _pq_signal(PEAK)
    level = np.minimum(_pq_signal(nits) / top, 1)
    target = float(_pq_signal(WHITE) / top)
    knee = 1.5 * target - 0.5
    t = np.maximum(level - knee, 0) / (1 - knee)
    bent = (
        (2 * t**3 - 3 * t**2 + 1) * knee + (t**3 - 2 * t**2 + t) * (1 - knee) + (3 * t**2 - 2 * t**3) * target
    )
    return _pq_light(np.where(level < knee, level, bent) * top)
