"""In the smallest window every text has the room that it needs, also where much is open."""

import math

import cv2
import numpy as np
import pytest
from PyQt6.QtCore import QSize
from PyQt6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton, QToolButton

from swahr.document import Document
from swahr.pose.skeleton import COCO_17
from swahr_app.review.proposals import Proposals
from swahr_app.review.side import MIN_WIDTH
from swahr_app.widgets.elided import ElidedLabel
from tests.app.review_desk import two_people

SMALL = QSize(900, 600)


def cut_off(page):
    """Return the texts of a page that have too little room; those of an `ElidedLabel` say so themselves."""
    found = []
    for widget in [*page.findChildren(QAbstractButton), *page.findChildren(QLabel)]:
        if not widget.isVisible() or isinstance(widget, ElidedLabel) or not widget.text().strip():
            continue
        room, needed = widget.size(), widget.minimumSizeHint()
        if isinstance(widget, QLabel) and widget.wordWrap():
            needed = QSize(0, widget.heightForWidth(widget.width()))
        elif isinstance(widget, QPushButton | QToolButton):
            needed = QSize(widget.fontMetrics().horizontalAdvance(widget.text().strip()) + 8, needed.height())
        if room.width() < needed.width() or room.height() < needed.height():
            found.append((type(widget).__name__, widget.text(), room, needed))
    return found


@pytest.fixture
def small(window):
    """A window of the smallest size in which it is looked at."""
    shown = window()
    shown.resize(SMALL)
    return shown


def fits(shown, qtbot):
    """Fail unless everything fits once what has changed was laid out."""
    QApplication.processEvents()
    for _ in range(20):
        if not cut_off(shown):
            break
        qtbot.wait(20)
    assert not cut_off(shown)
    assert shown.size() == SMALL, "a page asks for more"


def test_pages_on_which_nothing_is_open(small, qtbot):
    qtbot.waitUntil(lambda: small.state.model is not None, timeout=20_000)
    for number in range(small.pages.count()):
        small.show_page(number)
        fits(small, qtbot)


def test_a_video_with_all_that_the_review_shows(small, film, qtbot, monkeypatch):
    review = small.review
    small.open_review(str(film))
    qtbot.waitUntil(
        lambda: review.session.document is not None and not review.session.filling, timeout=20_000
    )
    review.plot.next_kind()
    monkeypatch.setattr(Proposals, "place", lambda _: (11, 12))
    review.bar.progress.show()
    review.session.show_frame(30)
    review.session.choose(0, 9)
    fits(small, qtbot)
    assert review.canvas.height() > 120


def test_photos(small, tmp_path, qtbot):
    folder = tmp_path / "photos"
    folder.mkdir()
    with Document.create(tmp_path / "photos.swahr", COCO_17, size_wh=[640, 480]) as document:
        for number in range(12):
            cv2.imwrite(str(folder / f"photo_{number}.png"), np.zeros((480, 640, 3), np.uint8))
            document.add(number, math.nan, two_people(number))
    small.open_review(str(folder))
    qtbot.waitUntil(lambda: small.review.session.document is not None, timeout=20_000)
    small.review.session.show_frame(11)
    fits(small, qtbot)


def test_the_width_of_the_controls_is_kept(small, film, window, qtbot):
    small.open_review(str(film))
    qtbot.waitUntil(lambda: small.review.session.document is not None, timeout=20_000)
    splitter = small.review.splitter
    QApplication.processEvents()
    splitter.setSizes([0, splitter.width() - 340, 340])
    wanted = small.review.side.width()
    assert wanted > MIN_WIDTH + 20
    small.close()
    again = window(settings=None)
    again.open_review(str(film))
    qtbot.waitUntil(lambda: again.review.side.width() == wanted, timeout=5000)
