"""The parse beside the plain numpy parse and beside reading its maps once, which is its floor."""

from functools import partial

import numpy as np
import torch

from benchmarks.scenes import Array, make_scene, make_stages
from benchmarks.timing import best_ms, show
from swahr.decode import ParsedPeople, parse_heatmaps, parse_stages
from swahr.decode.reference import parse_heatmaps_reference
from swahr.inference.aggregate import join_tags, resize

SCENES = ((14, (128, 128), 2), (17, (512, 704), 2), (30, (640, 1152), 2))
# Every joint found: refine has nothing to look for.
COMPLETE = (17, (512, 704), 2)
# Input sizes; the stages are a half and a quarter of them.
STAGES = ((17, (512, 704), 1), (17, (512, 704), 2), (5, (256, 448), 1))


def run() -> None:
    """Print the table."""
    rows = [_row(*scene) for scene in SCENES] + [_row(*COMPLETE, complete=True)]
    show(
        "Parse: heatmaps and tags in memory to people, least of several runs",
        ["scene", "parse ms", "read once ms", "parse / read", "numpy ms", "numpy / parse"],
        rows,
    )
    show(
        "Fused parse: stage maps in memory to people, beside upsampling to input size and parsing that; one thread",
        ["scene", "upsample ms", "parse ms", "fused ms", "fused / stored"],
        [_stages_row(*scene) for scene in STAGES],
    )


def _stages_row(people: int, size: tuple[int, int], channels: int) -> list[str]:
    heatmaps, tags = make_stages(people, (size[0] // 2, size[1] // 2), channels, seed=4)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    upsample_ms = best_ms(partial(upsample, heatmaps, tags, size))
    parse_ms = best_ms(partial(parse_heatmaps, *upsample(heatmaps, tags, size), threads=1))
    fused_ms = best_ms(partial(parse_stages, heatmaps, tags, size, threads=1))
    torch.set_num_threads(threads)
    found: ParsedPeople = parse_stages(heatmaps, tags, size)
    return [
        f"input {size[0]} x {size[1]}, {channels} tags, {len(found.scores)} people",
        f"{upsample_ms:.2f}",
        f"{parse_ms:.2f}",
        f"{fused_ms:.2f}",
        f"1 / {(upsample_ms + parse_ms) / fused_ms:.1f}",
    ]


def upsample(
    heatmaps: list[Array], tags: list[Array], size: tuple[int, int]
) -> tuple[torch.Tensor, torch.Tensor]:
    """The stored way: bring stages together at half size, then at input size."""
    coarse, fine = (torch.from_numpy(stage)[None] for stage in heatmaps)
    half = fine.shape[-2:]
    heat = resize((resize(coarse, half) + fine) / 2, size)
    return heat[0], join_tags([resize(torch.from_numpy(tag)[None], half) for tag in tags], size)[0]


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
