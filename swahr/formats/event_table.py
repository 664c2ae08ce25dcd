"""Tables of named frames: a CSV with the columns frame and event, and what else there may be."""

import csv
from dataclasses import replace
from pathlib import Path

from swahr._util.reading import open_text
from swahr.errors import MissingError, SettingError, UnreadableError
from swahr.formats.tables import as_named
from swahr.pose.events import EventMark
from swahr.pose.recording import Recording

MARK = "mark"  # what a table of movement calls a named frame, whose name is in the column `of`


def read_events(path: Path) -> tuple[EventMark, ...]:
    """Read a table of named frames, such as `swahr move` writes beside its own.

    In such a table a step is "foot strike left", and a named frame has its name again.

    Raises:
        MissingError: It cannot be read.
        UnreadableError: It is another table.
    """
    try:
        with open_text(path, newline="") as file:
            rows = csv.DictReader(file)
            if not {"frame", "event"} <= {*(rows.fieldnames or ())}:
                raise UnreadableError(f"{path}: the columns are {rows.fieldnames}; expected frame and event")
            return tuple(EventMark(int(row["frame"]), _name(row)) for row in rows)
    except OSError as error:
        raise MissingError(f"{path} cannot be read ({error.strerror})") from error
    except (ValueError, TypeError, csv.Error, SettingError) as error:
        raise UnreadableError(f"{path}: not a table of named frames ({error})") from error


def with_events(recording: Recording, events: tuple[EventMark, ...]) -> Recording:
    """Return a recording with more named frames; those of frames that it does not have are left out, and noted."""
    there = {*recording.frames.tolist()}
    kept = {event for event in events if event.frame in there}
    left_out = len({*events}) - len(kept)
    notes = (f"{left_out} of the named frames are not there",) if left_out else ()
    return replace(recording, events=tuple({*recording.events} | kept), notes=(*recording.notes, *notes))


def _name(row: dict[str, str]) -> str:
    kind, of = as_named(row["event"]), as_named(row.get("of") or "")
    return of if kind == MARK and of else f"{kind} {of}".strip()
