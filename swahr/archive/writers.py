"""Stand-in until the writers of all formats are there."""

from pathlib import Path
from typing import Any

from swahr.formats import CsvWriter
from swahr.skeleton import Skeleton


def open_writer(
    name: str,
    path: Path,
    skeleton: Skeleton,
    *,
    frame_rate: float,
    size_wh: tuple[int, int],
    keep_empty: bool,
    resume: dict[str, Any] | None = None,
) -> CsvWriter:
    """Open a CSV."""
    return CsvWriter(path, skeleton, keep_empty=keep_empty, resume=resume)
