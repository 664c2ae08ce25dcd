"""What was recorded live says the time of day, in the formats that have a place for it."""

import json
from datetime import datetime, timedelta, timezone

import numpy as np
import pytest

from swahr.document import Document
from swahr.formats import open_writer, read
from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17

BEGAN = datetime(2026, 5, 4, 23, 59, 59, 500_000, tzinfo=timezone(timedelta(hours=2)))
TIMES = (0.0, 0.25, 1.0)


def written(name, path):
    """Write three frames, the second of which nobody is in."""
    people = Poses(np.full((1, 17, 3), 0.5, np.float32), np.ones(1, np.float32), COCO_17, [3])
    with open_writer(name, path, COCO_17, frame_rate=25, began_at=BEGAN) as writer:
        for frame, time_s in enumerate(TIMES):
            writer.write(frame, time_s, None if frame == 1 else people)
    return path


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("csv", lambda path: [line.split(",")[2] for line in path.read_text().splitlines()[1:]]),
        ("jsonl", lambda path: [json.loads(line)["time_of_day"] for line in path.read_text().splitlines()]),
    ],
)
def test_each_frame_says_its_own_and_the_rest_is_read_as_ever(name, said, tmp_path):
    path = written(name, tmp_path / f"a.{name}")
    assert said(path) == [
        "2026-05-04T23:59:59.500+02:00",
        "2026-05-04T23:59:59.750+02:00",
        "2026-05-05T00:00:00.500+02:00",
    ]
    recording = read(path)
    assert recording.times.tolist() == list(TIMES)
    assert recording.ids.tolist() == [3, 3]


def test_a_document_says_when_it_began(tmp_path):
    with Document.open(written("swahr", tmp_path / "a.swahr")) as document:
        assert document.fact("began_at") == "2026-05-04T23:59:59.500+02:00"


def test_nwb_says_when_its_session_began(tmp_path):
    h5py = pytest.importorskip("h5py")
    pytest.importorskip("ndx_pose")
    with h5py.File(written("nwb", tmp_path / "a.nwb")) as file:
        assert datetime.fromisoformat(file["session_start_time"][()].decode()) == BEGAN
