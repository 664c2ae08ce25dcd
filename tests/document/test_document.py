"""A document keeps what was found; corrections lie on top, are undone and redone, and outlive the process."""

import json
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swahr.document import (
    CORRECTED,
    FILLED,
    HIDDEN,
    AddPerson,
    DeleteId,
    DeleteJoint,
    DeletePerson,
    Document,
    HideJoint,
    MergeIds,
    PlaceJoint,
    RenameId,
    SetId,
    SwapIds,
    SwapSides,
    SwapSidesOf,
    document_path,
    interpolation,
    neighbours,
)
from swahr.errors import MissingError, OutputError, SettingError, UnreadableError
from swahr.formats import read
from swahr.pose.poses import Poses
from swahr.pose.recording import Recording
from swahr.pose.skeleton import COCO_17, Skeleton

ARM = Skeleton.from_dict(
    {"name": "arm", "joints": ["head", "left_hand", "right_hand"], "limbs": [[0, 1], [0, 2]]}
)
FRAMES = 6


def people(ids, seed, skeleton=ARM):
    random = np.random.default_rng(seed)
    keypoints = random.uniform((0, 0, 0.2), (600, 400, 1), (len(ids), skeleton.num_joints, 3))
    if len(ids):
        keypoints[-1, -1] = np.nan, np.nan, 0
    return Poses(keypoints, random.uniform(0.3, 1, len(ids)), skeleton, np.asarray(ids, np.int32))


def made(path, skeleton=ARM, frames=FRAMES, ids=(0, 1)):
    document = Document.create(path, skeleton, frame_rate=25.0)
    for frame in range(frames):
        document.add(frame, frame / 25, people(ids, frame, skeleton))
    return document


@pytest.fixture
def document(tmp_path):
    with made(tmp_path / "clip.swahr") as document:
        yield document


def joints(document, frame, place=0):
    found = document.frame(frame)
    return found.poses.keypoints[found.places.tolist().index(place)]


frames, ids, joint_numbers = st.integers(0, FRAMES), st.integers(0, 4), st.integers(0, 2)
places = st.integers(0, 3)
person = {"frame": frames, "place": places}
coordinates = st.floats(-50, 700, width=32)
EDITS = st.one_of(
    st.builds(PlaceJoint, **person, joint=joint_numbers, x=coordinates, y=coordinates),
    st.builds(HideJoint, **person, joint=joint_numbers, hidden=st.booleans()),
    st.builds(DeleteJoint, **person, joint=joint_numbers),
    st.builds(
        AddPerson,
        frame=frames,
        place=st.integers(4, 9),
        id=st.integers(-1, 4),
        joints=st.dictionaries(joint_numbers, st.tuples(coordinates, coordinates)),
    ),
    st.builds(DeletePerson, **person),
    st.builds(SwapSides, **person),
    st.builds(SetId, **person, id=st.integers(-1, 4)),
    st.builds(SwapIds, first=frames, id=ids, other=ids),
    st.builds(MergeIds, first=frames, id=ids, other=ids),
    st.builds(RenameId, first=frames, id=ids, new=ids),
    st.builds(DeleteId, first=frames, id=ids, last=st.none() | frames),
    st.builds(SwapSidesOf, first=frames, id=ids, last=st.none() | frames),
)


def check_consistent(document):
    """Frame by frame, all at once, and who is where: three ways to the same people."""
    recording, who = document.recording(), document.who()
    for frame, _, poses in recording:
        alone = document.frame(frame)
        expected = alone.poses
        assert np.array_equal(poses.keypoints, expected.keypoints, equal_nan=True)
        rows = who.frames == frame
        assert who.places[rows].tolist() == alone.places.tolist()
        assert np.array_equal(who.marks[rows], alone.marks)
        known = [-1] * len(expected) if expected.ids is None else expected.ids.tolist()
        assert who.ids[rows].tolist() == known
        assert who.scores[rows].tolist() == poses.scores.tolist()
    return recording


