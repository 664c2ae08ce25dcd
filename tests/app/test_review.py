"""The review page: every key and control acts, and people are corrected by hand."""

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QPointF
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QListWidget,
)

from swahr.document import CORRECTED, FILLED, HIDDEN, AddPerson, RenameId
from swahr_app.review.axis import NAMES
from swahr_app.review.lanes import BY_HAND, DOUBTFUL, FILLED_IN, SEEN, lanes_of, next_in
from swahr_app.review.timeline_painting import LANES_TOP
from tests.app.review_desk import (
    CTRL,
    FRAMES,
    LEFT,
    at_frame,
    last,
    moved_mouse,
    opened,
    press,
    turned_wheel,
    two_people,
)

EDITS = {  # of each key: what stands in the journal after it, from frame 10, person 1, joint 9
    "move_left": {"kind": "place_joint", "frame": 10, "place": 1, "joint": 9, "x": 517.0, "y": 260.0},
    "move_right": {"kind": "place_joint", "x": 519.0, "y": 260.0},
    "move_up": {"kind": "place_joint", "x": 518.0, "y": 259.0},
    "move_down": {"kind": "place_joint", "x": 518.0, "y": 261.0},
    "move_left_far": {"kind": "place_joint", "x": 508.0, "y": 260.0},
    "move_right_far": {"kind": "place_joint", "x": 528.0, "y": 260.0},
    "move_up_far": {"kind": "place_joint", "x": 518.0, "y": 250.0},
    "move_down_far": {"kind": "place_joint", "x": 518.0, "y": 270.0},
    "hide_joint": {"kind": "hide_joint", "joint": 9, "hidden": True},
    "delete_joint": {"kind": "delete_joint", "joint": 9},
    "add_person": {"kind": "add_person", "frame": 10, "place": 2, "id": 2},
    "delete_person": {"kind": "delete_person", "place": 1},
    "swap_sides": {"kind": "swap_sides", "place": 1},
    "swap_ids": {"kind": "swap_ids", "first": 10, "id": 1, "other": 0},
    "merge_ids": {"kind": "merge_ids", "first": 10, "id": 1, "other": 0},
    "cut_id": {"kind": "rename_id", "first": 10, "id": 1, "new": 2},
    "rename_id": {"kind": "rename_id", "first": 10, "id": 1, "new": 2},
    "swap_sides_on": {"kind": "swap_sides_of", "first": 10, "id": 1, "last": None},
    "delete_on": {"kind": "delete_id", "first": 10, "id": 1, "last": None},
}
FRAMES_OF = {  # of each key: the frame that is seen after it, from frame 10, person 1
    "next": 11,
    "back": 9,
    "jump_on": 35,
    "jump_back": 0,
    "start": 0,
    "end": FRAMES - 1,
    "doubtful": 30,
    "doubtful_back": 10,
    "gap": 20,
    "gap_back": 10,
    "swap": 10,  # there is none
    "swap_back": 10,
    "event": 10,
    "event_back": 10,
}
OTHERS = (
    "play",
    "in",
    "out",
    "unmark",
    "person",
    "person_back",
    "joint",
    "joint_back",
    "nobody",
    "add_joint",
    "interpolate",
    "undo",
    "redo",
    "zoom_in",
    "zoom_out",
    "zoom_fit",
    "lanes_in",
    "lanes_out",
    "lanes_fit",
    "open",
    "csv",
    "data_set",
    "close",
)
ELSEWHERE = (  # tested in test_loop.py, test_review_notes.py and test_review_measure.py
    "proposed", "proposed_back", "compare", "add_event", "rename_event", "delete_event", "event_on", "event_off",
    "distance", "angle", "unread", "scale", "unscale", "plot", "values", "values_csv", "values_xlsx", "clip", "drawn",
    "pan_left", "pan_right", "pan_up", "pan_down",
)  # fmt: skip


def test_no_key_is_without_a_test(review):
    tested = {*EDITS, *FRAMES_OF, *OTHERS, *ELSEWHERE}
    assert {command.name for command in review.review.commands} == {f"review_{name}" for name in tested}
    keys = [command.key for command in review.review.commands]
    assert len(set(keys)) == len(keys)


