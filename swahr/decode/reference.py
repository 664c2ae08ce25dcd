"""The parse in plain numpy: slow, obvious, and what the native path is proved against.

Newell et al. 2017, section 3.3, with HigherHRNet's adjust and refine. Letters: K joints, P people, T tags,
H W map size. Everything is in heatmap pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from swahr.decode.maps import FloatArray, ParsedPeople, as_float_array
from swahr.decode.params import ParseParams
from swahr.decode.subpixel_reference import CellMaps, spread_reference, subpixel_reference
from swahr.errors import SwahrError

NO_PERSON = 1e10  # the cost of a column that stands for nobody
FARTHEST_MEAN = 1e45  # a mean of tags whose sum is beyond float32 is so far
MAX_COST = 1e100  # sums of such costs are finite
TOO_LARGE = np.float32(2.0**124)  # the sum of as many stages as there can be stays finite below it
FARTHEST = np.float32(2**22)  # tags that are not finite are so far; no float32 beyond holds all halves


@dataclass
class _Person:
    key: np.float32
    joints: FloatArray  # [K, 3 + T]
    tags: list[FloatArray] = field(default_factory=list)


def parse_heatmaps_reference(
    heatmaps: FloatArray,
    tags: FloatArray,
    params: ParseParams = ParseParams(),  # noqa: B008 - frozen
    adjust: bool = True,
    refine: bool = True,
    cells: FloatArray | None = None,
) -> ParsedPeople:
    """Do what `parse_heatmaps` does; see there for shapes and units.

    cells: [K, h, w], the heatmaps at the size of the finest stage, where they have been larger made since.
    """
    heatmap, tag = as_float_array(heatmaps, "heatmaps"), as_float_array(tags, "tags")
    _require_sums(heatmap)
    candidates = [
        _with_tags(_peaks(heatmap[k], params), tag[k]) for k in range(heatmap.shape[0])
    ]  # K times [M, 3 + T]
    people = _match(candidates, params, tag.shape[3])
    keypoints = np.asarray(people, np.float32).reshape(-1, heatmap.shape[0], 3 + tag.shape[3])
    scores = keypoints[:, :, 2].mean(axis=1, dtype=np.float32)
    matched = keypoints[..., 2] > 0
    if refine:
        for person in keypoints:
            _fill_in(person, heatmap, tag, params)
    maps = CellMaps(heatmap, heatmap if cells is None else cells)
    spread = np.zeros((*keypoints.shape[:2], 3), np.float32)
    for p, k in zip(*np.nonzero(keypoints[..., 2] > 0), strict=True):
        x, y = int(keypoints[p, k, 0]), int(keypoints[p, k, 1])
        spread[p, k] = spread_reference(maps, int(k), x, y)
        if adjust or not matched[p, k]:
            keypoints[p, k, :2] = (
                _quarter(heatmap[k], x, y)
                if params.subpixel == "quarter"
                else subpixel_reference(maps, int(k), x, y, params.subpixel)
            )
    return ParsedPeople(keypoints, scores.reshape(-1), spread if params.spread else None)


def parse_stages_reference(
    stage_heatmaps: Sequence[FloatArray],
    tags: Sequence[FloatArray],
    size_hw: Sequence[int],
    params: ParseParams = ParseParams(),  # noqa: B008 - frozen
    adjust: bool = True,
    refine: bool = True,
) -> ParsedPeople:
    """Do what `parse_stages` does, by way of the maps at input size; see there for shapes and units."""
    for stage in stage_heatmaps:
        _require_sums(stage)
    finest = max((stage.shape[1:] for stage in stage_heatmaps), key=lambda size: size[0])
    total = resize_reference(stage_heatmaps[0], finest)
    for stage in stage_heatmaps[1:]:
        total = total + resize_reference(stage, finest)
    middle = total * np.float32(1 / len(stage_heatmaps))
    heatmap = resize_reference(middle, size_hw)
    channels = [resize_reference(resize_reference(channel, finest), size_hw) for channel in tags]
    return parse_heatmaps_reference(heatmap, np.stack(channels, axis=-1), params, adjust, refine, middle)


def _require_sums(heatmaps: FloatArray) -> None:
    if not (np.abs(heatmaps) < TOO_LARGE).all():
        raise SwahrError("heatmaps hold NaN or infinity, or numbers too large to be added up")


def resize_reference(maps: FloatArray, size_hw: Sequence[int]) -> FloatArray:
    """Resample [K, h, w] to [K, *size_hw], bilinear with half-pixel centres, in float32 step by step."""
    if tuple(maps.shape[1:]) == tuple(size_hw):
        return maps
    wide = _stretch(maps, size_hw[1])
    return np.ascontiguousarray(_stretch(wide.swapaxes(1, 2), size_hw[0]).swapaxes(1, 2))


def _stretch(maps: FloatArray, target: int) -> FloatArray:
    source = maps.shape[2]
    place = np.arange(target, dtype=np.float32)
    at = np.float32(source) / np.float32(target) * (place + np.float32(0.5)) - np.float32(0.5)
    at = np.maximum(at, np.float32(0))
    low = np.minimum(at.astype(np.int64), source - 1)
    weight = np.minimum(at - low.astype(np.float32), np.float32(1))
    high = np.minimum(low + 1, source - 1)
    with np.errstate(invalid="ignore"):  # infinity next to its opposite, or times 0
        stretched: FloatArray = (np.float32(1) - weight) * maps[:, :, low] + weight * maps[:, :, high]
    return stretched


def _peaks(heatmap: FloatArray, params: ParseParams) -> FloatArray:
    """Return the highest peaks [M, 3] x, y, value; equal values in row order."""
    reach = params.nms_window // 2
    padded = np.pad(heatmap, reach, constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (params.nms_window, params.nms_window))
    is_peak = (heatmap == windows.max(axis=(2, 3))) & (heatmap > params.detection_threshold)
    ys, xs = np.nonzero(is_peak)
    order = np.argsort(-heatmap[ys, xs], kind="stable")[: params.max_people]
    found: FloatArray = np.stack([xs, ys, heatmap[ys, xs]], axis=1)[order].astype(np.float32)
    return found


def _with_tags(peaks: FloatArray, tags: FloatArray) -> FloatArray:
    read = tags[peaks[:, 1].astype(int), peaks[:, 0].astype(int)]
    if not np.isfinite(read).all():
        raise SwahrError("tags hold NaN or infinity")
    return np.concatenate([peaks, read], axis=1)


def _match(candidates: list[FloatArray], params: ParseParams, channels: int) -> list[FloatArray]:
    """Give each candidate to the person with the nearest mean tag, or open a person with it."""
    num_joints = len(candidates)
    people: list[_Person] = []

    def open_person(joint: int, candidate: FloatArray) -> None:
        key = candidate[3]
        person = next((p for p in people if p.key == key), None)
        if person is None:
            person = _Person(key, np.zeros((num_joints, 3 + channels), np.float32))
            people.append(person)
        person.joints[joint] = candidate
        person.tags = [candidate[3:]]

    for joint in params.order_for(num_joints):
        found = candidates[joint]
        grouped = people[: params.max_people]
        if len(found) == 0:
            continue
        if not grouped:
            for candidate in found:
                open_person(joint, candidate)
            continue
        if params.ignore_too_much and len(grouped) == params.max_people:
            continue
        means = np.stack([np.mean(p.tags, axis=0) for p in grouped])  # [P, T] float32
        difference = found[:, None, 3:].astype(np.float64) - means[None]
        distance = np.fmin(np.sqrt((difference**2).sum(axis=-1)), FARTHEST_MEAN)  # [M, P]
        cost = np.round(distance) * 100 - found[:, 2:3] if params.use_detection_value else distance.copy()
        if params.break_ties:
            cost = cost + 1e-3 * distance**2
        surplus = max(0, len(found) - len(grouped))
        cost = np.pad(cost, ((0, 0), (0, surplus)), constant_values=NO_PERSON)
        for row, column in solve_assignment_reference(cost):
            if column < len(grouped) and distance[row, column] < params.tag_threshold:
                grouped[column].joints[joint] = found[row]
                grouped[column].tags.append(found[row, 3:])
            else:
                open_person(joint, found[row])
    return [person.joints for person in people]


def solve_assignment_reference(cost: npt.NDArray[np.float64]) -> list[tuple[int, int]]:
    """Return (row, column) pairs of least cost, rows <= columns; see csrc/assignment/op.h for the ties.

    Raises:
        SwahrError: A cost is not a number within MAX_COST.
    """
    if not (np.abs(cost) <= MAX_COST).all():
        raise SwahrError(f"cost holds NaN or infinity, or a number beyond {MAX_COST:.0e}".replace("+", ""))
    rows, columns = cost.shape
    column_of, row_of = np.full(rows, -1), np.full(columns, -1)
    u, v = cost.min(axis=1), np.zeros(columns)
    for i in range(rows):
        free = np.flatnonzero((cost[i] == u[i]) & (row_of < 0))
        if len(free):
            column_of[i], row_of[free[0]] = free[0], i
    for i in map(int, np.flatnonzero(column_of < 0)):
        unvisited = list(range(columns))[::-1]
        shortest, came_from = np.full(columns, np.inf), np.full(columns, -1)
        visited, reached, row = [], 0.0, i
        while True:
            nearest, least = -1, np.inf
            for place, j in enumerate(unvisited):
                distance = reached + cost[row, j] - u[row] - v[j]
                if distance < shortest[j]:
                    shortest[j], came_from[j] = distance, row
                if shortest[j] < least or (shortest[j] == least and row_of[j] < 0):
                    nearest, least = place, shortest[j]
            column, reached = unvisited[nearest], least
            if row_of[column] < 0:
                break
            row = row_of[column]
            visited.append(column)
            last = unvisited.pop()
            if nearest < len(unvisited):
                unvisited[nearest] = last
        u[i] += reached
        for j in visited:
            u[row_of[j]] += reached - shortest[j]
            v[j] -= reached - shortest[j]
        while True:  # flip the matches along the path
            row = came_from[column]
            row_of[column] = row
            column_of[row], column = column, column_of[row]
            if row == i:
                break
    return [(int(i), int(j)) for i, j in enumerate(column_of)]


def _quarter(heatmap: FloatArray, x: int, y: int) -> tuple[float, float]:
    """Return the pixel's centre, a quarter pixel towards the larger neighbour; ties to the negative side."""
    height, width = heatmap.shape
    right = heatmap[y, min(x + 1, width - 1)] > heatmap[y, max(x - 1, 0)]
    down = heatmap[min(y + 1, height - 1), x] > heatmap[max(y - 1, 0), x]
    return x + 0.5 + (0.25 if right else -0.25), y + 0.5 + (0.25 if down else -0.25)


def _fill_in(person: FloatArray, heatmap: FloatArray, tags: FloatArray, params: ParseParams) -> None:
    """Put each joint that a person lacks where heatmap - round(tag distance) is largest."""
    height, width = heatmap.shape[1:]
    found = np.flatnonzero(person[:, 2] > 0)
    x = np.clip(person[found, 0].astype(int), 0, width - 1)
    y = np.clip(person[found, 1].astype(int), 0, height - 1)
    mean = np.mean(tags[found, y, x], axis=0)
    for k in np.flatnonzero(person[:, 2] == 0):
        distance = np.sqrt(((tags[k] - mean) ** 2).sum(axis=-1))
        value = heatmap[k] - np.round(np.fmin(distance, FARTHEST))
        row, column = np.unravel_index(value.argmax(), value.shape)
        if heatmap[k, row, column] > params.refine_min_confidence and (
            distance[row, column] <= params.refine_max_tag_distance
        ):
            person[k, :3] = column, row, heatmap[k, row, column]
