"""Parts of a page that code writes, between two marks that stay."""

from pathlib import Path

from swahr.errors import SwahrError


def put_between(path: Path, name: str, text: str) -> None:
    """Put a text between `<!-- NAME: begin -->` and `<!-- NAME: end -->` of a Markdown page; the rest stays.

    Raises:
        SwahrError: The page has no such place.
    """
    start, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    page = path.read_text(encoding="utf-8")
    if start not in page or end not in page:
        raise SwahrError(f"{path} has no place for {name}; expected the lines {start} and {end}")
    before, _, rest = page.partition(start)
    _, _, after = rest.partition(end)
    path.write_text(f"{before}{start}\n{text}\n{end}{after}", encoding="utf-8")
