"""The default keypoint file: one row a person a frame, written as the frames are done.

Columns: frame, time_s, person_id, score, then x, y, score of each joint, in frame pixels; empty cells for a
missing joint. A frame without people keeps one row with empty person cells.
"""

import csv
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TextIO

import numpy as np

from swahr.errors import SwahrError
from swahr.outputs import partial_path
from swahr.poses import Poses
from swahr.skeleton import Skeleton

FRAME_COLUMNS = ("frame", "time_s")


class CsvWriter:
    """Writes rows to `<path>.part`, which takes its name in `close`.

    key_columns: names of the cells that lead each row. keep_empty: a frame without people keeps a row.
    A context manager: an error leaves the partial file with the rows so far, if there are any.
    Raises SwahrError where the file cannot be written.
    """

    def __init__(
        self,
        path: str | Path,
        skeleton: Skeleton,
        key_columns: Sequence[str] = FRAME_COLUMNS,
        keep_empty: bool = True,
    ) -> None:
        self.path = Path(path)
        self.partial = partial_path(self.path)
        self.keep_empty = keep_empty
        self.rows = 0
        self._empty_cells = [""] * (2 + 3 * skeleton.num_joints)
        try:
            self._file: TextIO = self.partial.open("w", newline="", encoding="utf-8")
        except OSError as error:
            raise self._failed(error) from error
        self._csv = csv.writer(self._file, lineterminator="\n")
        joints = [f"{joint}_{part}" for joint in skeleton.joints for part in ("x", "y", "score")]
        try:
            self._csv.writerow([*key_columns, "person_id", "score", *joints])
            self._file.flush()
        except OSError as error:
            self.abandon()
            raise self._failed(error) from error

    def __enter__(self) -> "CsvWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abandon()

    def write(self, key: Sequence[object], poses: Poses | None) -> None:
        """Append the people of a frame; None is a frame that could not be read, and has no people.

        key: one cell a key column. person_id counts within the frame, from 0.
        """
        rows = self._rows_of(poses)
        try:
            for cells in rows:
                self._csv.writerow([*key, *cells])
            self._file.flush()
        except OSError as error:
            raise self._failed(error) from error
        self.rows += len(rows)

    def close(self) -> None:
        """Finish the file and give it its name."""
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            os.replace(self.partial, self.path)
        except OSError as error:
            self.abandon()
            raise self._failed(error) from error

    def abandon(self) -> None:
        """Stop writing. The partial file stays where it is; one without rows is removed."""
        with suppress(OSError):  # a full disk: the rows that did reach it are all there is
            self._file.close()
        if not self.rows:
            self.partial.unlink(missing_ok=True)

    def _rows_of(self, poses: Poses | None) -> list[list[object]]:
        if poses is None or not len(poses):
            return [[*self._empty_cells]] if self.keep_empty else []
        rows = []
        for person, score in enumerate(poses.scores):
            cells: list[object] = [person, f"{score:.4f}"]
            for x, y, joint_score in poses.keypoints[person]:
                found = np.isfinite(x) and np.isfinite(y)
                cells += [f"{x:.2f}", f"{y:.2f}", f"{joint_score:.4f}"] if found else ["", "", ""]
            rows.append(cells)
        return rows

    def _failed(self, error: OSError) -> SwahrError:
        return SwahrError(f"{self.path}: the rows could not be written ({error.strerror or error})")
