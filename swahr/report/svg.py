"""Charts as inline SVG, coloured by the page's style sheet."""

import math
from collections.abc import Sequence
from html import escape
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

WIDTH = 960
LEFT, RIGHT, BOTTOM = 44, 12, 24
STEPS = (1, 2, 5)
SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)


class Axis:
    """Places values between `low` and `high` along `start` to `end`, pixels."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self.low, self.high = low, high if high > low else low + 1
        self.start, self.end = start, end

    def __call__(self, value: float) -> float:
        """Return the place of a value."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def time_axis(times: Floats, width: float = WIDTH) -> Axis:
    """Return the horizontal axis of charts over time, of some width."""
    low, high = (float(times[0]), float(times[-1])) if len(times) else (0.0, 1.0)
    return Axis(low, high, LEFT, width - RIGHT)


def clock(seconds: float) -> str:
    """Write seconds as people read them: 4.2 s, 1:05, 1:00:05."""
    if abs(seconds) < 60:
        return f"{seconds:.1f} s".replace(".0 s", " s")
    hours, rest = divmod(round(seconds), 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{left:02d}" if hours else f"{minutes}:{left:02d}"


def nice_ticks(low: float, high: float, max_count: int) -> list[float]:
    """Return at most `max_count` round values between two."""
    if high <= low:
        return [low]
    step = 10 ** math.floor(math.log10((high - low) / max_count))
    for factor in (*STEPS, 10):
        if (high - low) / (step * factor) <= max_count:
            step *= factor
            break
    return [k * step for k in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


def time_ticks(low: float, high: float, timed: bool, max_count: int = 10) -> list[tuple[float, str]]:
    """Return moments and how they are written; frames where times are not known."""
    if not timed:
        return [(tick, f"{tick:g}") for tick in nice_ticks(low, high, max_count)]
    step = next((step for step in SECONDS if (high - low) / step <= max_count), None)
    if step is None or high - low < max_count / 2:
        return [(tick, clock(tick)) for tick in nice_ticks(low, high, max_count)]
    return [(k * step, clock(k * step)) for k in range(math.ceil(low / step), math.floor(high / step) + 1)]


def svg(height: float, *parts: str, title: str, width: float = WIDTH) -> str:
    """Return a chart, of the page's width where nothing else is said."""
    body = "".join(parts)
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{escape(title)}" '
        f'xmlns="http://www.w3.org/2000/svg">{body}</svg>'
    )


def text(x: float, y: float, words: str, kind: str = "tick", anchor: str = "middle") -> str:
    """Return words at a place."""
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def frame(x: Axis, ticks: Sequence[tuple[float, str]], top: float, bottom: float) -> str:
    """Return the lines and words of a time axis."""
    parts = []
    for value, words in ticks:
        at = x(value)
        parts.append(f'<line class="grid" x1="{at:.1f}" y1="{top}" x2="{at:.1f}" y2="{bottom}"/>')
        parts.append(text(min(at, x.end + RIGHT - 20), bottom + 16, words))
    return "".join(parts)


def levels(y: Axis, values: Sequence[float], unit: str = "", width: float = WIDTH) -> str:
    """Return the lines and words of a vertical axis."""
    parts = []
    for value in values:
        at = y(value)
        parts.append(f'<line class="grid" x1="{LEFT}" y1="{at:.1f}" x2="{width - RIGHT:g}" y2="{at:.1f}"/>')
        parts.append(text(LEFT - 8, at + 4, f"{value:g}{unit}", anchor="end"))
    return "".join(parts)


def area(points: Sequence[tuple[float, float]], base: float, kind: str) -> str:
    """Return a filled area under points."""
    if not points:
        return ""
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polygon class="{kind}" points="{points[0][0]:.1f},{base} {line} {points[-1][0]:.1f},{base}"/>'


def curve(points: Sequence[tuple[float, float]], colour: str = "", kind: str = "curve") -> str:
    """Return a line through points, broken where one is not finite; its colour, or a kind of the style sheet."""
    path, pen_down = [], False
    for x, y in points:
        if not (math.isfinite(x) and math.isfinite(y)):
            pen_down = False
            continue
        path.append(f"{'L' if pen_down else 'M'}{x:.1f} {y:.1f}")
        pen_down = True
    style = f' style="stroke:{colour}"' if colour else ""
    return f'<path class="{kind}"{style} d="{"".join(path)}"/>' if path else ""


def bar(
    x: float, y: float, width: float, height: float, kind: str = "", colour: str = "", hint: str = ""
) -> str:
    """Return a filled rectangle. hint: shown under the pointer."""
    style = f' style="fill:{colour}"' if colour else ""
    name = f' class="{kind}"' if kind else ""
    title = f"<title>{escape(hint)}</title>" if hint else ""
    return (
        f'<rect{name}{style} x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{height:.1f}" '
        f'rx="{min(2.0, width / 2):.1f}">{title}</rect>'
    )


def binned(times: Floats, values: Floats, max_count: int) -> list[tuple[float, float, float]]:
    """Return time, mean and greatest of values in at most `max_count` bins of equal numbers."""
    if not len(values):
        return []
    edges = np.linspace(0, len(values), min(max_count, len(values)) + 1).astype(int)
    return [
        (float(times[a:b].mean()), float(values[a:b].mean()), float(values[a:b].max()))
        for a, b in pairwise(edges.tolist())
    ]
