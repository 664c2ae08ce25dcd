"""A parse of part affinity fields as Python programs around OpenCV write it: what users without an extension have.

Cao et al., CVPR 2017 (arXiv 1611.08050), sections 2.3 and 2.4. OpenCV blurs, tells spots apart and looks for the
highest cell of each; numpy reads the fields; people are put together by Python loops.
"""

import cv2
import numpy as np

from benchmarks.scenes import Array
from swahr.decode.paf_rules import FieldLayout

MIN_PEAK, MIN_FIELD, MIN_SHARE, SAMPLES = 0.1, 0.05, 0.8, 10
MIN_JOINTS = 4

Peaks = list[tuple[int, int, float]]  # x, y, value
Limb = tuple[int, int]  # numbers of the peaks that it joins


def group_with_opencv(heatmaps: Array, fields: Array, layout: FieldLayout) -> list[dict[int, int]]:
    """Return people, each as numbers of peaks by joint.

    Args:
        heatmaps: [K + 1, H, W], float32, the last of the background.
        fields: [2 L, H, W], float32.
        layout: which limbs there are.
    """
    peaks = [_peaks(heatmap) for heatmap in heatmaps[: layout.num_joints]]
    people: list[dict[int, int]] = []
    for (a, b), channels in zip(layout.limbs, layout.channels, strict=True):
        for one, other in _limbs(fields[list(channels)], peaks[a], peaks[b]):
            _join(people, (a, one), (b, other))
    return [person for person in people if len(person) >= MIN_JOINTS]


def _peaks(heatmap: Array) -> Peaks:
    blurred = cv2.GaussianBlur(heatmap, (3, 3), 0)
    spots, _ = cv2.findContours(
        (blurred > MIN_PEAK).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE
    )
    found = []
    for spot in spots:
        x, y, w, h = cv2.boundingRect(spot)
        mask = cv2.drawContours(np.zeros((h, w), np.uint8), [spot], 0, 1, cv2.FILLED, offset=(-x, -y))
        _, value, _, (column, row) = cv2.minMaxLoc(blurred[y : y + h, x : x + w], mask)
        found.append((x + column, y + row, value))
    return found


def _limbs(field: Array, starts: Peaks, ends: Peaks) -> list[Limb]:
    """Return pairs of peaks, the best first, each peak once."""
    scored = []
    for one, (ax, ay, _) in enumerate(starts):
        for other, (bx, by, _) in enumerate(ends):
            step = np.asarray([bx - ax, by - ay], np.float64)
            length = np.hypot(*step)
            if length == 0:
                continue
            columns = np.linspace(ax, bx, SAMPLES).round().astype(int)
            rows = np.linspace(ay, by, SAMPLES).round().astype(int)
            along = step / length @ field[:, rows, columns]
            if np.mean(along > MIN_FIELD) >= MIN_SHARE:
                scored.append((float(along.mean()), one, other))
    used_starts, used_ends, limbs = set(), set(), []
    for _, one, other in sorted(scored, reverse=True):
        if one not in used_starts and other not in used_ends:
            used_starts.add(one)
            used_ends.add(other)
            limbs.append((one, other))
    return limbs


def _join(people: list[dict[int, int]], *ends: tuple[int, int]) -> None:
    """Give a limb to who has one of its joints, make one of two who have one each, or open a person."""
    owners = [person for person in people if any(person.get(joint) == peak for joint, peak in ends)]
    if len(owners) == 2 and not owners[0].keys() & owners[1].keys():
        owners[0].update(owners[1])
        people.remove(owners[1])
    elif owners:
        for joint, peak in ends:
            owners[0].setdefault(joint, peak)
    else:
        people.append(dict(ends))
