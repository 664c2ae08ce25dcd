"""Tables of a document that hold something else than they should: refused in one line, wherever they are read."""

import sqlite3
from contextlib import closing

import numpy as np
import pytest

from swahr.document import Document
from swahr.errors import SwahrError
from swahr.formats import read
from swahr.pose.poses import Poses
from swahr.pose.skeleton import Skeleton

ARM = Skeleton.from_dict({"name": "arm", "joints": ["head", "hand"], "limbs": [[0, 1]]})
DEEP = "[" * 5000 + "]" * 5000
VALUES = (
    None, "", "x", "{}", "[]", "[[1]]", "[1, 2, 3]", "null", "NaN", "9" * 6000, "1e999", DEEP, b"\xff\xfe", -1, 2**62,
    "true", '"text"', '{"name": 1, "joints": 3}', '{"joints": [[]], "limbs": [[9, 9]]}', "[[\"a\",2,3],[4,5,6]]",
)  # fmt: skip
CELLS = (
    "UPDATE facts SET value = ? WHERE name = 'skeleton'",
    "INSERT OR REPLACE INTO facts VALUES ('applied', ?)",
    "INSERT OR REPLACE INTO facts VALUES ('decimals', ?)",
    "INSERT OR REPLACE INTO facts VALUES ('unit', ?)",
    "UPDATE frames SET time_s = ?",
    "UPDATE frames SET name = ?",
    "UPDATE people SET place = ?",
    "UPDATE people SET id = ?",
    "UPDATE people SET score = ?",
    "UPDATE people SET keypoints = ?",
    "UPDATE people SET covariance = ?",
    "INSERT INTO edits VALUES (1, 'x', ?, '')",
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    path = tmp_path_factory.mktemp("whole") / "a.swahr"
    keypoints = np.asarray([[[1, 2, 0.5], [3, 4, 0.5]]], np.float32)
    with Document.create(path, ARM, frame_rate=25.0) as document:
        document.add(0, 0.0, Poses(keypoints, np.ones(1, np.float32), ARM, np.zeros(1, np.int32)))
    return path.read_bytes()


@pytest.mark.parametrize("cell", CELLS)
def test_a_cell_with_a_foreign_value_is_read_or_refused(cell, whole, tmp_path):
    path = tmp_path / "a.swahr"
    refused = 0
    for value in VALUES:
        path.write_bytes(whole)
        with closing(sqlite3.connect(path)) as connection:
            try:
                connection.execute(cell, (value,))
                connection.commit()
            except sqlite3.IntegrityError:  # the table itself does not take it
                continue
        for look in (read, _open):
            try:
                look(path)
            except SwahrError as error:
                assert len(str(error)) < 2500  # noqa: PT017 - of many values
                refused += 1
    assert refused


def _open(path):
    with Document.open(path) as document:
        document.who()
        document.frame(0)
