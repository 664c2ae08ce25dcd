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
    rows = [_row(*scene) for scene in SCENES] + [_row(*COMPLETE, complete=True)]
    show(
        "Parse: heatmaps and tags in memory to people, least of several runs",
        ["scene", "parse ms", "read once ms", "parse / read", "numpy ms", "numpy / parse"],
        rows,
    )


def _row(people: int, size: tuple[int, int], channels: int, complete: bool = False) -> list[str]:
    missing = 0.0 if complete else 0.1
    heatmaps, tags = make_scene(people, size, channels, missing=missing, seed=4, apart=complete)
    native = best_ms(partial(parse_heatmaps, heatmaps, tags))
    floor = best_ms(lambda: (np.max(heatmaps), np.max(tags)))
    plain = best_ms(partial(parse_heatmaps_reference, heatmaps, tags), seconds=0, least=1)
    before_refine = parse_heatmaps(heatmaps, tags, refine=False).keypoints
    lost = np.count_nonzero(before_refine[:, :, 2] == 0)
    name = (
        f"17 x {size[0]} x {size[1]}, {channels} tags, {len(before_refine)} people, {lost} joints to refine"
    )
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