@settings(max_examples=25, deadline=None)
@given(edits=st.lists(EDITS, max_size=12), back=st.integers(0, 12))
def test_any_edits_are_undone_redone_and_there_again_when_reopened(tmp_path_factory, edits, back):
    path = tmp_path_factory.mktemp("document") / "clip.swahr"
    with made(path) as document:
        found = document.recording(corrected=False)
        states = [document.recording()]
        assert states[0] == found
        for edit in edits:
            try:
                document.do(edit)
            except SettingError:  # an id would be twice in a frame
                continue
            states.append(check_consistent(document))
        assert document.recording(corrected=False) == found
        done = len(states) - 1
        for state in states[-2::-1]:
            assert document.undo()
            assert document.recording() == state
        assert not document.undo()
        for state in states[1:]:
            assert document.redo()
            assert document.recording() == state
        assert not document.redo()
        for _ in range(min(back, done)):
            document.undo()
        expected, kept = states[done - min(back, done)], list(document.edits)
    with Document.open(path) as again:
        assert again.edits == kept
        assert again.recording() == expected == read(path)
        assert again.recording(corrected=False) == found
        check_consistent(again)


class TestEdits:
    def test_nobody_is_added_where_somebody_is(self, document):
        with pytest.raises(SettingError, match="place 0 of frame 0 is taken"):
            document.do(AddPerson(frame=0, place=0, id=5, joints={0: (1, 1)}))
        assert document.applied == 0

    def test_a_joint_is_moved_is_sure_and_marked(self, document):
        document.do(PlaceJoint(frame=2, place=1, joint=0, x=12.5, y=7))
        found = document.frame(2)
        assert found.poses.keypoints[1, 0].tolist() == [12.5, 7, 1]
        assert found.marks.tolist() == [[0, 0, 0], [CORRECTED, 0, 0]]
        assert not document.frame(1).marks.any()

    def test_a_joint_is_hidden_deleted_and_put_back(self, document):
        document.do(HideJoint(frame=0, place=0, joint=1))
        assert document.frame(0).marks[0, 1] == CORRECTED | HIDDEN
        assert np.isfinite(joints(document, 0)[1]).all()
        document.do(DeleteJoint(frame=0, place=0, joint=1))
        assert np.isnan(joints(document, 0)[1, :2]).all()
        document.do(PlaceJoint(frame=0, place=0, joint=1, x=1, y=2))
        assert joints(document, 0)[1].tolist() == [1, 2, 1]

    def test_sides_are_exchanged(self, document):
        before = joints(document, 3)
        document.do(SwapSides(frame=3, place=0))
        assert np.array_equal(joints(document, 3), before[[0, 2, 1]], equal_nan=True)
        document.do(SwapSidesOf(first=2, last=3, id=0))
        assert np.array_equal(joints(document, 3), before, equal_nan=True)
        assert not document.frame(4).marks.any()

    def test_ids_change_places_from_a_frame_on(self, document):
        document.do(SwapIds(first=3, id=0, other=1))
        assert [document.frame(frame).poses.ids.tolist() for frame in (2, 3, 5)] == [[0, 1], [1, 0], [1, 0]]

    def test_a_track_is_cut_and_merged_and_the_surer_stays(self, document):
        document.do(RenameId(first=4, id=1, new=document.free_id()))
        assert document.frame(4).poses.ids.tolist() == [0, 2]
        document.do(MergeIds(first=0, id=0, other=1))
        scores = document.recording(corrected=False)[0].poses.scores
        kept = document.frame(0).poses
        assert kept.ids.tolist() == [0]
        assert kept.scores[0] == scores.max()

    def test_an_id_is_never_twice_in_a_frame(self, document):
        with pytest.raises(SettingError, match="id 1 would be twice in frame 2; merge or swap"):
            document.do(RenameId(first=2, id=0, new=1))
        assert document.edits == []

    def test_a_joint_that_there_is_not_is_refused(self, document):
        with pytest.raises(SettingError, match="joint 3 is not there; expected 0 to 2"):
            document.do(DeleteJoint(frame=0, place=0, joint=3))

    def test_frames_between_two_corrected_ones_are_filled(self, document):
        document.do(DeletePerson(frame=3, place=0))
        for frame, x in ((1, 10), (5, 50)):
            document.do(PlaceJoint(frame=frame, place=0, joint=1, x=x, y=2 * x))
        assert (
            neighbours(document, 0, 3) == neighbours(document, 0, 1) == neighbours(document, 0, 5) == (1, 5)
        )
        document.do(interpolation(document, 0, 1, 5))
        for frame, x in ((2, 20), (3, 30), (4, 40)):
            people = document.frame(frame)
            row = people.poses.ids.tolist().index(0)
            np.testing.assert_allclose(people.poses.keypoints[row, 1], (x, 2 * x, 1), atol=1e-4)
            assert people.marks[row, 1] == FILLED
        check_consistent(document)
        with pytest.raises(SettingError, match="person 1 is not corrected on both sides of frame 3"):
            neighbours(document, 1, 3)

    def test_a_new_edit_forgets_what_was_undone(self, document):
        document.do(DeletePerson(frame=0, place=0))
        document.undo()
        document.do(DeletePerson(frame=0, place=1))
        assert not document.redo()
        assert document.frame(0).poses.ids.tolist() == [0]

    def test_edits_hold_for_frames_that_come_later(self, document):
        document.do(SwapIds(first=2, id=0, other=1))
        assert len(document.who()) == 2 * FRAMES
        document.add(FRAMES, FRAMES / 25, people((0, 1), 99))
        assert document.frame(FRAMES).poses.ids.tolist() == [1, 0]
        assert document.who().ids[-2:].tolist() == [1, 0]
        check_consistent(document)