def test_every_key_that_corrects_does_so_in_the_app_and_is_undone(window, film, qtbot):
    review = window()
    assert not review.actions_.by_name["review_play"].isEnabled()
    review.open_review(str(film))
    assert not review.actions_.by_name["play"].isEnabled()  # the live page's, which has the same key
    session = at_frame(opened(review, film, qtbot), 10, 1, 9)
    found = session.document.recording()
    for name, expected in EDITS.items():
        at_frame(review, 10, 1, 9)
        press(review, name)
        assert session.document.applied == 1, name
        edit = last(review).model_dump()
        assert {key: edit[key] for key in expected} == expected, name
        press(review, "undo")
        assert session.document.applied == 0
    assert session.document.recording() == found
    press(review, "redo")
    assert session.document.applied == 1


def test_every_key_that_goes_somewhere_does_so(review):
    for name, frame in FRAMES_OF.items():
        session = at_frame(review, 10, 1)
        press(review, name)
        assert session.index == frame, name


def test_every_other_key_acts(review, qtbot, monkeypatch):
    session, timeline, canvas = at_frame(review, 10), review.review.timeline, review.review.canvas
    for name, place in (("person", 0), ("person", 1), ("person_back", 0), ("nobody", None)):
        press(review, name)
        assert session.place == place
    for name, joint in (("joint", 0), ("joint", 1), ("joint_back", 0)):
        press(review, name)
        assert (session.place, session.joint) == (0, joint)
    session.choose(0, 16)
    press(review, "add_joint")
    x, y = two_people(10).keypoints[0, 14, :2]  # the knee, which the limb joins it to
    assert (last(review).x, last(review).y) == (x, y)
    press(review, "in")
    at_frame(review, 15)
    press(review, "out")
    assert session.marks == (10, 15)
    press(review, "unmark")
    assert session.marks == (None, None)
    assert session.range() == (0, FRAMES - 1)
    for name, count in (("lanes_in", 20), ("lanes_out", 40), ("lanes_in", 20), ("lanes_fit", 40)):
        press(review, name)
        assert timeline.count == count
    for name, zoom in (("zoom_in", 1.25), ("zoom_out", 1.0), ("zoom_in", 1.25), ("zoom_fit", 1.0)):
        press(review, name)
        assert canvas.zoom == pytest.approx(zoom)
    press(review, "play")
    assert session.playing
    qtbot.waitUntil(lambda: session.index >= 17, timeout=20_000)
    press(review, "play")
    assert not session.playing
    asked = []
    monkeypatch.setattr(
        "PyQt6.QtWidgets.QFileDialog.getOpenFileName", lambda *_: (asked.append(1), ("", ""))[1]
    )
    press(review, "open")
    assert asked
    press(review, "close")
    assert session.opening is None
    assert review.review.stack.currentIndex() == 0


def test_frames_between_two_corrected_ones_are_filled_by_a_key(review):
    session = at_frame(review, 18, 1, 9)
    press(review, "move_up_far")
    at_frame(review, 26, 1, 9)
    press(review, "move_up_far")
    session.show_frame(22)
    assert session.row is None
    press(review, "interpolate")
    assert session.person_id == 1
    assert session.people.marks[session.row, 9] == FILLED
    np.testing.assert_allclose(session.poses.keypoints[session.row, 9, :2], (530, 250), atol=0.01)
    lane = next(lane for lane in lanes_of(session.who()) if lane.id == 1)
    states = dict(zip(lane.frames.tolist(), lane.states.tolist(), strict=True))
    assert [states[frame] for frame in (17, 18, 22, 26, 30)] == [SEEN, BY_HAND, FILLED_IN, BY_HAND, DOUBTFUL]
    assert not len(lane.gaps())


