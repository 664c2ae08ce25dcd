"""Python's lock stays with the window's thread while it paints, and comes to it soon at other times."""

import sys

import pytest

from swahr_app.live.view import View
from swahr_app.review.canvas import Canvas
from swahr_app.review.timeline import Timeline
from swahr_app.threads.turns import PAINTING_S, SOON_S, let_the_window_in, undisturbed


@pytest.fixture(autouse=True)
def interval():
    before = sys.getswitchinterval()
    yield
    sys.setswitchinterval(before)


class Painted:
    def __init__(self, inner=None, fails=False):
        self.inner, self.fails, self.seen = inner, fails, 0.0

    @undisturbed
    def paint(self, event):
        if self.inner is not None:
            self.inner.paint(event)
        self.seen = sys.getswitchinterval()
        if self.fails:
            raise ValueError("painting failed")


@pytest.mark.parametrize("fails", [False, True])
def test_turns_are_longer_while_a_widget_is_painted_and_as_before_after_it(fails):
    let_the_window_in()
    inner = Painted()
    outer = Painted(inner, fails)
    if fails:
        with pytest.raises(ValueError, match="painting failed"):
            outer.paint(None)
    else:
        outer.paint(None)
    assert outer.seen == inner.seen == pytest.approx(PAINTING_S)
    assert sys.getswitchinterval() == pytest.approx(SOON_S), "and no less, however often"


def test_in_a_program_that_lets_nobody_in_sooner_turns_stay_as_they_are():
    sys.setswitchinterval(0.02)
    widget = Painted()
    widget.paint(None)
    assert widget.seen == sys.getswitchinterval() == pytest.approx(0.02)


@pytest.mark.parametrize("widget", [Canvas, Timeline, View])
def test_the_widgets_that_paint_most_are_painted_so(widget):
    assert widget.paintEvent.__wrapped__.__qualname__ == f"{widget.__name__}.paintEvent"