class TestFile:
    def test_a_full_disk_is_said_as_such_and_what_is_there_stays(self, document):
        before = document.recording()
        pages = document._store.rows("PRAGMA page_count")[0][0]
        document._store.rows(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(OutputError, match="full"):
            document.add(FRAMES, 1.0, people(tuple(range(2000)), 3))
        document._store.rows("PRAGMA max_page_count = 1000000")
        document.add(FRAMES + 2000, 1.0, people((0, 1), 3))
        assert document.recording()[: len(before)].frames.tolist() == before.frames.tolist()

    @pytest.mark.parametrize(
        "damage",
        [
            "UPDATE facts SET value = '{' WHERE name = 'skeleton'",
            "DELETE FROM facts WHERE name = 'skeleton'",
            'INSERT INTO edits VALUES (0, \'hide_joint\', \'{"kind": "hide_joint", "frame": 0, "place": 0, '
            "\"joint\": 99}', '')",
        ],
    )
    def test_a_damaged_one_is_refused_and_let_go(self, document, tmp_path, damage):
        document.close()
        with closing(sqlite3.connect(tmp_path / "clip.swahr", isolation_level=None)) as plain:
            plain.execute(damage)
        with pytest.raises(UnreadableError, match="is damaged"):
            Document.open(tmp_path / "clip.swahr")
        assert [file.name for file in tmp_path.iterdir()] == ["clip.swahr"]

    def test_it_lies_beside_the_video(self):
        assert document_path("films/clip.mp4").as_posix() == "films/clip.swahr"

    def test_it_is_one_file_that_any_sqlite_reads(self, document, tmp_path):
        document.do(SwapIds(first=2, id=0, other=1))
        expected = document.recording(corrected=False)
        document.close()
        assert [file.name for file in tmp_path.iterdir()] == ["clip.swahr"]
        with sqlite3.connect(tmp_path / "clip.swahr") as plain:
            assert plain.execute("PRAGMA user_version").fetchone() == (1,)
            rows = plain.execute("SELECT id, joint, x, y, score FROM found WHERE frame = 3").fetchall()
            (content,) = plain.execute("SELECT content FROM edits").fetchone()
            (keypoints,) = plain.execute(
                "SELECT keypoints FROM people WHERE frame = 3 AND place = 0"
            ).fetchone()
        plain.close()
        assert len(rows) == 5  # one joint is missing
        poses = expected[3].poses
        assert np.float32(rows[0][2:]).tolist() == poses.keypoints[0, 0].tolist()
        assert json.loads(content) == {"kind": "swap_ids", "first": 2, "id": 0, "other": 1}
        assert np.float32(json.loads(keypoints)).shape == (3, 3)

    def test_what_was_found_is_read_back_exactly(self, tmp_path):
        poses = people((5, 2), 3)
        covariance = np.random.default_rng(0).uniform(0, 9, (2, 3, 2, 2)).astype(np.float32)
        covariance[:, :, 1, 0] = covariance[:, :, 0, 1]
        covariance[1, 2] = np.nan
        exact = Poses(poses.keypoints, poses.scores, ARM, poses.ids, covariance)
        with Document.create(tmp_path / "a.swahr", ARM) as document:
            document.add(7, float("nan"), exact, "a.jpg")
            document.add(9, 0.5, None)
            assert document.frame(7).poses == exact
            recording = document.recording()
        assert recording.names == ("a.jpg", "")
        assert np.isnan(recording.times[0])
        assert recording[0].poses == exact
        assert len(recording[1].poses) == 0

    def test_two_may_read_while_one_writes(self, document):
        with Document.open(document.path, writes=False) as reader, Document.open(document.path) as other:
            document.add(FRAMES, 1.0, people((0,), 1))
            assert len(reader.frame(FRAMES).poses) == 1
            other.do(DeletePerson(frame=0, place=0))
            document.add(FRAMES + 1, 1.1, people((0,), 2))
            assert len(other.frames()) == FRAMES + 2

    def test_files_that_are_none(self, tmp_path):
        with pytest.raises(MissingError, match="no such document"):
            Document.open(tmp_path / "none.swahr")
        (tmp_path / "a.swahr").write_text("frame")
        with pytest.raises(UnreadableError, match="not a document of swahr"):
            Document.open(tmp_path / "a.swahr")
        made(tmp_path / "b.swahr").close()
        with sqlite3.connect(tmp_path / "b.swahr") as plain:
            plain.execute("PRAGMA user_version = 9")
        plain.close()
        with pytest.raises(UnreadableError, match="tables of version 9"):
            Document.open(tmp_path / "b.swahr")
        made(tmp_path / "c.swahr", frames=40).close()
        content = bytearray((tmp_path / "c.swahr").read_bytes())
        content[4096:] = b"\xff" * (len(content) - 4096)
        (tmp_path / "c.swahr").write_bytes(content)
        with pytest.raises(UnreadableError, match="is damaged"):
            read(tmp_path / "c.swahr")
        with pytest.raises(OutputError, match="No such file"):
            Document.create(tmp_path / "none" / "a.swahr", ARM)

    def test_what_was_added_and_edited_outlives_a_kill(self, tmp_path):
        path = tmp_path / "clip.swahr"
        code = f"""
import os, signal, sys
sys.path.insert(0, {str(sys.path[0])!r})
import numpy as np
from swahr.document import Document, SwapIds
from swahr.pose import Poses, Skeleton
arm = Skeleton.from_joints(["a", "b"])
document = Document.create({str(path)!r}, arm)
for frame in range(50):
    document.add(frame, frame / 25, Poses(np.ones((2, 2, 3)), [1, 1], arm, [0, 1]))
document.do(SwapIds(first=10, id=0, other=1))
os.kill(os.getpid(), signal.SIGKILL)
"""
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
        assert done.returncode == -signal.SIGKILL, done.stderr
        with Document.open(path) as document:
            assert document.last_frame() == 49
            assert document.frame(20).poses.ids.tolist() == [1, 0]


def test_a_document_converts_to_and_from_other_formats(tmp_path, call):
    recording = Recording.from_frames(
        (frame, frame / 25, people((0, 1), frame, COCO_17)) for frame in range(4)
    )
    recording.save(tmp_path / "a.csv")
    assert call("convert", tmp_path / "a.csv", tmp_path / "a.swahr").code == 0
    with Document.open(tmp_path / "a.swahr") as document:
        document.do(SwapIds(first=2, id=0, other=1))
    result = call("convert", tmp_path / "a.swahr", tmp_path / "b.csv")
    assert result.code == 0
    before, after = read(tmp_path / "a.csv"), read(tmp_path / "b.csv")
    assert before[:2] == after[:2]
    assert after[3].poses.ids.tolist() == [1, 0]
    assert np.array_equal(before.keypoints, after.keypoints, equal_nan=True)
