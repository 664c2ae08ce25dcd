"""The charts of a report."""

import numpy as np

from swahr.overlay.colours import id_colour
from swahr.report.figures import Figures, Person
from swahr.report.svg import (
    BOTTOM,
    LEFT,
    RIGHT,
    WIDTH,
    Axis,
    area,
    bar,
    binned,
    clock,
    curve,
    frame,
    levels,
    nice_ticks,
    svg,
    text,
    time_axis,
    time_ticks,
)

MAX_ROWS = 24
MAX_CURVES = 6
POINTS = 470
KINDS = ("sure", "fair", "guess", "missing")


def hex_colour(person_id: int) -> str:
    """Return the colour that an id has in overlays, as the web writes it."""
    blue, green, red = id_colour(person_id)
    return f"#{red:02x}{green:02x}{blue:02x}"


def people_over_time(figures: Figures) -> str:
    """Draw how many people there are: the mean, and the most of each moment where frames are many."""
    height, top = 190.0, 10.0
    bottom = height - BOTTOM
    x = time_axis(figures.times)
    max_people = max(1, int(figures.counts.max(initial=0)))
    y = Axis(0, max_people, bottom, top)
    bins = binned(figures.times, figures.counts.astype(np.float64), POINTS)
    ticks = [tick for tick in nice_ticks(0, max_people, 5) if tick == round(tick)]
    return svg(
        height,
        levels(y, ticks),
        frame(x, time_ticks(x.low, x.high, figures.timed), top, bottom),
        area([(x(t), y(peak)) for t, _, peak in bins], bottom, "faint"),
        area([(x(t), y(mean)) for t, mean, _ in bins], bottom, "solid"),
        title="People over time",
    )


def presence(figures: Figures) -> str:
    """Draw when each person is there, a row each; the longest-seen first come, in the order of their first sight."""
    people = sorted(figures.people[:MAX_ROWS], key=lambda person: (person.frames[0], person.id))
    row, top = 20.0, 6.0
    bottom = top + row * len(people)
    x = time_axis(figures.times)
    step = float(np.median(np.diff(figures.times))) if len(figures.times) > 1 else 1.0
    parts = [frame(x, time_ticks(x.low, x.high, figures.timed), top, bottom)]
    for place, person in enumerate(people):
        y = top + row * place
        parts.append(text(LEFT - 8, y + 14, str(person.id), "label", "end"))
        first, last = figures.times[person.frames[0]], figures.times[person.frames[-1]]
        colour = hex_colour(person.id)
        parts.append(bar(x(first), y + 9, x(last) - x(first), 2, colour=colour))
        for start, end in _runs(person):
            a, b = float(figures.times[start]), float(figures.times[end])
            right = min(x(b + step), WIDTH - RIGHT)
            hint = f"person {person.id}: {_moment(a, figures)} to {_moment(b, figures)}"
            parts.append(bar(x(a), y + 3, max(1.5, right - x(a)), row - 6, colour=colour, hint=hint))
    return svg(bottom + BOTTOM, *parts, title="When each person is there")


def _runs(person: Person) -> list[tuple[int, int]]:
    starts = [int(person.frames[0]), *(end + 1 for _, end in person.gaps)]
    ends = [*(start - 1 for start, _ in person.gaps), int(person.frames[-1])]
    return list(zip(starts, ends, strict=True))


def _moment(value: float, figures: Figures) -> str:
    return clock(value) if figures.timed else f"frame {value:g}"


def joints(figures: Figures, names: tuple[str, ...]) -> str:
    """Draw how surely each joint is found: a bar of four parts, and the mean score of those found."""
    row, top, left = 21.0, 4.0, 124.0
    right = WIDTH - 64.0
    x = Axis(0, 1, left, right)
    parts = []
    for place, name in enumerate(names):
        y = top + row * place
        parts.append(text(left - 10, y + 14, name.replace("_", " "), "label", "end"))
        at = 0.0
        for kind, share in zip(KINDS, figures.joints[place].tolist(), strict=True):
            hint = f"{name.replace('_', ' ')}: {kind} in {share:.0%}"
            if share > 0:
                parts.append(bar(x(at), y + 3, x(at + share) - x(at), row - 7, kind, hint=hint))
            at += share
        parts.append(text(right + 10, y + 14, f"{figures.joint_scores[place]:.2f}", "value", "start"))
    bottom = top + row * len(names)
    parts += [text(x(part), bottom + 14, f"{part:.0%}") for part in (0, 0.25, 0.5, 0.75)]
    parts.append(text(right, bottom + 14, "100%", anchor="end"))
    parts.append(text(right + 10, bottom + 14, "mean", "tick", "start"))
    return svg(bottom + BOTTOM, *parts, title="Confidence by joint")


def speeds(figures: Figures) -> str:
    """Draw the speeds of those who are seen longest."""
    people = [person for person in figures.people[:MAX_CURVES] if np.isfinite(person.speeds).any()]
    height, top = 210.0, 10.0
    bottom = height - BOTTOM
    x = time_axis(figures.times)
    known = [person.speeds[np.isfinite(person.speeds)] for person in people]
    # A few wild values, where someone was mistaken, would flatten all others.
    highest = max((float(np.quantile(values, 0.99)) for values in known), default=1.0) * 1.1
    y = Axis(0, max(highest, 0.1), bottom, top)
    parts = [
        levels(y, nice_ticks(0, y.high, 5)),
        frame(x, time_ticks(x.low, x.high, figures.timed), top, bottom),
    ]
    for person in people:
        keep = slice(None, None, max(1, len(person.times) // POINTS))
        points = zip(person.times[keep].tolist(), person.speeds[keep].tolist(), strict=True)
        line = [(x(t), y(min(speed, y.high)) if np.isfinite(speed) else float("nan")) for t, speed in points]
        parts.append(curve(line, hex_colour(person.id)))
    return svg(height, *parts, title="Speeds")