class TestMouse:
    def point(self, review, x, y):
        return review.review.canvas.to_widget(x, y).toPoint()

    def test_a_click_chooses_and_a_drag_moves_a_joint_in_one_step(self, review):
        canvas, session = review.review.canvas, at_frame(review, 5)
        x, y = two_people(5).keypoints[1, 9, :2]
        QTest.mouseClick(canvas, LEFT, pos=self.point(review, x, y))
        assert (session.place, session.joint) == (1, 9)
        assert session.document.applied == 0
        QTest.mousePress(canvas, LEFT, pos=self.point(review, x, y))
        for step in (10, 30, 50):
            QTest.mouseMove(canvas, self.point(review, x - step, y + step))
            event_at = QPointF(self.point(review, x - step, y + step))
            canvas.mouseMoveEvent(moved_mouse(canvas, event_at))
        QTest.mouseRelease(canvas, LEFT, pos=self.point(review, x - 50, y + 50))
        assert session.document.applied == 1
        np.testing.assert_allclose((last(review).x, last(review).y), (x - 50, y + 50), atol=1.5)
        assert session.people.marks[1, 9] == CORRECTED

    def test_who_takes_a_joint_while_the_film_plays_stops_it(self, review):
        canvas, session = review.review.canvas, at_frame(review, 5)
        x, y = two_people(5).keypoints[1, 9, :2]
        at = self.point(review, x, y)
        session.play(True)
        QTest.mousePress(canvas, LEFT, pos=at)
        assert not session.playing
        canvas.mouseMoveEvent(moved_mouse(canvas, QPointF(at) + QPointF(40, 0)))
        QTest.mouseRelease(canvas, LEFT, pos=at)
        assert last(review).frame == session.index

    def test_a_click_beside_everybody_chooses_nobody_and_ctrl_puts_the_joint_there(self, review):
        canvas, session = review.review.canvas, at_frame(review, 5, 0, 16)
        QTest.mouseClick(canvas, LEFT, CTRL, self.point(review, 300, 400))
        np.testing.assert_allclose((last(review).x, last(review).y), (300, 400), atol=1.5)
        QTest.mouseClick(canvas, LEFT, pos=self.point(review, 620, 20))
        assert session.place is None

    def test_the_wheel_zooms_about_the_pointer(self, review):
        canvas = review.review.canvas
        canvas.change_zoom(4)
        where = QPointF(canvas.width() / 4, canvas.height() / 3)
        before = canvas.to_video(where)
        canvas.wheelEvent(turned_wheel(canvas, where, 120))
        canvas.wheelEvent(turned_wheel(canvas, where, 120))
        after = canvas.to_video(where)
        assert canvas.zoom == pytest.approx(4 * 1.44)
        assert (after.x(), after.y()) == pytest.approx((before.x(), before.y()), abs=1.0)

    def test_the_timeline_goes_to_a_click_and_chooses_the_person_of_a_lane(self, review):
        timeline, session = review.review.timeline, review.review.session
        second = LANES_TOP + 19 + 5
        QTest.mouseClick(timeline, LEFT, pos=QPoint(round(timeline.column_of(32.5)), second))
        assert (session.index, session.person_id) == (32, 1)
        at_frame(review, 22)
        QTest.mouseClick(timeline, LEFT, pos=QPoint(NAMES - 20, second))
        assert (session.index, session.person_id) == (19, 1)  # where the person is, nearest to 22
        timeline.wheelEvent(turned_wheel(timeline, QPointF(timeline.column_of(30), 40), 120))
        assert timeline.count == pytest.approx(32)


