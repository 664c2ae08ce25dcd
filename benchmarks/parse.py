"""The parse beside the plain numpy parse and beside reading its maps once, which is its floor."""

from functools import partial

import numpy as np

from benchmarks.scenes import make_scene
from benchmarks.timing import best_ms, show
from swahr.decode import parse_heatmaps
from swahr.decode.reference import parse_heatmaps_reference

SCENES = ((14, (128, 128), 2), (17, (512, 704), 2), (30, (640, 1152), 2))
# Every joint found: refine has nothing to look for.
COMPLETE = (17, (512, 704), 2)


def run() -> None:
    """Print the table."""
    rows = [_row(*scene, missing=0.1) for scene in SCENES] + [_row(*COMPLETE, missing=0.0)]
    show(
        "Parse: heatmaps and tags in memory to people, least of several runs",
        ["scene", "parse ms", "read once ms", "parse / read", "numpy ms", "numpy / parse"],
        rows,
    )


def _row(people: int, size: tuple[int, int], channels: int, missing: float) -> list[str]:
    heatmaps, tags = make_scene(people, size, channels, missing=missing, seed=4)
    native = best_ms(partial(parse_heatmaps, heatmaps, tags))
    floor = best_ms(lambda: (np.max(heatmaps), np.max(tags)))
    plain = best_ms(partial(parse_heatmaps_reference, heatmaps, tags), seconds=0, least=1)
    found = len(parse_heatmaps(heatmaps, tags).scores)
    name = f"17 x {size[0]} x {size[1]}, {channels} tags, {people} people drawn, {found} found"
    name += ", complete" if missing == 0 else ""
    return [
        name,
        f"{native:.2f}",
        f"{floor:.2f}",
        f"{native / floor:.2f}",
        f"{plain:.0f}",
        f"{plain / native:.0f}",
    ]


if __name__ == "__main__":
    run()
