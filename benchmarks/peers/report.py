"""The comparison as a table and as a chart."""

import math
from collections.abc import Sequence
from html import escape
from pathlib import Path

from benchmarks.marked import put_between
from benchmarks.peers.comparison import Row

COLUMNS = (
    "model",
    "AP",
    "AP50",
    "AP, kept apart",
    "ms per photo",
    "of it decoding",
    "clip, frames per second",
    "memory, MB",
)
WIDTH, HEIGHT = 820, 420
LEFT, RIGHT, TOP, BOTTOM = 60, 230, 20, 50
LINE = 16  # from one label to the next
OURS, PEERS, INK = "#c2410c", "#475569", "#334155"


def markdown(rows: Sequence[Row]) -> str:
    """Return the table."""
    lines = [f"| {' | '.join(COLUMNS)} |", "| --- |" + " ---: |" * (len(COLUMNS) - 1)]
    for row in rows:
        cells = [
            row.label,
            _figure(row.ap),
            _figure(row.ap50),
            _figure(row.ap_apart),
            _ms(row.photo_ms),
            _ms(row.people_ms),
            f"{row.frames_a_second:.1f}",
            f"{row.memory_mb:.0f}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}".removeprefix("0")


def _ms(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def chart(rows: Sequence[Row]) -> str:
    """Return AP against milliseconds a photo as SVG: up and left is better."""
    points = [(row, row.photo_ms, row.ap) for row in rows if row.ap is not None and row.photo_ms is not None]
    most_ms = 1.08 * max(ms for _, ms, _ in points)
    low = math.floor(20 * min(ap for _, _, ap in points)) / 20
    high = math.ceil(20 * max(ap for _, _, ap in points) + 0.2) / 20

    def place(ms: float, ap: float) -> tuple[float, float]:
        x = LEFT + ms / most_ms * (WIDTH - LEFT - RIGHT)
        return x, HEIGHT - BOTTOM - (ap - low) / (high - low) * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        *_axes(most_ms, low, high),
    ]
    placed = sorted((*place(ms, ap)[::-1], row) for row, ms, ap in points)
    for (y, x, row), label_y in zip(placed, _apart([y for y, _, _ in placed]), strict=True):
        colour = OURS if row.ours else PEERS
        label_x = WIDTH - RIGHT + 10
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{colour}"/>')
        parts.append(
            f'<path d="M{x + 6:.1f} {y:.1f} L{label_x - 4} {label_y:.1f}" stroke="{colour}" '
            'stroke-opacity="0.35" fill="none"/>'
        )
        parts.append(f'<text x="{label_x}" y="{label_y + 4:.1f}" fill="{colour}">{escape(row.label)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _apart(heights: Sequence[float]) -> list[float]:
    """Move labels, sorted from the top, so that none covers another and the last stays above the axis."""
    moved: list[float] = []
    for i, y in enumerate(heights):
        room_below = HEIGHT - BOTTOM - LINE * (len(heights) - 1 - i)
        y = min(y, room_below)
        moved.append(max(y, moved[-1] + LINE) if moved else y)
    return moved


def _axes(most_ms: float, low: float, high: float) -> list[str]:
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    parts = [f'<path d="M{LEFT} {TOP} V{bottom} H{right}" stroke="{INK}" fill="none"/>']
    step_ms = next(step for step in (5, 10, 20, 50, 100, 200, 500, 1000, 5000) if most_ms / step <= 8)
    for ms in range(0, int(most_ms) + 1, step_ms):
        x = LEFT + ms / most_ms * (right - LEFT)
        parts.append(f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle" fill="{INK}">{ms}</text>')
    for twentieth in range(round(20 * low), round(20 * high) + 1):
        ap = twentieth / 20
        y = bottom - (ap - low) / (high - low) * (bottom - TOP)
        label = f"{ap:.2f}".removeprefix("0")
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end" fill="{INK}">{label}</text>')
        parts.append(f'<path d="M{LEFT} {y:.1f} H{right}" stroke="#e2e8f0"/>')
    parts.append(
        f'<text x="{(LEFT + right) / 2}" y="{HEIGHT - 12}" text-anchor="middle" fill="{INK}">'
        "milliseconds a photo, of reading, network and decoding</text>"
    )
    parts.append(
        f'<text transform="translate(16 {(TOP + bottom) / 2}) rotate(-90)" text-anchor="middle" '
        f'fill="{INK}">AP on the validation photos</text>'
    )
    return parts


def write_page(path: Path, rows: Sequence[Row], machine: str) -> None:
    """Put the table into a page; see `put_between`."""
    put_between(path, "table", f"{machine}\n\n{markdown(rows)}")
