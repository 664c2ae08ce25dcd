"""Ways to run the bundled weights: the same file, with more or less of the second stage.

AP is of the 78 photos kept for validation, by torch, with the second stage as it was first bundled. Milliseconds are of
a photo by OpenVINO on two cores: measured of the first (`python -m benchmarks.peers`), by the ratio of processor time
(`python -m benchmarks.refine`) of the second. `swahr bench` measures the user's own.
"""

from pathlib import Path
from typing import NamedTuple

from swahr.models.bundled import CROPS, DEFAULT, FOLDER

SECOND_STAGE = "thunder"


class Preset(NamedTuple):
    """A choice.

    options: settings that differ from the defaults. ap: in percent. ms: of a photo, None where it was not measured.
    files: that it reads.
    """

    name: str
    options: str
    ap: float
    ms: float | None
    files: tuple[Path, ...]

    @property
    def megabytes(self) -> float:
        """Return the size of its files."""
        return sum(path.stat().st_size for path in self.files if path.is_file()) / 1e6


_FIRST = FOLDER / f"{DEFAULT}.safetensors"
_BOTH = (_FIRST, CROPS / f"{SECOND_STAGE}.safetensors")
PRESETS = (
    Preset("fast", "--refine off", 36.4, 23.3, (_FIRST,)),
    Preset("default", "", 46.1, 50.3, _BOTH),
    Preset("best", "--refine best --flip-test", 48.1, None, _BOTH),
)
