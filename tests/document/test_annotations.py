"""Events, scale and read-outs are entries of the journal; marks and events go through the formats that hold them."""

import importlib.util

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from swahr.document import (
    AddEvent,
    ChangeEvent,
    DeleteEvent,
    DeleteJoint,
    Document,
    HideJoint,
    PlaceJoint,
    Scale,
    SetReadouts,
    SetScale,
)
from swahr.errors import SettingError
from swahr.formats import FORMATS, read
from swahr.pose.events import EventMark, events_of_text
from swahr.pose.marks import CORRECTED, HIDDEN, marks_of_text, marks_text
from swahr.pose.poses import Poses
from swahr.pose.skeleton import Skeleton

ARM = Skeleton.from_dict(
    {"name": "arm", "joints": ["head", "left_hand", "right_hand"], "limbs": [[0, 1], [0, 2]]}
)
FRAMES = 6


@pytest.fixture
def document(tmp_path):
    keypoints = np.tile(np.float32([[10, 20, 0.9], [30, 40, 0.8], [50, 60, 0.7]]), (2, 1, 1))
    with Document.create(tmp_path / "clip.swahr", ARM, frame_rate=25.0) as document:
        for frame in range(FRAMES):
            poses = Poses(keypoints + frame, [0.9, 0.8], ARM, [0, 1]) if frame != 4 else None
            document.add(frame, frame / 25, poses)
        yield document


def names(document):
    return [(event.frame, event.name) for event in document.annotations().events]


class TestEvents:
    def test_they_are_added_changed_deleted_and_undone_as_corrections_are(self, document):
        document.do(AddEvent(event=document.free_event(), frame=3, name="toe off"))
        document.do(AddEvent(event=document.free_event(), frame=1, name="heel"))
        assert names(document) == [(1, "heel"), (3, "toe off")]
        document.do(ChangeEvent(event=0, frame=2, name="toe on"))
        document.do(DeleteEvent(event=1))
        assert names(document) == [(2, "toe on")]
        document.undo()
        document.undo()
        assert names(document) == [(1, "heel"), (3, "toe off")]
        document.redo()
        with Document.open(document.path, writes=False) as again:
            assert names(again) == [(1, "heel"), (2, "toe on")]
        assert document.corrected_frames() == []
        assert document.recording(corrected=False).events == ()

    def test_one_that_is_not_there_is_refused(self, document):
        with pytest.raises(SettingError, match="event 3 is not there"):
            document.do(DeleteEvent(event=3))
        document.do(AddEvent(event=0, frame=3, name="toe off"))
        with pytest.raises(SettingError, match="event 0 is taken"):
            document.do(AddEvent(event=0, frame=3, name="toe off"))

    @pytest.mark.parametrize("name", ["", " ", "a|b", "a\nb", " a", "x" * 201])
    def test_names_that_no_cell_can_hold_are_refused(self, name):
        with pytest.raises(SettingError, match="the name of an event"):
            AddEvent(event=0, frame=3, name=name)


def test_scale_and_readouts_are_kept_and_undone(document):
    document.do(SetScale(line=(0, 0, 30, 40), length=2.0))
    document.do(SetReadouts(readouts=((0, 1), (1, 0, 2))))
    found = document.annotations()
    assert found.scale == Scale((0, 0, 30, 40), 2.0)
    assert found.scale.metres_per_pixel == pytest.approx(0.04)
    assert found.readouts == ((0, 1), (1, 0, 2))
    document.do(SetScale())
    assert document.annotations().scale is None
    document.undo()
    document.undo()
    assert document.annotations().readouts == ()
    with pytest.raises(SettingError, match="no length"):
        SetScale(line=(1, 1, 1, 1), length=2.0)
    with pytest.raises(SettingError, match="joint 3"):
        document.do(SetReadouts(readouts=((0, 3),)))


class TestFormats:
    @pytest.fixture
    def corrected(self, document):
        document.do(PlaceJoint(frame=1, place=1, joint=2, x=5.5, y=6.25))
        document.do(DeleteJoint(frame=2, place=0, joint=1))
        document.do(HideJoint(frame=3, place=0, joint=0))
        document.do(AddEvent(event=0, frame=4, name="=nobody, here"))
        document.do(AddEvent(event=1, frame=1, name="toe off"))
        document.do(AddEvent(event=2, frame=1, name="left"))
        return document.recording()

    @pytest.mark.parametrize("known", [known.name for known in FORMATS])
    def test_what_a_format_does_not_lack_is_there_again(self, corrected, known, tmp_path):
        form = FORMATS.find(known)
        if {"corrections", "events"} <= {*form.lacks}:
            assert {"corrections", "events"} <= {*form.losses(corrected)}
            return
        if known == "parquet" and importlib.util.find_spec("pyarrow") is None:
            pytest.skip("pyarrow is not installed")
        path = tmp_path / f"again{form.suffix}"
        corrected.save(path)
        again = read(path, skeleton=ARM)
        if "corrections" not in form.lacks:
            rows = [row for row in range(len(corrected.scores)) if corrected.marks[row].any()]
            assert again.marks[rows].tolist() == corrected.marks[rows].tolist()
            assert again.marks.sum() == corrected.marks.sum()
            assert set(again.marks[rows].ravel().tolist()) == {0, CORRECTED, CORRECTED | HIDDEN}
        if "events" not in form.lacks:
            assert again.events == corrected.events == (
                EventMark(1, "left"), EventMark(1, "toe off"), EventMark(4, "=nobody, here"),
            )  # fmt: skip

    def test_a_named_frame_of_nobody_stays_where_empty_ones_are_left_out(self, corrected, tmp_path):
        for name in ("a.csv", "a.jsonl"):
            corrected.save(tmp_path / name, keep_empty=False)
            assert 4 in read(tmp_path / name).frames

    def test_a_range_keeps_its_events_alone(self, corrected):
        assert corrected[2:].events == (EventMark(4, "=nobody, here"),)


joints = st.lists(
    st.from_regex(r"[a-z_+]{1,6}([ :][a-z_]{1,4})?", fullmatch=True), min_size=1, max_size=5, unique=True
)


@given(joints, st.data())
def test_marks_are_the_same_after_their_text(names, data):
    bits = st.sampled_from([0, 1, 2, 5, 7])
    marks = np.uint8(data.draw(st.lists(bits, min_size=len(names), max_size=len(names))))
    assert marks_of_text(marks_text(marks, names), names).tolist() == marks.tolist()


def test_cells_of_other_programs_are_told_apart():
    assert events_of_text(1, "a|b |  ") == [EventMark(1, "a"), EventMark(1, "b")]
    with pytest.raises(SettingError, match="marks corrected, filled, hidden"):
        marks_of_text("nose:guessed", ["nose"])
