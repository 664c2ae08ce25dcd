"""Where a message lies: over a picture or a list, and not over the controls beside it."""

import pytest
from PyQt6.QtCore import QPoint, QRect
from PyQt6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QWidget

from swahr_app.state.facts import Level

LONG = "the disk is full and nothing more can be written to it; make room or choose another folder " * 3
CONTROLS = (QAbstractButton, QLineEdit, QComboBox, QAbstractSpinBox)


@pytest.mark.parametrize("page", ["live", "batch", "training", "review"])
def test_no_control_beside_the_picture_or_the_list_is_hidden(window, film, page):
    shown = told(window(), page, film)
    lists = (shown.live.stage, shown.batch.stack, shown.training.parts)
    hidden = controls_under(shown.banner, getattr(shown, page))
    assert not [each for each in hidden if not any(part.isAncestorOf(each) for part in lists)]


def test_a_comparison_can_be_ended_and_the_message_follows_the_picture(window, film, blind_model, qtbot):
    shown = told(window(), "review", film)
    shown.state.compare_requested.emit(str(blind_model), "")
    page = shown.review
    assert page.comparison.leave.isVisible()
    second = page.comparison.canvas
    qtbot.waitUntil(lambda: lies_free(shown, area_of(second).left()), timeout=5000)
    page.comparison.leave.click()
    qtbot.waitUntil(lambda: lies_free(shown, middle_of(page.canvas)), timeout=5000)


def lies_free(window, middle):
    """Return whether the message lies about a place and hides no control of the review."""
    return abs(middle_of(window.banner) - middle) <= 3 and not controls_under(window.banner, window.review)


def told(window, page, film):
    """Return the window, no larger than it must be, with a page and a long message."""
    window.resize(900, 600)
    if page == "review":
        window.open_review(str(film))
    window.pages.setCurrentWidget(getattr(window, page))
    window.state.notify(Level.ERROR, LONG)
    return window


def controls_under(banner, page):
    """Return the controls of a page that a message hides, or a part of them."""
    found = [each for each in page.findChildren(QWidget) if isinstance(each, CONTROLS)]
    over = area_of(banner)
    assert banner.isVisible()
    assert found
    return [each for each in found if not each.visibleRegion().isEmpty() and over.intersects(area_of(each))]


def area_of(widget):
    return QRect(widget.mapToGlobal(QPoint(0, 0)), widget.size())


def middle_of(widget):
    return area_of(widget).center().x()
