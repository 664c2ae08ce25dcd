"""What tests of the review page share: people that are known, and a window with the page alone."""

from contextlib import contextmanager
from types import SimpleNamespace

import numpy as np
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PyQt6.QtGui import QAction, QKeySequence, QMouseEvent, QWheelEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import (
    QApplication,
    QInputDialog,
    QMainWindow,
)

from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17
from swahr_app.review.page import ReviewPage
from swahr_app.state.state import AppState

FRAMES, SIZE = 40, (640, 480)
LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier


def two_people(frame):
    """Give person 0 on the left and 1 on the right; 1 is missing from frame 20 to 24, and doubtful in 30."""
    keypoints = np.zeros((2, 17, 3), np.float32)
    for row, middle in enumerate((160, 460)):
        keypoints[row, :, 0] = middle + 12 * (np.arange(17) % 5) + frame
        keypoints[row, :, 1] = 80 + 20 * np.arange(17)
        keypoints[row, :, 2] = 0.9
    keypoints[0, 16] = np.nan, np.nan, 0
    scores = [0.9, 0.1 if frame == 30 else 0.8]
    poses = Poses(keypoints, scores, COCO_17, [0, 1])
    return poses[:1] if 20 <= frame < 25 else poses


class Host(QMainWindow):
    """A window with the review page alone, whose keys are those of the table, as in the app; no network is loaded."""

    def __init__(self):
        super().__init__()
        self.state = AppState()
        self.review = ReviewPage(self.state)
        self.messages = []
        self.state.notified.connect(lambda message: self.messages.append(message.text))
        self.setCentralWidget(self.review)
        self.actions_ = SimpleNamespace(by_name={})
        for command in self.review.commands:
            action = QAction(command.text, self)
            action.setShortcut(QKeySequence(command.key))
            action.triggered.connect(lambda _, act=command.act: act())
            self.addAction(action)
            self.actions_.by_name[command.name] = action
        self.resize(1200, 800)


def opened(shown, film, qtbot):
    session = shown.review.session
    qtbot.waitUntil(lambda: session.picture is not None and not session.filling, timeout=20_000)
    return shown


def press(window, name):
    """Press the key of a command where the keyboard is, as a person does."""
    action = window.actions_.by_name[f"review_{name}"]
    assert action.isEnabled(), name
    if not window.isActiveWindow():  # there is no window manager to hand the keyboard back after a dialog
        window.activateWindow()
        for _ in range(1000):
            if not window.isActiveWindow():
                QTest.qWait(5)
        assert window.isActiveWindow()
    QTest.keySequence(QApplication.focusWidget() or window, action.shortcut())


def last(review):
    """Return the newest edit that holds."""
    document = review.review.session.document
    return document.edits[document.applied - 1]


def at_frame(review, frame, place=None, joint=None):
    session = review.review.session
    session.show_frame(frame)
    if place is not None:
        session.choose(place, joint)
    return session


@contextmanager
def answered(*answers):
    """Answer the questions that are asked within, one after the other: a text, a number, or None to cancel."""
    left, timer = list(answers), QTimer()

    def answer():
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QInputDialog) and left:
            value = left.pop(0)
            if isinstance(value, str):
                dialog.setTextValue(value)
            elif value is not None:
                dialog.setDoubleValue(value)
            dialog.reject() if value is None else dialog.accept()

    timer.timeout.connect(answer)
    timer.start(5)
    try:
        yield
    finally:
        timer.stop()
    assert not left, f"nobody asked for {left}"


def moved_mouse(widget, where):
    """Return the event of a mouse that is moved with its left button down."""
    return QMouseEvent(
        QEvent.Type.MouseMove,
        where,
        QPointF(widget.mapToGlobal(where.toPoint())),
        Qt.MouseButton.NoButton,
        LEFT,
        Qt.KeyboardModifier.NoModifier,
    )


def turned_wheel(widget, where, turned):
    """Return the event of a wheel that is turned over a place of a widget."""
    return QWheelEvent(
        where,
        QPointF(widget.mapToGlobal(where.toPoint())),
        QPoint(),
        QPoint(0, turned),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
