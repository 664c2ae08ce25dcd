"""The review page: frames are named, and it is said where sides seem to be swapped."""

import pandas as pd
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QFontMetrics
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QMenu

from swahr.document import SwapSidesOf
from swahr.movement import Swap
from swahr.pose.events import EventMark
from swahr_app.review.lanes import SWAPPED, lanes_of
from swahr_app.review.timeline_painting import MIN_NAME, RULER, event_columns, names_font
from tests.app.review_desk import LEFT, answered, at_frame, moved_mouse, press

EVENT_ROW = RULER + 8


def names(review):
    return [(event.frame, event.name) for event in review.review.session.annotations.events]


class TestEvents:
    def test_keys_name_frames_and_everything_is_undone(self, review):
        at_frame(review, 12)
        with answered("foot strike"):
            press(review, "add_event")
        at_frame(review, 20)
        with answered("toe off"):
            press(review, "add_event")
        with answered("toe off, left"):
            press(review, "rename_event")
        press(review, "event_on")
        assert names(review) == [(12, "foot strike"), (21, "toe off, left")]
        assert review.review.session.index == 21
        press(review, "event_off")
        press(review, "event_back")
        assert review.review.session.index == 12
        press(review, "event")
        assert review.review.session.index == 20
        press(review, "delete_event")
        assert names(review) == [(12, "foot strike")]
        for _ in range(6):
            press(review, "undo")
        assert names(review) == []
        press(review, "redo")
        assert names(review) == [(12, "foot strike")]

    def test_who_cancels_names_nothing_and_a_name_that_no_file_can_hold_is_refused(self, review):
        at_frame(review, 12)
        with answered(None, "a|b"):
            press(review, "add_event")
            press(review, "add_event")
        assert names(review) == []
        assert "expected no |" in review.messages[-1]

    def test_the_mouse_names_chooses_moves_renames_and_deletes(self, review):
        timeline, session = review.review.timeline, review.review.session
        at_frame(review, 0)
        with answered("jump"):
            QTest.mouseDClick(timeline, LEFT, pos=QPoint(round(timeline.column_of(15.5)), EVENT_ROW))
        assert names(review) == [(15, "jump")]
        at_frame(review, 0)
        flag = QPoint(round(timeline.column_of(15.5)) + 4, EVENT_ROW)
        QTest.mouseClick(timeline, LEFT, pos=flag)
        assert session.index == 15
        metrics = QFontMetrics(names_font(timeline), timeline)
        ((_, right),) = event_columns(
            session.annotations.events, timeline.column_of, metrics, timeline.width()
        )
        QTest.mouseClick(timeline, LEFT, pos=QPoint(int(right) + 2, EVENT_ROW))
        assert session.index == int(timeline.frame_at(int(right) + 2)), "beside the flag that is seen"
        QTest.mousePress(timeline, LEFT, pos=flag)
        QTest.mouseMove(timeline, QPoint(round(timeline.column_of(25.5)), EVENT_ROW))
        timeline.mouseMoveEvent(moved_mouse(timeline, QPointF(timeline.column_of(25.5), EVENT_ROW)))
        QTest.mouseRelease(timeline, LEFT, pos=QPoint(round(timeline.column_of(25.5)), EVENT_ROW))
        assert names(review) == [(25, "jump")]
        flag = QPoint(round(timeline.column_of(25.5)) + 4, EVENT_ROW)
        with answered("land"):
            QTest.mouseDClick(timeline, LEFT, pos=flag)
        assert names(review) == [(25, "land")]
        QTest.mousePress(timeline, Qt.MouseButton.RightButton, pos=flag)
        menu = timeline.findChildren(QMenu)[-1]
        assert [action.text() for action in menu.actions()] == ["Rename…", "Delete"]
        menu.actions()[1].trigger()
        menu.close()
        assert names(review) == []

    def test_events_of_one_frame_stand_beside_each_other_and_each_is_chosen(self, review):
        timeline, session = review.review.timeline, review.review.session
        at_frame(review, 15)
        with answered("one", "two", "three"):
            for _ in range(3):
                press(review, "add_event")
        metrics = QFontMetrics(names_font(timeline), timeline)
        events = session.annotations.events
        spans = event_columns(events, timeline.column_of, metrics, timeline.width())
        assert all(left == before for (left, _), (_, before) in zip(spans[1:], spans[:-1], strict=True))
        for event, (left, right) in zip(events, spans, strict=True):
            QTest.mouseClick(timeline, LEFT, pos=QPoint(round((left + right) / 2), EVENT_ROW))
            assert (session.index, session.event_number) == (15, event.number)
        at_frame(review, 16)
        with answered("a name for which there is no room"):
            press(review, "add_event")
        spans = event_columns(session.annotations.events, timeline.column_of, metrics, timeline.width())
        assert spans[2][1] <= max(spans[3][0], spans[0][0] + 3 * MIN_NAME)

    def test_buttons_and_the_list_do_what_keys_do(self, review):
        side, session = review.review.side, at_frame(review, 8)
        with answered("one", "two", "three"):
            side.buttons["add_event"].click()
            at_frame(review, 30)
            side.buttons["add_event"].click()
            side.buttons["rename_event"].click()
        assert [side.events.item(row).text() for row in range(2)] == ["0.32 s   one", "1.20 s   three"]
        side.events.setCurrentRow(0)
        assert session.index == 8
        side.buttons["delete_event"].click()
        assert names(review) == [(30, "three")]
        assert not side.buttons["delete_event"].isEnabled()
        with answered("four"):
            at_frame(review, 8)
            assert side.events.currentRow() == -1
            at = side.events.visualItemRect(side.events.item(0)).center()
            QTest.mouseClick(side.events.viewport(), LEFT, pos=at)
            QTest.mouseDClick(side.events.viewport(), LEFT, pos=at)
        assert names(review) == [(30, "four")]

    def test_they_are_there_again_and_go_into_the_files(self, review, qtbot, tmp_path):
        at_frame(review, 12)
        with answered("foot strike"):
            press(review, "add_event")
        press(review, "csv")
        qtbot.waitUntil(lambda: not review.review.exports.busy, timeout=20_000)
        table = pd.read_csv(tmp_path / "film_corrected.csv")
        assert set(table[table.events.notna()].frame) == {12}
        session = review.review.session
        opening = session.opening
        press(review, "close")
        session.open(opening)
        assert session.annotations.events == (EventMark(12, "foot strike"),)


def test_lanes_say_where_sides_seem_to_be_swapped(review):
    who = review.review.session.who()
    swaps = [Swap(0, frame, frame / 25, "legs", (), 9.0, False) for frame in (5, 6, 7, 20)]
    lane = lanes_of(who, swaps)[0]
    assert lane.id == 0
    assert lane.swapped().tolist() == [5, 20]
    assert lane.frames[lane.states == SWAPPED].tolist() == [5, 6, 7, 20]


def test_a_key_goes_to_the_next_swap_which_another_key_mends(review, qtbot):
    session = at_frame(review, 3, 0)
    session.do(SwapSidesOf(first=12, last=14, id=0))
    qtbot.waitUntil(
        lambda: session.movement is not None and {s.frame for s in session.movement.swaps} == {12, 13, 14},
        timeout=20_000,
    )
    press(review, "swap")
    assert session.index == 12
    session.show_frame(30)
    press(review, "swap_back")
    assert session.index == 12
    for _ in range(3):
        press(review, "swap_sides")
        press(review, "next")
    qtbot.waitUntil(lambda: session.movement is not None and not session.movement.swaps, timeout=20_000)
