"""What the review page paints: names beside each other, all of a short video, and what is waited for."""

from types import SimpleNamespace

import numpy as np
import pytest
from PyQt6.QtCore import QSize
from PyQt6.QtGui import QImage, QPainter

from swahr.overlay.colours import id_colour
from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17
from swahr_app.review.axis import Axis
from swahr_app.review.canvas_painting import paint_people
from swahr_app.review.session import Session
from swahr_app.review.viewport import Viewport
from swahr_app.state.state import AppState

WIDE, HIGH = 640, 480


@pytest.fixture
def view():
    """A view of a video as large as the widget."""
    view = Viewport()
    view.size = QSize(WIDE, HIGH)
    view.info = SimpleNamespace(size_wh=(WIDE, HIGH), stored_wh=(WIDE, HIGH))
    return view


def plates(view, places, chosen=None):
    """Paint people who have a nose alone at some places; return how much of each one's name is seen, pixels."""
    count = len(places)
    keypoints = np.zeros((count, 17, 3), np.float32)
    keypoints[:, 1:, :2] = np.nan
    keypoints[:, 0] = [(*place, 0.9) for place in places]
    poses = Poses(keypoints, np.full(count, 0.5, np.float32), COCO_17, np.arange(count, dtype=np.int32))
    people = SimpleNamespace(marks=np.zeros((count, 17), np.uint8))
    picture = QImage(WIDE, HIGH, QImage.Format.Format_RGB32)
    picture.fill(0)
    painter = QPainter(picture)
    session = SimpleNamespace(poses=poses, people=people, row=chosen, joint=None)
    paint_people(painter, view, session, keypoints)
    painter.end()
    bits = picture.constBits()
    bits.setsize(picture.sizeInBytes())
    pixels = np.frombuffer(bits, np.uint8).reshape(HIGH, WIDE, 4)[..., :3]
    return [int((pixels == id_colour(row)).all(axis=2).sum()) for row in range(count)]


@pytest.mark.parametrize("chosen", [None, 2])
@pytest.mark.parametrize("top", [200, 4], ids=["in the picture", "at its upper edge"])
def test_names_of_people_who_stand_close_hide_no_other(qapp, view, chosen, top):
    places = [(200 + 9 * row, top + row) for row in range(4)]
    alone = plates(view, [(200, 200)])[0]
    assert alone > 300
    assert min(plates(view, places, chosen)) > 0.85 * alone


def test_a_short_video_fills_its_time_axis(qapp, monkeypatch):
    monkeypatch.setattr(Session, "frame_count", property(lambda _: 5))
    session = Session(AppState(), measures=False)
    axis = Axis(session)
    session.tracks_changed.emit()
    assert (axis.first, axis.count) == (0, 5)
    axis.change_zoom(0.5)
    assert axis.count == 5, "fewer frames would not be seen better"


def test_a_frame_that_will_be_looked_at_says_so(window, clips, held, qtbot, tmp_path):
    shown = window()
    shown.open_review(str(clips.make(tmp_path / "held.mp4", frames=40)))
    session = shown.review.session
    qtbot.waitUntil(lambda: session.document is not None and session.picture is not None, timeout=20_000)
    session.show_frame(39)
    assert "being looked for" in shown.review.canvas.words()
