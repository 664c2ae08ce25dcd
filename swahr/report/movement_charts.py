"""Small charts of movement, left and right in colours of their own, side by side or one below the other on a phone."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from swahr.movement.stretches import Floats
from swahr.movement.tracks import Bools
from swahr.report.svg import (
    BOTTOM,
    LEFT,
    RIGHT,
    Axis,
    curve,
    frame,
    levels,
    nice_ticks,
    svg,
    text,
    time_axis,
    time_ticks,
)

WIDTH, HEIGHT, TOP = 360.0, 170.0, 14.0
POINTS = 600
MAX_TIME_TICKS, MAX_LEVELS = 5, 4
EXTREMES = (0.005, 0.995)  # quantiles that are shown whole: a few wild values would flatten all others
LEAST_SPAN = 1e-6
MAX_JUMP = 180.0  # of a curve: an angle that goes on beyond half a turn has the other sign


@dataclass(frozen=True)
class Line:
    """A curve of a chart. side: "left", "right" or "" for the middle. values: [n], NaN where nothing is known."""

    side: str
    values: Floats


@dataclass(frozen=True)
class Mark:
    """A moment of a chart, or a span of them. kind: "strike", "off", "repetition" or "swap". side: as of a line."""

    kind: str
    side: str
    start: float
    end: float | None = None


def over_time(
    title: str, times: Floats, breaks: Bools, lines: Sequence[Line], limits: tuple[float, float],
    marks: Sequence[Mark] = (), floor: float | None = None,
) -> str:  # fmt: skip
    """Draw values over time; curves break off where frames are missing.

    Args:
        title: What is drawn.
        times: [n] seconds.
        breaks: [n], whether frames are missing before.
        lines: One for each side.
        limits: First and last moment of all charts of a page, seconds.
        marks: Of events and swaps.
        floor: The least value of the axis; None goes by the values.
    """
    bottom = HEIGHT - BOTTOM
    x = time_axis(np.asarray(limits), WIDTH)
    y = _axis([line.values for line in lines], bottom, floor)
    parts = [_mark(mark, x, bottom) for mark in marks]
    parts += [
        levels(y, nice_ticks(y.low, y.high, MAX_LEVELS), width=WIDTH),
        frame(x, time_ticks(x.low, x.high, True, MAX_TIME_TICKS), TOP, bottom),
    ]
    parts += [_curve(times, breaks, line, x, y) for line in lines]
    return svg(HEIGHT, *parts, title=title, width=WIDTH)


def path(title: str, lines: Sequence[tuple[str, Floats]], breaks: Bools, y_up: bool) -> str:
    """Draw where joints went, both axes in the same scale.

    Args:
        title: What is drawn.
        lines: Of each joint its side and its places [n, 2].
        breaks: [n], whether frames are missing before.
        y_up: Whether y grows upwards in the places.
    """
    known = np.concatenate([places[np.isfinite(places[:, 0])] for _, places in lines])
    if not len(known):
        return ""
    low, high = known.min(axis=0), known.max(axis=0)
    span = np.maximum(high - low, LEAST_SPAN)
    wide = WIDTH - LEFT - RIGHT
    tall = float(np.clip(wide * span[1] / span[0], 80, 420))
    scale = min(wide / span[0], tall / span[1])
    bottom = TOP + scale * span[1]
    x = Axis(low[0], high[0], LEFT, LEFT + scale * span[0])
    y = Axis(low[1], high[1], bottom, TOP) if y_up else Axis(low[1], high[1], TOP, bottom)
    parts = [levels(y, nice_ticks(low[1], high[1], MAX_LEVELS), width=WIDTH)]
    parts.append(frame(x, [(v, f"{v:g}") for v in nice_ticks(low[0], high[0], MAX_LEVELS)], TOP, bottom))
    for side, places in lines:
        points = list(zip(map(x, places[:, 0].tolist()), map(y, places[:, 1].tolist()), strict=True))
        parts.append(curve(_broken(points, breaks), kind=f"curve {side or 'middle'}"))
    return svg(bottom + BOTTOM, *parts, title=title, width=WIDTH)


def _axis(values: Sequence[Floats], bottom: float, floor: float | None) -> Axis:
    known = np.concatenate([each[np.isfinite(each)] for each in values]) if values else np.zeros(0)
    low, high = np.quantile(known, EXTREMES).tolist() if len(known) else (0.0, 1.0)
    low = low if floor is None else floor
    margin = 0.06 * max(high - low, LEAST_SPAN)
    return Axis(low - (margin if floor is None else 0), high + margin, bottom, TOP)


def _curve(times: Floats, breaks: Bools, line: Line, x: Axis, y: Axis) -> str:
    keep = np.arange(0, len(times), max(1, len(times) // POINTS))
    clipped = np.clip(line.values[keep], y.low, y.high)
    points = [
        (x(t), y(v) if np.isfinite(v) else float("nan")) for t, v in zip(times[keep], clipped, strict=True)
    ]
    # A break between kept frames is one before the later of them.
    broken = np.asarray([breaks[a + 1 : b + 1].any() for a, b in pairwise([-1, *keep.tolist()])])
    broken |= np.abs(np.diff(line.values[keep], prepend=np.nan)) > MAX_JUMP
    return curve(_broken(points, broken), kind=f"curve {line.side or 'middle'}")


def _broken(points: list[tuple[float, float]], breaks: Bools) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for point, cut in zip(points, breaks.tolist(), strict=True):
        if cut:
            found.append((point[0], float("nan")))
        found.append(point)
    return found


def _mark(mark: Mark, x: Axis, bottom: float) -> str:
    start = x(mark.start)
    if mark.end is not None:
        width = max(x(mark.end) - start, 1.5)
        return f'<rect class="mark {mark.kind}" x="{start:.1f}" y="{TOP}" width="{width:.1f}" height="{bottom - TOP}"/>'
    side = mark.side or "middle"
    line = (
        f'<line class="mark {mark.kind} {side}" x1="{start:.1f}" y1="{TOP}" x2="{start:.1f}" y2="{bottom}"/>'
    )
    return line + (text(start, TOP - 3, mark.side[:1].upper()) if mark.kind == "strike" else "")
