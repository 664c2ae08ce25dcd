"""Part affinity fields to people beside reading their maps once, which is the floor, and beside two parses in Python.

One is the plain numpy parse of the same rule, the other what programs around OpenCV do.

python -m benchmarks.fields
"""

from collections.abc import Callable
from functools import partial

import cv2
import numpy as np

from benchmarks.fields_opencv import group_with_opencv
from benchmarks.ratios import Pair, measure
from benchmarks.scenes import Array
from benchmarks.timing import best_ms, show
from swahr.decode import group_pafs
from swahr.decode.paf_reference import group
from swahr.decode.paf_rules import COCO_18_FIELDS, RULES
from swahr.pose.other_skeletons import COCO_18

CELLS = (46, 82)  # of OpenPose's maps for 368 x 656
UPSAMPLED = 8
# A standing person's joints, of whom each scene's people are copies: x, y in parts of the height.
STANDING = np.asarray(
    [
        (0, 0.05), (0, 0.2), (-0.1, 0.2), (-0.15, 0.37), (-0.17, 0.53), (0.1, 0.2), (0.15, 0.37), (0.17, 0.53),
        (-0.07, 0.52), (-0.07, 0.75), (-0.07, 0.97), (0.07, 0.52), (0.07, 0.75), (0.07, 0.97), (-0.02, 0.03),
        (0.02, 0.03), (-0.05, 0.04), (0.05, 0.04),
    ]
)  # fmt: skip


def draw_fields(people: int, seed: int = 0) -> tuple[Array, Array]:
    """Return heatmaps [19, H, W] and fields [38, H, W] of people at random places, upsampled as OpenPose does."""
    random = np.random.default_rng(seed)
    height, width = CELLS
    rows, columns = np.indices(CELLS)
    heatmaps = np.zeros((COCO_18.num_joints + 1, *CELLS), np.float32)
    fields = np.zeros((2 * len(COCO_18_FIELDS.limbs), *CELLS), np.float32)
    for _ in range(people):
        tall = random.uniform(0.4, 0.7) * height
        joints = STANDING * tall + random.uniform((tall * 0.2, 0), (width - tall * 0.2, height - tall))
        for joint, (x, y) in enumerate(joints):
            peak = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / 2)
            np.maximum(heatmaps[joint], peak, out=heatmaps[joint])
        for (a, b), channels in zip(COCO_18_FIELDS.limbs, COCO_18_FIELDS.channels, strict=True):
            step = joints[b] - joints[a]
            length = max(float(np.hypot(*step)), 1e-6)
            dx, dy = columns - joints[a, 0], rows - joints[a, 1]
            along, across = (dx * step[0] + dy * step[1]) / length, (dx * step[1] - dy * step[0]) / length
            near = (along > -1) & (along < length + 1) & (np.abs(across) <= 1)
            for channel, part in zip(channels, step / length, strict=True):
                fields[channel][near] = part
    return _upsampled(heatmaps), _upsampled(fields)


def _upsampled(maps: Array) -> Array:
    size = (CELLS[1] * UPSAMPLED, CELLS[0] * UPSAMPLED)
    return np.stack([cv2.resize(each, size, interpolation=cv2.INTER_CUBIC) for each in maps])


def read_once(heatmaps: Array, fields: Array) -> None:
    """Read all maps, and no more."""
    heatmaps.max()
    fields.max()


def run() -> None:
    """Print the table."""
    heatmaps, fields = draw_fields(20)
    read = partial(read_once, heatmaps, fields)

    def reads(work: Callable[[], object], rounds: int) -> str:
        """Return how many times as long a work takes as reading, both in turns."""
        return f"{1 / measure(Pair('', read, work, rounds)):.2f}"

    rows = []
    by_opencv = partial(group_with_opencv, heatmaps, fields, COCO_18_FIELDS)
    cv2.setNumThreads(1)
    opencv_ms = best_ms(by_opencv, 1)
    for rule in RULES:
        parse = partial(group_pafs, heatmaps, fields, rule, threads=1)
        ms = best_ms(parse)
        plain_ms = best_ms(partial(group, heatmaps, fields, COCO_18_FIELDS, RULES[rule]), 1)
        found = len(group_pafs(heatmaps, fields, rule).scores)
        rows.append(
            [
                rule,
                str(found),
                f"{ms:.2f}",
                reads(parse, 41),
                f"{plain_ms / ms:.0f}",
                f"{opencv_ms / ms:.0f}",
            ]
        )
    rows.append(["OpenCV and Python", str(len(by_opencv())), f"{opencv_ms:.2f}", reads(by_opencv, 5), "", ""])
    show(
        f"Part affinity fields: 20 people, {CELLS[0] * UPSAMPLED} x {CELLS[1] * UPSAMPLED} cells, one thread",
        ["rule", "people found", "ms", "reads of the maps", "plain parse by it", "OpenCV and Python by it"],
        rows,
    )


if __name__ == "__main__":
    run()
