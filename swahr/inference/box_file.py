"""Files of person boxes: COCO's detections, a COCO data set, or a table with a row for each box."""

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from swahr._util.reading import open_text, read_json
from swahr.errors import MissingError, UnreadableError
from swahr.inference.boxes import PersonBoxes

PERSON = 1  # COCO's category
COLUMNS = ("x", "y", "w", "h")
PLACES = ("image", "file", "frame")  # columns, the first of which that is there says whose box it is


class BoxFile:
    """The boxes of a file, by frame.

    A box belongs to a photo by its file's name, or by the number that the name is, as COCO's are; to a frame of a video
    by its index.

    Args:
        by_place: left, top, width, height and score of each box, by the name or the number of its frame.
    """

    def __init__(self, by_place: Mapping[str, Sequence[Sequence[float]]]) -> None:
        self._boxes = {place: np.asarray(rows, np.float64) for place, rows in by_place.items()}

    def __len__(self) -> int:
        return sum(map(len, self._boxes.values()))

    def of(self, index: int, name: str = "") -> PersonBoxes:
        """Return the boxes of a frame, none where the file has none.

        Args:
            index: of the frame in its source, from 0.
            name: of a photo's file; "" where there is none.
        """
        places = _places_of(name) if name else [str(index)]
        rows = next((self._boxes[place] for place in places if place in self._boxes), np.empty((0, 5)))
        return PersonBoxes(rows[:, :4], rows[:, 4])


def _places_of(name: str) -> list[str]:
    """Return what a photo may be called: its file with and without the folder and the ending, and its number."""
    path = Path(name)
    number = [str(int(path.stem))] if path.stem.isdecimal() else []
    return [name, path.name, path.stem, *number]


def read_boxes(path: Path) -> BoxFile:
    """Read a file of boxes.

    Args:
        path: .json as COCO's detections are, a list of image_id, category_id, bbox and score, or a COCO data set; else
            a table whose first line names image or frame, x, y, w, h and, if there is one, score. Places are pixels.

    Raises:
        MissingError: There is no such file.
        UnreadableError: It is of another kind, or a value is no number.
    """
    if not path.is_file():
        raise MissingError(f"{path}: there is no such file of boxes")
    read = _of_json if path.suffix.lower() == ".json" else _of_table
    by_place: dict[str, list[list[float]]] = {}
    try:
        for place, row in read(path):
            by_place.setdefault(place, []).append(row)
    except (OSError, ValueError, TypeError, csv.Error) as error:
        raise UnreadableError(f"{path} cannot be read as boxes ({error})") from error
    return BoxFile(by_place)


def _of_json(path: Path) -> Iterator[tuple[str, list[float]]]:
    content = read_json(path)
    names: dict[Any, str] = {}
    if isinstance(content, dict):
        names = {
            image["id"]: str(image["file_name"])
            for image in _entries(path, content, "images", ("id", "file_name"))
        }
        content = content.get("annotations")
    if not isinstance(content, list):
        raise UnreadableError(
            f"{path} holds no list of boxes; expected COCO's detections, or a COCO data set"
        )
    for number, entry in enumerate(content):
        if not isinstance(entry, dict) or "image_id" not in entry or "bbox" not in entry:
            raise UnreadableError(f"{path}: box {number} lacks image_id or bbox")
        if entry.get("category_id", PERSON) == PERSON:
            bbox = entry["bbox"] if isinstance(entry["bbox"], list) else []
            row = [_number(value) for value in (*bbox, entry.get("score", 1.0))]
            yield names.get(entry["image_id"], str(entry["image_id"])), _checked(path, f"box {number}", row)


def _entries(path: Path, content: dict[str, Any], name: str, having: Sequence[str]) -> list[dict[str, Any]]:
    entries = content.get(name)
    whole = isinstance(entries, list) and all(
        isinstance(entry, dict) and all(key in entry for key in having) for entry in entries
    )
    if not whole:
        raise UnreadableError(f"{path}: its {name} lack {' or '.join(having)}; expected a COCO data set")
    assert isinstance(entries, list)
    return entries


def _of_table(path: Path) -> Iterator[tuple[str, list[float]]]:
    with open_text(path, newline="") as file:
        rows = csv.DictReader(file)
        names = [name.strip() for name in rows.fieldnames or ()]
        rows.fieldnames = names
        place = next((name for name in PLACES if name in names), None)
        lacks = [name for name in COLUMNS if name not in names]
        if place is None or lacks:
            raise UnreadableError(
                f"{path} has the columns {', '.join(names) or 'none'}; expected image or frame, x, y, w, h and, if "
                "there is one, score"
            )
        for row in rows:
            values = [_number(row[name]) for name in COLUMNS]
            score = _number(row["score"]) if row.get("score") not in (None, "") else 1.0
            yield (row[place] or "").strip(), _checked(path, f"line {rows.line_num}", [*values, score])


def _number(value: Any) -> float:
    """Return a number, infinity where it is none; NaN is one, and no box."""
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return math.inf


def _checked(path: Path, where: str, row: list[float]) -> list[float]:
    """Return a row. Raises UnreadableError where it is not five numbers; a box of NaN is nobody's, and no fault."""
    if len(row) != len(COLUMNS) + 1 or any(map(math.isinf, row)):
        raise UnreadableError(f"{path}: {where} has no left, top, width, height and score that are numbers")
    return row
