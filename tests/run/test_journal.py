import json
import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swahr.errors import SwahrError
from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17
from swahr.run.journal import Journal, Progress, journal_path
from swahr.run.spool import Spool, read_spool, spool_path

PROGRESS = Progress(
    last_index=7,
    counts={"frames": 8},
    writers={"out.csv": {"bytes": 5}},
    followers={"x": [0.1 + 0.2, None, float("inf"), 5e-324]},
)


class TestJournal:
    def test_what_is_written_is_read_exactly(self, tmp_path):
        journal = Journal(tmp_path / "out.csv", {"batch": 4, "outputs": (("csv", "out.csv"),)})
        assert journal.read() is None
        journal.write(PROGRESS)
        assert Journal(tmp_path / "out.csv", journal.identity).read() == PROGRESS
        assert os.listdir(tmp_path) == ["out.csv.journal"]
        journal.remove()
        assert os.listdir(tmp_path) == []

    def test_another_run_is_named_with_what_differs(self, tmp_path):
        Journal(tmp_path / "out.csv", {"batch": 4}).write(PROGRESS)
        with pytest.raises(SwahrError, match=r"batch 4, this one has 8.*same settings"):
            Journal(tmp_path / "out.csv", {"batch": 8}).read()

    @pytest.mark.parametrize("part", [0, 0.3, 0.9])
    def test_a_damaged_journal_is_said(self, tmp_path, part):
        Journal(tmp_path / "out.csv", {}).write(PROGRESS)
        path = journal_path(tmp_path / "out.csv")
        path.write_bytes(path.read_bytes()[: int(part * path.stat().st_size)])
        with pytest.raises(SwahrError, match="damaged"):
            Journal(tmp_path / "out.csv", {}).read()

    def test_one_of_other_fields_is_damaged(self, tmp_path):
        path = journal_path(tmp_path / "out.csv")
        path.write_text(json.dumps({"identity": {}, "progress": {"steps": 3}}))
        with pytest.raises(SwahrError, match="damaged"):
            Journal(tmp_path / "out.csv", {}).read()

    @pytest.mark.parametrize("field", ["closing", "last_index", "spool_bytes"])
    def test_one_that_was_changed_by_hand_is_damaged(self, tmp_path, field):
        Journal(tmp_path / "out.csv", {}).write(PROGRESS)
        path = journal_path(tmp_path / "out.csv")
        content = json.loads(path.read_text())
        content["progress"][field] = 8 if field != "closing" else not content["progress"][field]
        path.write_text(json.dumps(content))
        with pytest.raises(SwahrError, match="damaged"):
            Journal(tmp_path / "out.csv", {}).read()

    def test_where_it_cannot_be_written_the_last_one_stays(self, tmp_path):
        journal = Journal(tmp_path / "out.csv", {})
        journal.write(PROGRESS)
        (tmp_path / "out.csv.journal.part").mkdir()
        with pytest.raises(SwahrError, match="could not be written"):
            journal.write(Progress(last_index=9))
        assert journal.read() == PROGRESS


@st.composite
def people(draw):
    count = draw(st.integers(0, 4))
    random = np.random.default_rng(draw(st.integers(0, 99)))
    keypoints = random.normal(size=(count, 17, 3)).astype(np.float32)
    keypoints[random.random((count, 17)) < 0.2] = (np.nan, np.nan, 0)
    ids = random.integers(0, 9, count).astype(np.int32) if draw(st.booleans()) else None
    return Poses(keypoints, random.random(count).astype(np.float32), COCO_17, ids)


class TestSpool:
    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.none() | people(), max_size=8), st.integers(0, 8))
    def test_people_come_back_exactly_up_to_where_it_is_whole(self, tmp_path_factory, frames, whole):
        output = tmp_path_factory.mktemp("spool") / "out.csv"
        spool = Spool(output)
        ends = [0]
        for index, poses in enumerate(frames):
            spool.write(3 * index, index / 30, poses)
            ends.append(spool.bytes)
        spool.flush()
        spool.close(remove=False)
        whole = min(whole, len(frames))
        found = list(read_spool(output, ends[whole], COCO_17))
        assert [frame[:2] for frame in found] == [(3 * index, index / 30) for index in range(whole)]
        for (_, _, there), here in zip(found, frames, strict=False):
            if here is None:
                assert there is None
                continue
            np.testing.assert_array_equal(there.keypoints, here.keypoints)
            np.testing.assert_array_equal(there.scores, here.scores)
            assert (there.ids is None) == (here.ids is None)
            if here.ids is not None:
                np.testing.assert_array_equal(there.ids, here.ids)

    def test_going_on_cuts_off_what_is_not_whole(self, tmp_path):
        spool = Spool(tmp_path / "out.csv")
        spool.write(0, 0.0, None)
        keep = spool.bytes
        spool.write(1, 0.1, None)
        spool.close(remove=False)
        with_more = Spool(tmp_path / "out.csv", keep)
        with_more.write(2, 0.2, None)
        with_more.close(remove=False)
        found = list(read_spool(tmp_path / "out.csv", with_more.bytes, COCO_17))
        assert found == [(0, 0.0, None), (2, 0.2, None)]

    def test_one_that_ends_early_is_damaged(self, tmp_path):
        spool = Spool(tmp_path / "out.csv")
        spool.write(0, 0.0, None)
        spool.close(remove=False)
        with pytest.raises(SwahrError, match="damaged"):
            list(read_spool(tmp_path / "out.csv", 999, COCO_17))
        spool_path(tmp_path / "out.csv").unlink()
        with pytest.raises(SwahrError, match="damaged"):
            list(read_spool(tmp_path / "out.csv", 999, COCO_17))
