"""Draw docs/architecture.svg: the rooms of the three packages, as the import contracts in pyproject.toml list them.

python docs/draw_architecture.py            # writes the picture
python docs/draw_architecture.py --check    # exits with 1 where the picture is not what the contract says
"""

import ast
import sys
from html import escape
from pathlib import Path
from textwrap import wrap

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "architecture.svg"
BESIDE = (
    ("swahr_app", "app", ROOT / "app" / "swahr_app"),
    ("swahr_training", "training", ROOT / "training" / "swahr_training"),
)
# What rooms are for, apart; the names are those of the contract.
STORIES = {
    "front": ("commands", "demo", "report"),
    "runs": ("run",),
    "people": ("overlay", "movement", "tracking"),
    "network": ("inference", "decode", "models"),
    "data": ("formats", "document", "video", "pose"),
    "ground": ("config", "settings", "_util", "errors"),
}
WIDTH, ROW, GAP, MARGIN, LABEL = 920, 40, 6, 24, 132
LINE, LETTER = 18, 7.6  # height of a line, and width of a letter at most on average
COLOURS = ("#e3eef6", "#e6f2ea", "#f6efdd", "#f3e6e6", "#ece7f3", "#ebebe8")
STYLE = """text{font:13px system-ui,sans-serif;fill:#1d2126}text.name{font-weight:600}text.soft{fill:#5a626a}
rect{stroke:#9aa3ab;stroke-width:.6}path{stroke:#5a626a;fill:none;marker-end:url(#tip)}rect.paper{fill:#fff;stroke:none}"""


def rooms(where: str = "library") -> list[str]:
    """Return the rooms of a contract, the topmost first; those that stand side by side in one, with commas.

    Raises:
        StopIteration: There is no such contract.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["name"] == f"Rooms of the {where}")
    return [", ".join(room.split(".")[-1] for room in layer.split(" | ")) for layer in layers]


def purpose(package: Path) -> str:
    """Return the first sentence of a package's or module's docstring."""
    source = package / "__init__.py" if package.is_dir() else package.with_suffix(".py")
    text = ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or ""
    return " ".join(text.split("\n\n")[0].split()).rstrip(".")


def picture() -> str:
    """Return the drawing as SVG."""
    names = rooms()
    story_of = {room: story for story, members in STORIES.items() for room in members}
    missing = [name for name in names if name not in story_of]
    if missing:
        raise SystemExit(
            f"draw_architecture.py does not know the rooms {', '.join(missing)}: add them to STORIES"
        )
    half = (WIDTH - 2 * MARGIN - GAP) / 2
    fits = int((half - 24) / LETTER)
    beside = [
        [*wrap(purpose(folder), fits)[:2], *wrap(" > ".join(rooms(where)), fits)]
        for _, where, folder in BESIDE
    ]
    arrows = MARGIN + ROW + LINE * (max(map(len, beside)) + 1)  # below the longer of the two texts
    top = arrows + ROW
    height = top + len(names) * (ROW + GAP) + ROW + 3 * GAP + MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        'aria-label="Rooms of the library, each importing only those below it">',
        f"<style>{STYLE}</style>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0L8 4L0 8z" style="fill:#5a626a;stroke:none"/></marker></defs>',
        f'<rect class="paper" width="{WIDTH}" height="{height}"/>',
    ]
    for index, ((name, _, _), lines) in enumerate(zip(BESIDE, beside, strict=True)):
        left = MARGIN + index * (half + GAP)
        parts += _box(left, MARGIN, half, "#dfe7ee", name, "")
        parts += [
            f'<text class="soft" x="{left + 12:g}" y="{MARGIN + ROW + LINE * number}">{escape(text)}</text>'
            for number, text in enumerate(lines, start=1)
        ]
        middle = left + half / 2
        parts.append(f'<path d="M{middle:g} {arrows}V{top - 4}"/>')
    for index, name in enumerate(names):
        colour = COLOURS[list(STORIES).index(story_of[name]) % len(COLOURS)]
        parts += _box(
            MARGIN,
            top + index * (ROW + GAP),
            WIDTH - 2 * MARGIN,
            colour,
            name,
            purpose(ROOT / "swahr" / name),
        )
    ground = top + len(names) * (ROW + GAP) + 2 * GAP
    parts += _box(
        MARGIN, ground, WIDTH - 2 * MARGIN, "#d9dde0", "csrc", "The native operations: C++ and CUDA, no torch"
    )
    return "\n".join([*parts, "</svg>", ""])


def _box(left: float, top: float, width: float, colour: str, name: str, text: str) -> list[str]:
    middle = top + ROW / 2 + 4.5
    longest = int((width - LABEL - 20) / 6.4)
    shown = text if len(text) <= longest else text[: longest - 1].rsplit(" ", 1)[0] + " …"
    return [
        f'<rect x="{left:g}" y="{top:g}" width="{width:g}" height="{ROW}" rx="6" fill="{colour}"/>',
        f'<text class="name" x="{left + 12:g}" y="{middle:g}">{escape(name)}</text>',
        f'<text class="soft" x="{left + LABEL:g}" y="{middle:g}">{escape(shown)}</text>',
    ]


def main() -> None:
    """Write the picture, or check that it is up to date."""
    drawn = picture()
    if "--check" not in sys.argv[1:]:
        PICTURE.write_text(drawn, encoding="utf-8")
    elif PICTURE.read_text(encoding="utf-8") != drawn:
        sys.exit(
            "docs/architecture.svg is not what the import contract says: run python docs/draw_architecture.py"
        )


if __name__ == "__main__":
    main()
