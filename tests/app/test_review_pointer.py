"""The review page under the pointer: ids without room, proposed frames, the name of a joint."""

from PyQt6.QtCore import QEvent, QPointF
from PyQt6.QtGui import QHelpEvent
from PyQt6.QtWidgets import QApplication, QToolTip

from swahr.document import AddPerson
from swahr_app.review.axis import NAMES
from swahr_app.review.timeline_painting import LANES_TOP
from tests.app.review_desk import FRAMES, at_frame, turned_wheel, two_people


def test_the_wheel_over_the_ids_shows_those_that_have_no_room(review):
    timeline, session = review.review.timeline, at_frame(review, 0)
    beside = {joint: (520.0, 90.0 + 20 * joint) for joint in range(17)}
    for number in range(7):
        session.do(AddPerson(frame=0, place=session.document.free_place(0), id=10 + number, joints=beside))
    everyone = [lane.id for lane in timeline.lanes]
    assert len(everyone) == 9
    over_names = QPointF(NAMES / 2, LANES_TOP + 5)
    timeline.wheelEvent(turned_wheel(timeline, over_names, -120))
    assert [lane.id for lane in timeline.shown_lanes()] == everyone[1:7]
    for _ in range(9):
        timeline.wheelEvent(turned_wheel(timeline, over_names, -120))
    assert [lane.id for lane in timeline.shown_lanes()] == everyone[3:]
    assert timeline.count == FRAMES, "nothing is zoomed"
    session.choose_none_but(everyone[0])
    assert everyone[0] in [lane.id for lane in timeline.shown_lanes()]


def test_proposed_frames_are_marked(review):
    timeline = review.review.timeline
    before = timeline.grab().toImage()
    timeline.show_proposed([20])
    x = round(timeline.column_of(20.5))
    shown = timeline.grab().toImage()
    assert shown.pixelColor(x, 18) != before.pixelColor(x, 18)
    timeline.show_proposed([])
    assert timeline.grab().toImage() == before


def test_the_joint_under_the_pointer_is_named(review):
    canvas = review.review.canvas
    at_frame(review, 10)
    x, y, _ = two_people(10).keypoints[1, 9].tolist()
    at = canvas.to_widget(x, y)
    assert canvas._joint_at(at) == "left wrist, 0.90, id 1"
    assert canvas._joint_at(QPointF(2, 2)) == ""
    event = QHelpEvent(QEvent.Type.ToolTip, at.toPoint(), canvas.mapToGlobal(at.toPoint()))
    QApplication.sendEvent(canvas, event)
    assert QToolTip.text() == "left wrist, 0.90, id 1"
