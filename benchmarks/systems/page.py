"""The comparisons as tables and as charts, put into docs/systems.md."""

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from benchmarks.marked import put_between
from benchmarks.systems.setups import BOXES_BY, CROP_WH, FRAME

DOCS = Path(__file__).parents[2] / "docs"
PAGE, FOLDER = DOCS / "systems.md", DOCS / "systems"
# By the kind of data: its results, its chart, and its place on the page.
FILES = {
    "drawn": ("results.json", "comparison.svg", "comparison"),
    "photos": ("photos.json", "photos.svg", "photos"),
}
COLUMNS = (
    "system",
    "AP, labelled boxes",
    "AP, found boxes",
    "AP50, found boxes",
    "parameters, M",
    "multiply-adds, M",
    "ms",
)
WIDTH, ROW, LEFT, RIGHT, TOP, BOTTOM = 760, 30, 170, 60, 40, 40
ENDS = (0.1, 0.2, 0.5, 1.0)  # of the axis of AP: the first that holds all
LABELLED, FOUND, WHOLE, INK = "#cbd5e1", "#475569", "#c2410c", "#334155"

Systems = Mapping[str, Mapping[str, Any]]


def table(systems: Systems) -> str:
    """Return what each system finds and costs."""
    lines = [f"| {' | '.join(COLUMNS)} |", "| --- |" + " ---: |" * (len(COLUMNS) - 1)]
    for name, result in systems.items():
        cells = [
            name,
            _ap(result["labelled"]["AP"]) if "labelled" in result else "",
            _ap(result["found"]["AP"]),
            _ap(result["found"]["AP50"]),
            f"{result['parameters'] / 1e6:.2f}",
            f"{result['multiply_adds'] / 1e6:.0f}",
            f"{result['ms']:.1f}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def people_table(systems: Systems) -> str:
    """Return AP by the number of people in a photo."""
    counts = sorted({count for result in systems.values() for count in result["by_people"]})
    lines = [f"| system, people | {' | '.join(counts)} |", "| --- |" + " ---: |" * len(counts)]
    for name, result in systems.items():
        cells = [_ap(result["by_people"][count]) if count in result["by_people"] else "" for count in counts]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def results_file(kind: str) -> Path:
    """Return where the results on data of a kind are kept."""
    return FOLDER / FILES[kind][0]


def chart_file(kind: str) -> Path:
    """Return where their chart is."""
    return FOLDER / FILES[kind][1]


def text(results: Mapping[str, Any]) -> str:
    """Return the section of the page."""
    run, data = results["run"], results["data"]
    drawn = data["kind"] == "drawn"
    photos = (
        f"{data['train']} drawn photos to train on and {data['test']} others to measure on, 1 to 4 figures of 5 joints "
        "in each"
        if drawn
        else f"{data['train']} photos with {data['train_people']} people to train on, and {data['test']} others with "
        f"{data['test_people']} to measure on, COCO's 17 joints; all networks from scratch"
    )
    finder = BOXES_BY if drawn else "the bundled model"
    said = (
        f"{photos}; {run['steps']} steps of {run['batch']} samples, seed {run['seed']}, "
        f"{precisions(results['systems'])}; crops of {CROP_WH[0]} x {CROP_WH[1]} pixels, frames of {FRAME} on the "
        f"short side. Multiply-adds and milliseconds are of one crop or one frame of {FRAME} x {FRAME}, by torch. "
        f"Found boxes are those of the people of {finder}; networks of whole frames need none, and theirs is the AP in "
        f"that column. Times are of {results['machine']}"
    )
    return "\n\n".join(
        [
            said,
            table(results["systems"]),
            f"![AP of each system]({FOLDER.name}/{chart_file(data['kind']).name})",
            "AP by the number of people in a photo, on found boxes:",
            people_table(results["systems"]),
        ]
    )


def precisions(systems: Systems) -> str:
    """Return what the systems were trained in; those of whom nothing is kept, in bfloat16."""
    used = {name: result.get("precision", "bfloat16") for name, result in systems.items()}
    usual, *others = sorted(set(used.values()))
    exact = [name for name, precision in used.items() if precision != usual]
    return f"trained in {usual}" + (f", in {others[0]}: {'; '.join(exact)}" if others else "")


def _ap(value: float) -> str:
    return f"{value:.3f}".removeprefix("0")


def chart(systems: Systems) -> str:
    """Return AP as bars, SVG: broad and pale on labelled boxes, narrow on found ones, red of whole frames."""
    height = TOP + ROW * len(systems) + BOTTOM
    most = max(_highest(result) for result in systems.values())
    whole = next(end for end in ENDS if end >= most)
    bottom, across = height - BOTTOM, (WIDTH - LEFT - RIGHT) / whole  # of an AP of 1
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        'font-family="sans-serif" font-size="12" role="img" aria-label="AP of each system">',
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
        *_key(),
    ]
    for fifth in range(6):
        x = LEFT + across * whole * fifth / 5
        parts.append(f'<path d="M{x:.1f} {TOP} V{bottom}" stroke="#e2e8f0"/>')
        parts.append(
            f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle" fill="{INK}">{whole * fifth / 5:g}</text>'
        )
    for number, (name, result) in enumerate(systems.items()):
        y = TOP + ROW * number
        found = result["found"]["AP"]
        if "labelled" in result:
            parts.append(_bar(y + 4, ROW - 8, across * result["labelled"]["AP"], LABELLED))
        parts.append(_bar(y + 9, ROW - 18, across * found, FOUND if "labelled" in result else WHOLE))
        parts.append(
            f'<text x="{LEFT - 8}" y="{y + 19}" text-anchor="end" fill="{INK}">{escape(name)}</text>'
        )
        end = LEFT + across * _highest(result)
        parts.append(f'<text x="{end + 6:.1f}" y="{y + 19}" fill="{INK}">{_ap(found)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _highest(result: Mapping[str, Any]) -> float:
    """Return the AP to which a system's bars reach."""
    return max(float(result[boxes]["AP"]) for boxes in ("labelled", "found") if boxes in result)


def _bar(y: float, height: float, width: float, colour: str) -> str:
    return f'<rect x="{LEFT}" y="{y}" width="{width:.1f}" height="{height}" fill="{colour}"/>'


def _key() -> list[str]:
    parts, x = [], LEFT
    for colour, label in ((LABELLED, "labelled boxes"), (FOUND, "found boxes"), (WHOLE, "whole frames")):
        parts.append(f'<rect x="{x}" y="14" width="12" height="12" fill="{colour}"/>')
        parts.append(f'<text x="{x + 18}" y="24" fill="{INK}">{label}, AP</text>')
        x += 150
    return parts


def write_page(results: Mapping[str, Any]) -> None:
    """Put text and tables into the page, and write the chart."""
    kind = results["data"]["kind"]
    chart_file(kind).write_text(chart(results["systems"]), encoding="utf-8")
    put_between(PAGE, FILES[kind][2], text(results))
