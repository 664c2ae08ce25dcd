"""The formats there are, as `swahr convert --formats` and docs/formats.md list them: both are made of the registry."""

import typer

BEGIN, END = "<!-- formats: made by `make reference` from swahr/formats -->\n", "<!-- /formats -->\n"


def list_formats(wanted: bool) -> None:
    """Print the formats, and end the command."""
    if wanted:
        from swahr.formats import FORMATS

        rows = [(f.name, f"x{f.suffix}", f.description, ", ".join(f.lacks)) for f in FORMATS]
        widths = [max(len(row[column]) for row in rows) for column in range(3)]
        for *cells, lacks in rows:
            line = "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
            print(f"{line}  {'without ' + lacks if lacks else ''}".rstrip())
        raise typer.Exit


def formats_table() -> str:
    """Return the marked section of docs/formats.md."""
    from swahr.formats import FORMATS

    lines = [
        "| name | endings | what it is | it has no place for | written |",
        "| --- | --- | --- | --- | --- |",
    ]
    for known in FORMATS:
        endings = ", ".join(f"`{ending}{'/' if known.folder else ''}`" for ending in known.endings)
        if known.single_ending is not None:
            endings += f", of one person `{known.single_ending}`"
        lacks = ", ".join(known.lacks) or "nothing is lost"
        written = "at the end" if known.two_pass else "as frames are done"
        lines.append(f"| `{known.name}` | {endings} | {known.description} | {lacks} | {written} |")
    return BEGIN + "\n".join(lines) + "\n" + END


def with_table(page: str) -> str:
    """Return docs/formats.md with its section made anew."""
    before, rest = page.split(BEGIN)
    return before + formats_table() + rest.split(END)[1]


def losses(name: str, lost: tuple[str, ...]) -> str:
    """Return a note about what a format has no place for.

    >>> losses("sleap", ("times", "empty frames"))
    'sleap has no place for times, empty frames: they are lost'
    """
    return f"{name} has no place for {', '.join(lost)}: they are lost"
