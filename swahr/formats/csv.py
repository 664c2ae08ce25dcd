"""The default keypoint file: one row per person and frame, written as the frames are done.

Columns: frame, time_s, person_id, score, then x, y, score of each joint, in frame pixels; empty cells for a
missing joint. On request sigma_x, sigma_y and rho follow the score of each joint: the standard deviations of its place,
frame pixels, and their correlation. A frame without people keeps one row with empty person cells. person_id is -1 for
who was not followed;
in photos it counts within the photo. What was recorded live has time_of_day after time_s: ISO 8601 with its zone.
Where a person corrected joints, a column marks follows all others (left_wrist:corrected nose:filled), and where
frames were named, a column events (toe off | heel).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from swahr._util.reading import CsvRows, open_text
from swahr.errors import SettingError, UnreadableError
from swahr.formats.format import Format, Target, time_of_day
from swahr.formats.numbers import DIGITS, TIME_DIGITS, Digits, covariance_of, deviations, id_of
from swahr.formats.registry import register_format
from swahr.formats.tables import as_named, csv_text
from swahr.formats.writer import State, TextWriter, Writer
from swahr.pose.builder import RecordingBuilder
from swahr.pose.events import BETWEEN, events_of_text
from swahr.pose.marks import marks_of_text, marks_text
from swahr.pose.poses import Poses, found_joints
from swahr.pose.recording import Recording
from swahr.pose.skeleton import Skeleton

NOT_FOLLOWED = -1
FILE_COLUMN = "file"
FRAME_COLUMNS = ("frame", "time_s")
CLOCK_COLUMN = "time_of_day"  # after those, of what was recorded live
PERSON_COLUMNS = ("person_id", "score")
PARTS = ("x", "y", "score")
SURENESS = ("sigma_x", "sigma_y", "rho")  # on request
MARKS, EVENTS = "marks", "events"  # last columns of what a person corrected or named


class CsvWriter(TextWriter):
    """Writes the default format.

    key_columns: names of the cells that lead each row; `write` fills `frame` and `time_s`, `write_row` any.
    keep_empty: a frame without people keeps a row. names: of frames by their index, which lead the rows then.
    uncertainty: columns for how sure each joint's place is. spreadsheet: no text is run as a formula by one.
    began_at: time of day at 0 s, for a column of it; None: there is none.
    marks: a column for which joints were corrected by hand. events: names of frames, which have a column then.
    """

    def __init__(
        self,
        path: str | Path,
        skeleton: Skeleton,
        key_columns: Sequence[str] = FRAME_COLUMNS,
        keep_empty: bool = True,
        resume: State | None = None,
        names: Mapping[int, str] | None = None,
        digits: Digits = DIGITS,
        uncertainty: bool = False,
        spreadsheet: bool = False,
        began_at: datetime | None = None,
        marks: bool = False,
        events: Mapping[int, tuple[str, ...]] | None = None,
    ) -> None:
        self._spreadsheet, self._began_at = spreadsheet, began_at
        self._marks, self._events = marks, events or {}
        self._places, self._scores = (f".{number}f" for number in digits)
        self.keep_empty, self.uncertainty = keep_empty, uncertainty
        self._names = names or {}
        parts = PARTS + SURENESS if uncertainty else PARTS
        self._columns = [
            *([FILE_COLUMN] if self._names else []),
            *key_columns,
            *([CLOCK_COLUMN] if began_at else []),
            *PERSON_COLUMNS,
            *(f"{joint}_{part}" for joint in skeleton.joints for part in parts),
        ]
        self._empty_cells: list[object] = [""] * (
            len(PERSON_COLUMNS) + len(parts) * skeleton.num_joints + marks
        )
        self._columns += [*([MARKS] if marks else []), *([EVENTS] if self._events else [])]
        super().__init__(path, resume)

    def write_row(self, key: Sequence[object], poses: Poses | None) -> None:
        """Append the people of a photo, who are counted. key: one cell per key column."""
        try:
            rows = self._rows_of(poses, counted=True)
            self._append(csv_text([[*key, *cells] for cells in rows], self._spreadsheet))
            self._file.flush()
        except OSError as error:
            raise self._failed(error) from error
        self.frames += 1

    def head_text(self) -> str:
        """Return the header."""
        return csv_text([self._columns], self._spreadsheet)

    def frame_text(self, frame_index: int, time_s: float, poses: Poses | None) -> str:
        """Return the rows of a frame."""
        seconds = "" if math.isnan(time_s) else f"{time_s:.{TIME_DIGITS}f}"
        key: list[object] = [self._names.get(frame_index, ""), frame_index] if self._names else [frame_index]
        key.append(seconds)
        if self._began_at is not None:
            key.append(time_of_day(self._began_at, time_s) if seconds else "")
        names = self._events.get(frame_index, ())
        named: list[object] = [BETWEEN.join(names)] if self._events else []
        rows = [[*key, *cells, *named] for cells in self._rows_of(poses, keep=bool(names))]
        return csv_text(rows, self._spreadsheet)

    def _rows_of(self, poses: Poses | None, counted: bool = False, keep: bool = False) -> list[list[object]]:
        if poses is None or not len(poses):
            return [self._empty_cells] if self.keep_empty or keep else []
        rows = []
        found = found_joints(poses.keypoints).tolist()
        for person, (score, joints) in enumerate(zip(poses.scores, poses.keypoints.tolist(), strict=True)):
            known = person if counted else id_of(poses, person)
            cells: list[object] = [NOT_FOLLOWED if known is None else known, format(score, self._scores)]
            sure = self._deviations(poses, person)
            for place, (x, y, joint_score) in enumerate(joints):
                cells += (
                    [format(x, self._places), format(y, self._places), format(joint_score, self._scores)]
                    if found[person][place]
                    else ["", "", ""]
                )
                if self.uncertainty:
                    cells += sure[place] or ["", "", ""]
            if self._marks:
                known_marks = poses.marks
                cells.append(
                    "" if known_marks is None else marks_text(known_marks[person], poses.skeleton.joints)
                )
            rows.append(cells)
        return rows

    def _deviations(self, poses: Poses, person: int) -> Sequence[list[float] | None]:
        if not self.uncertainty or poses.covariance is None:
            return [None] * poses.skeleton.num_joints
        return deviations(poses.covariance[person])


@register_format
class CsvFormat(Format):
    """The default."""

    name = "csv"
    description = "one row per person and frame"
    endings = (".csv",)
    uncertainty = True
    lacks = ("units",)

    def open_writer(self, target: Target) -> Writer:
        """Open a writer, which appends rows as frames are done."""
        return CsvWriter(
            target.path,
            target.skeleton,
            keep_empty=target.keep_empty,
            resume=target.resume,
            uncertainty=target.uncertainty,
            names=target.names,
            digits=target.digits,
            spreadsheet=target.spreadsheet,
            began_at=target.began_at,
            marks=target.marks,
            events=target.events,
        )

    def recognises(self, path: Path, first_line: str) -> bool:
        """Go by the column of frames, which photos have second."""
        return "frame" in first_line.strip().split(",")[:2]

    def read(self, path: Path, skeleton: Skeleton | None, frame_rate: float | None) -> Recording:
        """Read the default format; of photos too.

        person_id is the id; photos without times were not followed, and have none. frame_rate: gives the times of a
        file that has none. skeleton: None goes by the header.
        """
        with open_text(path, newline="") as file:
            rows = CsvRows(file)
            header = next(rows, [])
            start = header.index("frame") if "frame" in header else -1
            clock = header[start + len(FRAME_COLUMNS) :][:1] == [CLOCK_COLUMN]
            if clock:
                del header[start + len(FRAME_COLUMNS)]
            lead = [*FRAME_COLUMNS, *PERSON_COLUMNS]
            first = start + len(lead)
            if start < 0 or header[start:first] != lead:
                raise UnreadableError(
                    f"{path}: the header begins with {header[:5]}; expected {','.join(lead)},..."
                )
            names = [as_named(name) for name in header[first:]]
            said = [name for name in names[-2:] if name in (MARKS, EVENTS)]
            names = names[: len(names) - len(said)]
            parts = PARTS + SURENESS if names[3:4] and names[3].endswith("_sigma_x") else PARTS
            joints = [name.removesuffix("_x") for name in names[:: len(parts)]]
            if names != [f"{joint}_{part}" for joint in joints for part in parts]:
                raise UnreadableError(
                    f"{path}: the columns after score must be x, y and score of each joint, and where they are said "
                    f"{', '.join(SURENESS)}"
                )
            found = skeleton or Skeleton.from_joints(joints)
            builder = RecordingBuilder(found, frame_rate)
            for row in rows:
                if not any(row):  # spreadsheets end in such lines
                    continue
                if clock:
                    del row[start + len(FRAME_COLUMNS)]
                try:
                    last = dict(zip(said, row[len(row) - len(said) :], strict=True))
                    cells = row[start : len(row) - len(said)]
                    _read_row(builder, cells, len(parts), as_named(row[0]) if start else "", last)
                except (ValueError, IndexError, SettingError) as error:
                    raise UnreadableError(
                        f"{path}, line {rows.line_num}: not a row of this table ({error})"
                    ) from error
            recording = builder.build()
        if recording.names and recording.ids is None:
            return replace(
                recording, notes=(*recording.notes, f"{path.name}: photos, whose people have no ids")
            )
        return recording


def _read_row(
    builder: RecordingBuilder, row: list[str], parts: int, name: str, said: Mapping[str, str]
) -> None:
    index = int(row[0])
    builder.frame(index, float(row[1]) if row[1] else None, name)
    builder.events(events_of_text(index, as_named(said.get(EVENTS, ""))))
    if row[2] == "":
        return
    cells = row[4:]
    joints = [
        None if cells[at] == "" else (float(cells[at]), float(cells[at + 1]), float(cells[at + 2] or "nan"))
        for at in range(0, len(cells), parts)
    ]
    sure = [
        None
        if parts == len(PARTS) or cells[at + 3] == ""
        else [float(cell) for cell in cells[at + 3 : at + 6]]
        for at in range(0, len(cells), parts)
    ]
    counted = bool(name) and not row[1]  # within a photo
    person_id = NOT_FOLLOWED if counted else int(row[2])
    marks = marks_of_text(said[MARKS], builder.skeleton.joints) if said.get(MARKS) else None
    builder.person(index, joints, float(row[3]) if row[3] else None, person_id, covariance_of(sure), marks)
