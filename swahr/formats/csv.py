"""The default keypoint file: one row a person a frame, written as the frames are done.

Columns: frame, time_s, person_id, score, then x, y, score of each joint, in frame pixels; empty cells for a
missing joint. A frame without people keeps one row with empty person cells.
"""

import csv
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

import numpy as np

from swahr.errors import SwahrError
from swahr.poses import Poses
from swahr.skeleton import Skeleton


class CsvWriter:
    """Writes rows to `<path>.part`, which takes its name in `close`.

    key_columns: names of the cells that lead each row (frame and time of a video, file of an image).
    keep_empty: a frame without people keeps a row.
    Raises SwahrError where the file cannot be written.
    """

    def __init__(
        self,
        path: str | Path,
        skeleton: Skeleton,
        key_columns: Sequence[str] = ("frame", "time_s"),
        keep_empty: bool = True,
    ) -> None:
        self.path = Path(path)
        self.partial = self.path.with_name(self.path.name + ".part")
        self.keep_empty = keep_empty
        self._empty_cells = [""] * (2 + 3 * skeleton.num_joints)
        try:
            self._file: TextIO = self.partial.open("w", newline="", encoding="utf-8")
            self._rows = csv.writer(self._file, lineterminator="\n")
            joints = [f"{joint}_{part}" for joint in skeleton.joints for part in ("x", "y", "score")]
            self._rows.writerow([*key_columns, "person_id", "score", *joints])
        except OSError as error:
            raise self._failed(error) from error

    def write(self, key: Sequence[object], poses: Poses | None) -> None:
        """Append the people of a frame; None is a frame that could not be read, and has no people.

        key: one cell a key column. person_id counts within the frame, from 0.
        """
        try:
            people = len(poses) if poses is not None else 0
            if people == 0 and self.keep_empty:
                self._rows.writerow([*key, *self._empty_cells])
            for person in range(people):
                assert poses is not None
                cells = [person, f"{poses.scores[person]:.4f}"]
                for x, y, score in poses.keypoints[person]:
                    cells += [f"{x:.2f}", f"{y:.2f}", f"{score:.4f}"] if np.isfinite(x) else ["", "", ""]
                self._rows.writerow([*key, *cells])
            self._file.flush()
        except OSError as error:
            raise self._failed(error) from error

    def close(self) -> None:
        """Finish the file and give it its name."""
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            os.replace(self.partial, self.path)
        except OSError as error:
            raise self._failed(error) from error

    def discard(self) -> None:
        """Give up: remove what was written."""
        self.abandon()
        self.partial.unlink(missing_ok=True)

    def abandon(self) -> None:
        """Stop writing and leave the partial file where it is."""
        try:
            self._file.close()
        except OSError:
            # A full disk: the rows that did reach it are all there is.
            return

    def _failed(self, error: OSError) -> SwahrError:
        return SwahrError(f"{self.path}: the rows could not be written ({error.strerror or error})")
