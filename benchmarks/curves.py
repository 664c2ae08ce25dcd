"""Curves of training runs: AP over steps, as used and of the network alone, as a picture and as a table.

python -m benchmarks.curves NAME=RUN ... [--out docs/training.svg]

RUN is the folder of a run; its log.jsonl has what was measured.
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

from swahr.report.svg import Axis, nice_ticks, svg, text

WIDTH, HEIGHT = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 48, 16, 34, 40
COLOURS = ("#1f5c99", "#b3541e", "#2f7d4f", "#7a4a99")
STYLE = (
    "<style>text{font:12px system-ui,sans-serif;fill:#1d2126}path{fill:none;stroke-width:2}"
    ".alone{stroke-dasharray:5 4}</style>"
)
PAPER, GRID = "#ffffff", "#dfe3e6"


@dataclass(frozen=True)
class Curve:
    """A run: what people call it, and (step, AP as used, AP of the network alone) of each measurement."""

    name: str
    points: list[tuple[int, float, float]]

    @classmethod
    def read(cls, name: str, run: Path) -> "Curve":
        """Read what a run has measured."""
        entries = [json.loads(line) for line in (run / "log.jsonl").read_text(encoding="utf-8").splitlines()]
        measured = {
            entry["step"]: (entry["step"], entry["AP"], entry.get("AP_alone", entry["AP"]))
            for entry in entries
            if "AP" in entry
        }
        return cls(name, [measured[step] for step in sorted(measured)])


def picture(curves: list[Curve]) -> str:
    """Return the curves as SVG: whole lines as used, broken ones of the network alone."""
    everything = [ap for curve in curves for point in curve.points for ap in point[1:]]
    low, high = min(everything) - 0.01, max(everything) + 0.01
    x = Axis(0, max(point[0] for curve in curves for point in curve.points), LEFT, WIDTH - RIGHT)
    y = Axis(low, high, HEIGHT - BOTTOM, TOP)
    parts = [STYLE, f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>']
    for tick in nice_ticks(low, high, 8):
        parts.append(f'<path stroke="{GRID}" d="M{LEFT} {y(tick):.1f}H{WIDTH - RIGHT}"/>')
        parts.append(text(LEFT - 6, y(tick) + 4, f"{tick:.2f}", anchor="end"))
    parts += [text(x(tick), HEIGHT - BOTTOM + 18, f"{tick:g}") for tick in nice_ticks(0, x.high, 8)]
    parts.append(text(WIDTH - RIGHT, HEIGHT - 6, "steps", anchor="end"))
    for number, curve in enumerate(curves):
        colour = COLOURS[number % len(COLOURS)]
        for which, kind in ((1, "used"), (2, "alone")):
            line = " ".join(f"{x(point[0]):.1f},{y(point[which]):.1f}" for point in curve.points)
            parts.append(f'<path class="{kind}" stroke="{colour}" d="M{line}"/>')
        place = LEFT + number * (WIDTH - LEFT) / len(curves)
        parts.append(
            f'<path stroke="{colour}" d="M{place:.0f} 16h18"/>'
            + text(place + 24, 20, curve.name, anchor="start")
        )
    return svg(HEIGHT, *parts, title="AP over the steps of training runs", width=WIDTH)


def table(curves: list[Curve]) -> str:
    """Return the curves as rows of Markdown."""
    rows = [
        f"| {curve.name} | {step} | {used:.3f} | {alone:.3f} |"
        for curve in curves
        for step, used, alone in curve.points
    ]
    return "\n".join(["| run | step | AP as used | alone |", "| --- | ---: | ---: | ---: |", *rows])


def main() -> None:
    """Draw what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("runs", nargs="+", metavar="NAME=RUN")
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args()
    curves = [Curve.read(name, Path(run)) for name, _, run in (each.partition("=") for each in chosen.runs)]
    if chosen.out is not None:
        chosen.out.write_text(picture(curves) + "\n", encoding="utf-8")
    print(table(curves))


if __name__ == "__main__":
    main()
