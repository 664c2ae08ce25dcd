"""Parquet: the columns of the default CSV, for large files; one row per person and frame, read by pandas and polars.

Missing values are null. A frame without people keeps a row without a person. The unit of places, and the skeleton's
joints, are in the schema's metadata.
"""

from itertools import islice
from pathlib import Path
from typing import Any

from swahr.errors import UnreadableError
from swahr.formats.csv import (
    EVENTS,
    FILE_COLUMN,
    FRAME_COLUMNS,
    MARKS,
    NOT_FOLLOWED,
    PARTS,
    PERSON_COLUMNS,
)
from swahr.formats.format import Format, Target
from swahr.formats.libraries import begins_with, load_library
from swahr.formats.registry import register_format
from swahr.formats.two_pass_writer import Line, TwoPassWriter
from swahr.formats.writer import Writer
from swahr.pose.builder import RecordingBuilder
from swahr.pose.events import BETWEEN, events_of_text
from swahr.pose.marks import marks_of_text, marks_of_words, marks_text
from swahr.pose.recording import Recording
from swahr.pose.skeleton import Skeleton

MAGIC = b"PAR1"
LINES_AT_ONCE = 4096
UNIT = b"swahr.unit"


class ParquetWriter(TwoPassWriter):
    """Writes the table when all frames are there, some thousands at once."""

    def __init__(self, target: Target) -> None:
        self._arrow: Any = load_library("pyarrow", "parquet")
        self._parquet: Any = load_library("pyarrow.parquet", "parquet")
        self._target = target
        super().__init__(
            target.path,
            target.skeleton,
            target.resume,
            target.digits,
            target.names,
            target.marks,
            target.events,
        )

    def write_final(self, path: Path) -> None:
        """Write the table."""
        schema = self._schema()
        lines = self.lines()
        with self._parquet.ParquetWriter(path, schema) as file:
            while some := list(islice(lines, LINES_AT_ONCE)):
                rows = [row for line in some for row in self._rows(line)]
                file.write_table(self._arrow.Table.from_pylist(rows, schema))

    def _schema(self) -> Any:
        arrow = self._arrow
        fields = [(FILE_COLUMN, arrow.string())] if self._target.names else []
        fields += [("frame", arrow.int64()), ("time_s", arrow.float64()), ("person_id", arrow.int32())]
        fields += [("score", arrow.float32())]
        fields += [(f"{joint}_{part}", arrow.float32()) for joint in self.joints for part in PARTS]
        fields += [(MARKS, arrow.string())] if self._target.marks else []
        fields += [(EVENTS, arrow.string())] if self._target.events else []
        return arrow.schema(fields, metadata={UNIT: self._target.unit.encode()})

    def _rows(self, line: Line) -> list[dict[str, Any]]:
        head: dict[str, Any] = {FILE_COLUMN: line.name, "frame": line.frame, "time_s": line.time_s}
        if line.events:
            head[EVENTS] = BETWEEN.join(line.events)
        if not line.people:
            return [head] if self._target.keep_empty or line.events else []
        rows = []
        for label, joints in line.people.items():
            known = label if label in line.followed else NOT_FOLLOWED
            row: dict[str, Any] = {**head, "person_id": known, "score": line.scores[label]}
            for name, joint in zip(self.joints, joints, strict=True):
                if joint is not None:
                    row.update({f"{name}_{part}": value for part, value in zip(PARTS, joint, strict=True)})
            if label in line.marks:
                row[MARKS] = marks_text(marks_of_words(line.marks[label], self.joints), self.joints)
            rows.append(row)
        return rows


@register_format
class ParquetFormat(Format):
    """The default's columns, in Apache Parquet."""

    name = "parquet"
    description = "the columns of csv in Apache Parquet, for large files"
    endings = (".parquet",)
    two_pass = True

    def open_writer(self, target: Target) -> Writer:
        """Open a writer, which makes the table at the end."""
        return ParquetWriter(target)

    def recognises(self, path: Path, first_line: str) -> bool:
        """Go by the letters that begin it."""
        return begins_with(path, MAGIC)

    def read(self, path: Path, skeleton: Skeleton | None, frame_rate: float | None) -> Recording:
        """Read a table of these columns. skeleton: None goes by their names."""
        parquet = load_library("pyarrow.parquet", "parquet")
        try:
            file = parquet.ParquetFile(path)
        except (ValueError, OSError) as error:
            raise UnreadableError(f"{path}: not a readable Parquet file ({error})") from error
        with file:
            columns = list(file.schema_arrow.names)
            joints = [name.removesuffix("_x") for name in columns if name.endswith("_x")]
            lacking = [name for name in (*FRAME_COLUMNS, *PERSON_COLUMNS) if name not in columns]
            if lacking or not joints:
                raise UnreadableError(
                    f"{path}: the columns are {columns[:5]}; expected those of the default CSV"
                )
            found = skeleton or Skeleton.from_joints(joints)
            unit = (file.schema_arrow.metadata or {}).get(UNIT, b"px").decode()
            builder = RecordingBuilder(found, frame_rate, unit=unit)
            for batch in file.iter_batches():
                for row in batch.to_pylist():
                    _add(builder, row)
        return builder.build()


def _add(builder: RecordingBuilder, row: dict[str, Any]) -> None:
    builder.frame(row["frame"], row["time_s"], row.get(FILE_COLUMN) or "")
    builder.events(events_of_text(row["frame"], row.get(EVENTS) or ""))
    if row["person_id"] is None:
        return
    joints: list[list[Any]] = [
        [row.get(f"{joint}_{part}") for part in PARTS] for joint in builder.skeleton.joints
    ]
    places = [None if joint[0] is None or joint[1] is None else joint for joint in joints]
    marks = marks_of_text(row[MARKS], builder.skeleton.joints) if row.get(MARKS) else None
    builder.person(row["frame"], places, row["score"], row["person_id"], marks=marks)
