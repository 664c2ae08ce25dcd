"""Cells and rows that several formats of tables share."""

import csv
import io
import re
from collections.abc import Sequence

from swahr.formats.numbers import DIGITS, Digits

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a cell begins with that a spreadsheet runs


def csv_text(rows: Sequence[Sequence[object]], spreadsheet: bool = False) -> str:
    """Return rows as the lines of a CSV. spreadsheet: no cell is run as a formula, see `shown`."""
    text = io.StringIO()
    given = ([shown(cell) for cell in row] for row in rows) if spreadsheet else rows
    csv.writer(text, lineterminator="\n").writerows(given)
    return text.getvalue()


def shown(cell: object) -> object:
    """Return a cell that a spreadsheet shows and does not run: text that begins as a formula gets an apostrophe.

    >>> shown("=1+1"), shown("-3.5"), shown("nose_x")
    ("'=1+1", '-3.5', 'nose_x')
    """
    if not (isinstance(cell, str) and cell.startswith(FORMULA)):
        return cell
    try:
        float(cell)
    except ValueError:
        return f"'{cell}"
    return cell


def as_named(cell: str) -> str:
    """Return what `shown` was given."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def joint_cells(joint: list[float] | None, digits: Digits = DIGITS) -> list[str]:
    """Return x, y and score as cells; empty ones for a missing joint."""
    if joint is None:
        return ["", "", ""]
    x, y, score = joint
    return [f"{x:.{digits.places}f}", f"{y:.{digits.places}f}", f"{score:.{digits.scores}f}"]


def track_name(person_id: int) -> str:
    """Return what a person is called in formats that name tracks."""
    return f"person{person_id}"


def track_ids(names: list[str]) -> dict[str, int]:
    """Give tracks ids: the numbers at the ends of their names where these differ, else their order.

    >>> track_ids(["person3", "person5"]), track_ids(["left mouse", "right mouse"])
    ({'person3': 3, 'person5': 5}, {'left mouse': 0, 'right mouse': 1})
    """
    ends = [re.search(r"(\d+)$", name) for name in names]
    numbers = [int(end.group(1)) for end in ends if end]
    if len(numbers) == len(names) == len(set(numbers)):
        return dict(zip(names, numbers, strict=True))
    return {name: place for place, name in enumerate(names)}