class TestSide:
    def test_every_button_of_the_side_does_what_its_key_does(self, review):
        side, session = review.review.side, at_frame(review, 10, 1, 9)
        for name, button in side.buttons.items():
            if name in ("interpolate", "add_joint", *ELSEWHERE):
                continue
            at_frame(review, 10, 1, 9)
            button.click()
            edit = last(review).model_dump()
            assert {key: edit[key] for key in EDITS[name]} == EDITS[name], name
            session.undo()
        session.choose(0, 16)
        side.buttons["add_joint"].click()
        assert last(review).joint == 16
        for frame in (12, 16):
            at_frame(review, frame, 0, 3)
            press(review, "move_up")
        side.buttons["interpolate"].click()
        assert last(review).kind == "fill"

    def test_lists_show_and_choose_people_and_joints(self, review):
        side, session = review.review.side, at_frame(review, 10, 1, 9)
        assert [side.people.item(row).text() for row in range(2)] == ["Id 0   0.90", "Id 1   0.80"]
        press(review, "hide_joint")
        assert side.joints.item(9).text() == "left wrist   corrected, hidden"
        assert session.people.marks[1, 9] == CORRECTED | HIDDEN
        side.people.setCurrentRow(0)
        side.joints.setCurrentRow(4)
        assert (session.place, session.joint) == (0, 4)
        assert side.joints.item(16).text() == "right ankle   missing"

    def test_people_are_listed_by_their_ids_whoever_is_surest(self, review):
        side, session = review.review.side, at_frame(review, 10, 0)
        session.do(RenameId(first=0, id=0, new=8))
        at_frame(review, 10)
        assert [side.people.item(row).text() for row in range(2)] == ["Id 1   0.80", "Id 8   0.90"]
        side.people.setCurrentRow(0)
        assert session.person_id == 1
        side.people.setCurrentRow(1)
        assert session.person_id == 8
        assert side.people.currentRow() == 1

    def test_an_id_that_is_not_in_the_frame_stays_chosen(self, review):
        side, session = review.review.side, at_frame(review, 30, 1, 9)
        session.document.do(RenameId(first=30, id=1, new=5))
        session.tracks_changed.emit()
        at_frame(review, 10, 0, 9)
        assert side.other_id() == 1
        place = side.other.findData(5)
        side.other.setCurrentIndex(place)
        side.other.activated.emit(place)
        session.tracks_changed.emit()
        session.selection_changed.emit()
        assert side.other_id() == 5

    def test_the_other_id_is_that_of_who_is_nearest_unless_one_was_chosen(self, review):
        side, session = review.review.side, at_frame(review, 10, 1)
        assert side.other_id() == 0
        beside = {joint: (520.0, 90.0 + 20 * joint) for joint in range(17)}
        session.do(AddPerson(frame=10, place=session.document.free_place(10), id=7, joints=beside))
        assert side.other_id() == 7
        session.choose_none_but(0)
        assert side.other_id() == 1
        place = side.other.findData(7)
        side.other.setCurrentIndex(place)
        side.other.activated.emit(place)
        session.selection_changed.emit()
        assert side.other_id() == 7

    @pytest.mark.parametrize(
        ("key", "said"),
        [
            ("doubtful_back", "No doubtful frame before this one."),
            ("gap_back", "No gap before this frame."),
            ("swap", "Left and right change places nowhere from here on."),
            ("swap_back", "Left and right change places nowhere before this frame."),
        ],
    )
    def test_a_jump_that_finds_nothing_says_so(self, review, key, said):
        at_frame(review, 10, 1)
        press(review, key)
        assert review.messages[-1] == said

    def test_a_new_id_and_the_other_id_are_those_that_are_set(self, review):
        side, session = review.review.side, at_frame(review, 10, 1)
        side.new_id.setFocus()
        side.new_id.setValue(7)
        session.choose(0, None)  # whoever is clicked after it was typed
        session.choose(1, None)
        assert side.new_id.value() == 7
        side.buttons["rename_id"].click()
        assert session.poses.ids.tolist() == [0, 7]
        assert side.new_id.value() == 8
        side.new_id.setValue(0)
        side.buttons["rename_id"].click()
        assert "twice" in review.messages[-1]
        side.other.setCurrentIndex(side.other.findData(1))
        side.buttons["merge_ids"].click()
        assert last(review).model_dump()["other"] == 1

    def test_every_control_is_named_and_those_that_need_a_person_wait_for_one(self, review):
        page = review.review
        kinds = (QAbstractButton, QComboBox, QAbstractSpinBox, QListWidget)
        for kind in kinds:
            for widget in page.findChildren(kind):
                if not isinstance(widget.parentWidget(), QComboBox | QAbstractSpinBox):
                    assert widget.accessibleName() or widget.text().strip(), widget
        at_frame(review, 10).choose(None)
        enabled = {name for name, button in page.side.buttons.items() if button.isEnabled()}
        assert enabled == {"add_person", "add_event", "distance", "angle", "scale", "values"}


def test_the_next_of_some_frames():
    frames = np.asarray([3, 9, 9, 20])
    assert (next_in(frames, 9, True), next_in(frames, 9, False), next_in(frames, 20, True)) == (20, 3, None)
