"""What all pages share: one HTML file with everything in it, tiles, sections, pictures, notes."""

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from swahr import __version__
from swahr._util.files import write_text
from swahr.report.style import STYLE


def write_page(path: Path, title: str, heading: str, subtitle: str, sections: Iterable[str]) -> None:
    """Write a page.

    Args:
        path: Where to.
        title: Of the window.
        heading: The first line.
        subtitle: HTML of the line below.
        sections: HTML; empty ones are left out.

    Raises:
        OutputError: It cannot be written.
    """
    body = "".join(section for section in sections if section)
    page = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main>"
        f"<header><h1>{escape(heading)}</h1><p>{subtitle}</p></header>{body}"
        f"<footer>swahr {__version__}</footer></main></body></html>\n"
    )
    write_text(path, page)


def section(title: str, chart: str, words: str) -> str:
    """Return a section: its title, a line of HTML that explains it, and what it shows."""
    return f"<section><h2>{title}</h2><p>{words}</p>{chart}</section>"


def tiles(values: Iterable[tuple[str, str]]) -> str:
    """Return labels with their values, large, side by side."""
    cells = "".join(
        f"<div><b>{escape(value)}</b><span>{escape(label)}</span></div>" for label, value in values
    )
    return f'<section class="tiles">{cells}</section>'


def pictures(strip: Sequence[tuple[str, str]]) -> str:
    """Return pictures, each with the HTML of its caption and its address; "" for none."""
    if not strip:
        return ""
    cells = "".join(
        f'<figure><img src="{url}" alt=""><figcaption>{caption}</figcaption></figure>'
        for caption, url in strip
    )
    return f'<section class="strip">{cells}</section>'


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of HTML cells, which scrolls where it is wider than the page."""
    names = "".join(f"<th>{name}</th>" for name in head)
    lines = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<div class='scroll'><table><thead><tr>{names}</tr></thead><tbody>{lines}</tbody></table></div>"


def notes_section(notes: Sequence[str]) -> str:
    """Return what a reader should know, one line each; "" for nothing."""
    if not notes:
        return ""
    items = "".join(f"<li>{escape(note)}</li>" for note in notes)
    return f"<section><h2>Notes</h2><ul>{items}</ul></section>"
