"""What was found, in the tables of a document: frames, their people, and facts about all of them."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from swahr._util.reading import parse_json
from swahr.document import schema
from swahr.document.people import NOBODY, People
from swahr.document.texts import covariance_of, covariance_text, keypoints_of, keypoints_text
from swahr.errors import OutputError, SwahrError
from swahr.pose.poses import Poses
from swahr.pose.skeleton import Skeleton

COLUMNS = "frame, place, id, score, keypoints, covariance"


class Store:
    """The tables of a document. What is written is there for other connections when a method returns.

    path: of the file. Every method raises OutputError where the disk does not take it, UnreadableError where the file
    is damaged.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        known = self.fact("skeleton", {})
        try:
            self.skeleton = Skeleton.from_dict(known)
        except SwahrError as error:
            raise schema.damaged(path, error) from error

    @classmethod
    def create(cls, path: Path, skeleton: Skeleton, facts: dict[str, Any]) -> "Store":
        """Make a new document; one that is there is replaced."""
        connection = schema.create(path)
        with _transaction(connection, path):
            values = {"skeleton": skeleton.to_dict(), **facts}
            connection.executemany(
                "INSERT INTO facts VALUES (?, ?)",
                [(name, json.dumps(value)) for name, value in values.items()],
            )
            connection.executemany("INSERT INTO joints VALUES (?, ?)", list(enumerate(skeleton.joints)))
        return cls(path, connection)

    @classmethod
    def open(cls, path: Path, writes: bool = True) -> "Store":
        """Open a document that is there; see `schema.connect`."""
        connection = schema.connect(path, writes)
        try:
            with schema.reading(path):
                return cls(path, connection)
        except SwahrError:
            schema.close(connection)
            raise

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        schema.close(self._connection)

    # ---- facts -------------------------------------------------------------------------------------------------

    def fact(self, name: str, otherwise: Any = None) -> Any:
        """Return a fact by its name, as plain values."""
        found = self.rows("SELECT value FROM facts WHERE name = ?", name)
        with schema.reading(self.path):
            return parse_json(found[0][0]) if found else otherwise

    def set_facts(self, **facts: Any) -> None:
        """Replace facts; all of them, or none."""
        with self.transaction():
            for name, value in facts.items():
                self.write("INSERT OR REPLACE INTO facts VALUES (?, ?)", name, json.dumps(value))

    # ---- frames ------------------------------------------------------------------------------------------------

    def add(self, frame: int, time_s: float, poses: Poses | None, name: str = "") -> None:
        """Append a frame and its people; None is one that could not be read, and has none."""
        with self.transaction():
            seconds = None if np.isnan(time_s) else float(time_s)
            self.write("INSERT INTO frames VALUES (?, ?, ?)", frame, seconds, name)
            for place, person in enumerate(poses or ()):
                sureness = None if person.covariance is None else covariance_text(person.covariance)
                self.write(
                    f"INSERT INTO people ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",
                    frame,
                    place,
                    person.id,
                    float(str(np.float32(person.score))),
                    keypoints_text(person.keypoints),
                    sureness,
                )

    def cut(self, after: int) -> None:
        """Forget the frames after one."""
        with self.transaction():
            self.write("DELETE FROM people WHERE frame > ?", after)
            self.write("DELETE FROM frames WHERE frame > ?", after)

    def last_frame(self) -> int:
        """Return the last frame that was looked at; -1 before the first."""
        found = self.rows("SELECT max(frame) FROM frames")[0][0]
        with schema.reading(self.path):
            return -1 if found is None else int(found)

    def frames(self, after: int = -1) -> list[tuple[int, float, str]]:
        """Return index, seconds and name of all frames after one; NaN for an unknown time."""
        found = self.rows("SELECT frame, time_s, name FROM frames WHERE frame > ? ORDER BY frame", after)
        with schema.reading(self.path):
            return [
                (int(frame), float("nan") if seconds is None else float(seconds), _text(name))
                for frame, seconds, name in found
            ]

    def people(self, frame: int) -> People:
        """Return the people of a frame, as they were found."""
        found = self.rows(f"SELECT {COLUMNS} FROM people WHERE frame = ? ORDER BY place", frame)
        return self._people(found, only=frame)

    def all_people(self) -> People:
        """Return the people of all frames, as they were found."""
        return self._people(self.rows(f"SELECT {COLUMNS} FROM people ORDER BY frame, place"))

    def who(self, after: int = -1) -> People:
        """Return the people of all frames after one, without their joints."""
        found = self.rows(
            "SELECT frame, place, id, score FROM people WHERE frame > ? ORDER BY frame, place", after
        )
        return self._people([(*row, None, None) for row in found], joints=False)

    def _people(self, rows: list[Any], only: int | None = None, joints: bool = True) -> People:
        frames, places, ids, scores, keypoints, sureness = zip(*rows, strict=True) if rows else ((),) * 6
        count = self.skeleton.num_joints
        with schema.reading(self.path):
            return People(
                self.skeleton,
                np.asarray(frames, np.int64),
                np.asarray(places, np.int32),
                np.asarray([NOBODY if known is None else known for known in ids], np.int32),
                np.asarray(scores, np.float32),
                keypoints_of(keypoints, count) if joints else None,
                covariance_of(sureness, count) if joints else None,
                only,
            )

    # ---- statements --------------------------------------------------------------------------------------------

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write all of what is written within, or nothing."""
        with _transaction(self._connection, self.path):
            yield

    def rows(self, statement: str, *values: Any) -> list[Any]:
        """Return what a statement finds."""
        try:
            return self._connection.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise schema.damaged(self.path, error) from error

    def write(self, statement: str, *values: Any) -> None:
        """Run a statement within a transaction, which tells of errors."""
        self._connection.execute(statement, values)

    def bring_to_disk(self) -> None:
        """Bring all that was written into the file itself, and the file to the disk."""
        self.rows("PRAGMA wal_checkpoint(TRUNCATE)")

    def write_copy(self, path: Path) -> None:
        """Write all of it into a new file, without gaps and without a log."""
        try:
            path.unlink(missing_ok=True)
            self._connection.execute("VACUUM INTO ?", (str(path),))
        except (sqlite3.Error, OSError) as error:
            raise OutputError(f"{self.path} could not be written ({error})") from error


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


@contextmanager
def _transaction(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    try:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:  # of a full disk SQLite has ended it by itself
                connection.execute("ROLLBACK")
            raise
    except sqlite3.Error as error:
        raise OutputError(f"{path} could not be written ({error})") from error
