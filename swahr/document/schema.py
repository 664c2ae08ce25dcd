"""The tables of a document, one SQLite file, and connections to it. docs/documents.md describes them."""

import os
import sqlite3
import sys
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from swahr.errors import BusyError, MissingError, OutputError, SwahrError, UnreadableError

ENDING = ".swahr"  # of the files
APPLICATION_ID = 0x53574148  # "SWAH": what the file says of itself in bytes 68 to 71
VERSION = 1  # of the tables, as `PRAGMA user_version`
MAGIC = b"SQLite format 3\0"
ID_AT = 68
BUSY_S = 10.0  # to wait for another connection that writes

TABLES = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE joints (joint INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE frames (frame INTEGER PRIMARY KEY, time_s REAL, name TEXT NOT NULL DEFAULT '');
CREATE TABLE people (
    frame INTEGER NOT NULL REFERENCES frames, place INTEGER NOT NULL, id INTEGER, score REAL NOT NULL,
    keypoints TEXT NOT NULL, covariance TEXT, PRIMARY KEY (frame, place)
) WITHOUT ROWID;
CREATE TABLE edits (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, content TEXT NOT NULL, made_at TEXT NOT NULL
);
CREATE VIEW found AS
    SELECT people.frame, frames.time_s, people.id, people.score AS person_score, joints.name AS joint,
        json_extract(each.value, '$[0]') AS x, json_extract(each.value, '$[1]') AS y,
        json_extract(each.value, '$[2]') AS score
    FROM people JOIN frames USING (frame), json_each(people.keypoints) AS each
        JOIN joints ON joints.joint = each.key
    WHERE json_extract(each.value, '$[0]') IS NOT NULL;
"""


class _Connection(sqlite3.Connection):
    """A connection of which `is_document` knows."""

    file: tuple[int, int]  # which one it is of: its device and its number there

    def close(self) -> None:
        """Close it, and forget it."""
        with _lock_of(self.file):
            super().close()
            with _listing:
                _connections.discard(self)


# A file is read, or connections to it come and go, one at a time; one on a disk that hangs keeps few others.
_files = tuple(threading.RLock() for _ in range(64))
_listing = threading.Lock()
_connections: "weakref.WeakSet[_Connection]" = weakref.WeakSet()


def is_document(path: Path) -> bool:
    """Return whether a file is a document, by its first bytes.

    One that this process has open is known to be one. To read it past SQLite would be worse than slow: POSIX takes all
    locks that a process has on a file as soon as it closes any descriptor of it, other processes then take the document
    for theirs alone, and the last of them to close it takes away the log that this one goes on writing to.

    Raises:
        OSError: It cannot be read.
    """
    if not path.is_file():
        return False
    file = _identity(path)
    with _lock_of(file):
        with _listing:
            if file[1] and any(connection.file == file for connection in _connections):
                return True
        with path.open("rb") as content:
            head = content.read(ID_AT + 4)
    return head.startswith(MAGIC) and head[ID_AT:] == APPLICATION_ID.to_bytes(4, "big")


def _identity(path: Path) -> tuple[int, int]:
    """Return device and number of a file; where a system has no numbers they are 0."""
    status = path.stat()
    return status.st_dev, status.st_ino


def _lock_of(file: tuple[int, int]) -> threading.RLock:
    return _files[hash(file) % len(_files)]


def create(path: Path) -> sqlite3.Connection:
    """Make the tables in a new file; one that is there is replaced.

    Raises:
        BusyError: The one that is there is open, here or elsewhere.
        OutputError: It cannot be written.
    """
    try:
        with alone(path):
            remove(path)
        path.touch()  # whose error says what is wrong, as SQLite's does not
        connection = _connected(path, "rw")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
        _use_log(connection)
        connection.executescript(f"BEGIN; {TABLES} COMMIT;")
    except OSError as error:
        raise OutputError(f"{path} could not be written ({error.strerror})") from error
    except sqlite3.Error as error:
        raise OutputError(f"{path} could not be written ({error})") from error
    return connection


def connect(path: Path, writes: bool) -> sqlite3.Connection:
    """Open a document that is there.

    Args:
        path: Of the file.
        writes: The connection may write; one that does not reads documents in read-only folders, too.

    Raises:
        MissingError: There is none.
        UnreadableError: It is another file, damaged, or of a later version.
        OutputError: It may not be written.
    """
    if not path.exists():
        raise MissingError(f"{path}: there is no such document")
    if not is_document(path):
        raise UnreadableError(f"{path}: not a document of swahr")
    try:
        connection = _connected(path, "rw") if writes else _reading(path)
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if version > VERSION:
            connection.close()
            raise UnreadableError(
                f"{path} has tables of version {version}, and this swahr knows those up to {VERSION}; "
                "install a newer one"
            )
        if writes:
            _use_log(connection)
    except sqlite3.OperationalError as error:
        raise OutputError(f"{path} could not be opened ({error})") from error
    except sqlite3.Error as error:
        raise damaged(path, error) from error
    return connection


def damaged(path: Path, error: Exception) -> SwahrError:
    """Return the error about a file that SQLite cannot read."""
    return UnreadableError(f"{path} is damaged ({error})")


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Take what the tables hold for what it should be; raises UnreadableError where it is something else."""
    try:
        yield
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
        raise damaged(path, error) from error


def close(connection: sqlite3.Connection) -> None:
    """Close a connection; the last one that can write leaves one file, which also read-only folders may hold."""
    try:
        connection.execute("PRAGMA busy_timeout = 0")
        connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error:  # another one is open, or this one only reads
        pass
    connection.close()


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Have a document to oneself, with all that is in its log; nothing is there, or is none: there is nothing to have.

    Raises:
        BusyError: It is open, here or elsewhere.
        OutputError: It may not be written.
    """
    if not is_document(path):
        yield
        return
    connection = _connected(path, "rw")
    try:
        connection.execute("PRAGMA busy_timeout = 0")
        connection.execute("PRAGMA journal_mode = DELETE")  # the log is brought in
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        connection.close()
        if "locked" in str(error):
            raise BusyError(
                f"{path} is open, here or in another program; close it, or choose another output"
            ) from error
        if isinstance(error, sqlite3.OperationalError):
            raise OutputError(f"{path} could not be replaced ({error})") from error
        yield  # it is damaged, and nobody's
        return
    if sys.platform == "win32":  # which replaces no file that is open
        connection.close()
    try:
        yield
    finally:
        connection.close()


def put_in_place(made: Path, path: Path) -> None:
    """Give a finished document its name; one that has it is replaced, with its log, which would be taken for the new's.

    Raises:
        BusyError: The one that has the name is open, here or elsewhere.
        OutputError: It may not be written.
        OSError: The disk refuses.
    """
    with alone(path):
        for file in _beside(path):
            file.unlink(missing_ok=True)
        os.replace(made, path)


def remove(path: Path) -> None:
    """Remove a document and what SQLite keeps beside it."""
    for file in (path, *_beside(path)):
        file.unlink(missing_ok=True)


def _beside(path: Path) -> list[Path]:
    return [path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal")]


def _use_log(connection: sqlite3.Connection) -> None:
    # A write-ahead log: readers never wait, and what was committed outlives the process.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")


def _reading(path: Path) -> sqlite3.Connection:
    connection = _connected(path, "ro")
    try:
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    except (
        sqlite3.OperationalError
    ):  # a log that nobody writes needs files beside it, which may not be made here
        connection.close()
        connection = _connected(path, "ro&immutable=1")
    return connection


def _connected(path: Path, mode: str) -> sqlite3.Connection:
    address = f"file:{quote(str(path.resolve()))}?mode={mode}"
    # Transactions begin where the code says so; one connection may go from the thread that made it to another.
    file = _identity(path)
    with _lock_of(file):
        connection = sqlite3.connect(
            address, BUSY_S, isolation_level=None, check_same_thread=False, factory=_Connection, uri=True
        )
        connection.file = file
        with _listing:
            _connections.add(connection)
    return connection
