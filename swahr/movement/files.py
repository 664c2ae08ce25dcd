"""Files of movement: CSV, Excel, JSON lines and OpenSim's motions, by the ending of the name.

MOT is of one person, and has time and angles alone. All others have one row for each person and frame, units in the
names of columns, and empty cells where nothing is known. What stands beside the frames, such as swaps, is a sheet of
its own, a CSV beside the first, or lines of another kind.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from swahr._util.files import check_output, partial_path
from swahr.errors import Hint, OutputError, SettingError
from swahr.formats.tables import shown
from swahr.movement.table import Cell, header, other_tables, rows
from swahr.movement.values import Movement

FROZEN = "E2"  # the first cell that moves: the header and the keys stay in sight
MAX_SHEET_ROWS = 1_048_576  # of Excel
MOT_DIGITS = 4
OTHERS = ("events", "walking", "swaps")  # the names of `other_tables`


def save(movement: Movement, path: Path, overwrite: bool = False) -> tuple[Path, ...]:
    """Write a table of movement, and where it is a CSV those beside it; see `Movement.save`."""
    check_paths(path, overwrite)
    writer, written = WRITERS[path.suffix.lower()], paths_of(path)
    partials = [partial_path(each) for each in written]
    try:
        writer(movement, partials)
        for partial, whole in zip(partials, written, strict=True):
            partial.replace(whole)
    except OSError as error:
        raise OutputError(f"{path} could not be written ({error.strerror or error})") from error
    finally:
        for partial in partials:
            partial.unlink(missing_ok=True)
    return written


def check_paths(path: Path, overwrite: bool, taken: Iterable[Path] = ()) -> None:
    """Refuse a file of movement that cannot be written, or one beside it.

    Args:
        path: Of the table.
        overwrite: It may be there already.
        taken: Inputs and other outputs.

    Raises:
        SettingError: The ending is of no file of movement.
        OutputError: See `swahr._util.files.check_output`.
    """
    if path.suffix.lower() not in WRITERS:
        raise SettingError(f"{path}: movement is written as {', '.join(WRITERS)}; name the file so")
    for each in paths_of(path):
        check_output(each, overwrite, taken)


def paths_of(path: Path) -> tuple[Path, ...]:
    """Return the files of a table: a CSV has one for each further table beside it.

    >>> [path.name for path in paths_of(Path("run.csv"))], len(paths_of(Path("run.xlsx")))
    (['run.csv', 'run_events.csv', 'run_walking.csv', 'run_swaps.csv'], 1)
    """
    if path.suffix.lower() != ".csv":
        return (path,)
    return (path, *(path.with_name(f"{path.stem}_{name}{path.suffix}") for name in OTHERS))


def _write_csv(movement: Movement, paths: list[Path]) -> None:
    frames = (row for person in movement.people for row in rows(movement, person))
    _write_table(paths[0], header(movement), frames)
    for path, table in zip(paths[1:], other_tables(movement), strict=True):
        _write_table(path, table.header, table.rows)


def _write_table(path: Path, head: Sequence[str], lines: Iterable[list[Cell]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([shown(name) for name in head])
        writer.writerows(["" if cell is None else shown(cell) for cell in line] for line in lines)


def _write_xlsx(movement: Movement, paths: list[Path]) -> None:
    longest = max((len(person.times) for person in movement.people), default=0)
    if longest >= MAX_SHEET_ROWS:
        raise SettingError(
            f"a sheet has {MAX_SHEET_ROWS} rows, and {longest} frames are to be written; choose .csv"
        )
    book = Workbook(write_only=True)
    for person in movement.people:
        _add_sheet(book, f"person {person.id}", header(movement), rows(movement, person), FROZEN)
    for table in other_tables(movement):
        _add_sheet(book, table.name, table.header, table.rows)
    _add_sheet(book, "about", ("column", "meaning"), about_rows(movement))
    # By memory: where the disk is full, the library would close its file a second time, and say so.
    content = io.BytesIO()
    book.save(content)
    paths[0].write_bytes(content.getbuffer())


def _add_sheet(
    book: Workbook, name: str, head: Sequence[str], lines: Iterable[list[Cell]], frozen: str = "A2"
) -> None:
    sheet = book.create_sheet(name)
    sheet.freeze_panes = frozen
    sheet.append([_plain(sheet, name) for name in head])
    for line in lines:
        sheet.append([_plain(sheet, cell) for cell in line])


def _plain(sheet: WriteOnlyWorksheet, value: Cell) -> Any:
    """Return a cell of just this value: openpyxl takes text that begins with = for a formula."""
    if not (isinstance(value, str) and value.startswith("=")):
        return value
    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"
    return cell


def _write_jsonl(movement: Movement, paths: list[Path]) -> None:
    names = header(movement)
    with paths[0].open("w", encoding="utf-8") as file:
        for person in movement.people:
            for row in rows(movement, person):
                file.write(json.dumps(dict(zip(names, row, strict=True))) + "\n")
        for table in other_tables(movement):
            for line in table.rows:
                named = dict(zip(table.header, line, strict=True))
                file.write(json.dumps({table.name: named}) + "\n")
        for name, meaning in about_rows(movement):
            file.write(json.dumps({"about": {"column": name, "meaning": meaning}}) + "\n")


def _write_mot(movement: Movement, paths: list[Path]) -> None:
    """Write angles as OpenSim's motion: tab-separated, degrees, nan where an angle is not known.

    Layout: OpenSim's user guide, "Motion (.mot) Files".
    """
    if len(movement.people) != 1:
        raise SettingError(
            f"MOT is of one person, and {len(movement.people)} were measured; choose one",
            hints=[Hint("person")],
        )
    (person,) = movement.people
    columns = ["time", *(angle.name for angle in movement.angles)]
    head = [
        paths[0].name.removesuffix(".part"),
        "version=1",
        f"nRows={len(person.times)}",
        f"nColumns={len(columns)}",
        "inDegrees=yes",
        "endheader",
        "\t".join(columns),
    ]
    with paths[0].open("w", encoding="utf-8", newline="") as file:
        file.writelines(f"{line}\n" for line in head)
        for time_s, angles in zip(person.times.tolist(), person.angles.tolist(), strict=True):
            file.write("\t".join([f"{time_s:.6f}", *(f"{angle:.{MOT_DIGITS}f}" for angle in angles)]) + "\n")


def about_rows(movement: Movement) -> list[list[Cell]]:
    """Return what the angles mean, and the notes, as rows of two cells."""
    angles: list[list[Cell]] = [[f"{angle.name}_deg", angle.definition.meaning] for angle in movement.angles]
    notes: list[list[Cell]] = [["note", note] for note in movement.notes]
    return [*angles, *notes]


WRITERS: dict[str, Callable[[Movement, list[Path]], None]] = {
    ".csv": _write_csv,
    ".xlsx": _write_xlsx,
    ".jsonl": _write_jsonl,
    ".mot": _write_mot,
}
