"""The whole job of the review page by keyboard alone, as docs/app.md tells it."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
from PyQt6.QtGui import QKeySequence
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from swahr.document import CORRECTED
from swahr.formats import read
from tests.app.review_desk import answered

WALK = Path(__file__).parents[2] / "docs" / "app.md"


def test_a_job_from_opening_to_reopening_needs_no_mouse(window, film, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr("PyQt6.QtWidgets.QFileDialog.getOpenFileName", lambda *_: (str(film), ""))
    shown = window()
    session = shown.review.session

    def keys(*sequence):
        for key in sequence:
            if not shown.isActiveWindow():
                shown.activateWindow()
                qtbot.waitUntil(shown.isActiveWindow, timeout=5000)
            QTest.keySequence(QApplication.focusWidget() or shown, QKeySequence(key))

    def written(name):
        qtbot.waitUntil(lambda: (tmp_path / name).exists() and not shown.review.exports.busy, timeout=30_000)
        return tmp_path / name

    keys("Ctrl+R")  # from the live page
    qtbot.waitUntil(lambda: session.picture is not None and not session.filling, timeout=20_000)
    assert QApplication.focusWidget() is shown.review.canvas
    keys("N")  # the doubtful frame of person 1
    assert session.index == 30
    keys(".", ".", *["Down"] * 10)
    assert (session.person_id, session.joint) == (1, 9)
    before = session.poses.keypoints[session.row, 9, :2].copy()
    keys("Alt+Right", "Alt+Shift+Down")
    moved = session.poses.keypoints[session.row, 9, :2]
    np.testing.assert_allclose(moved, before + np.float32([1, 10]), atol=0.01)
    keys("Shift+G")  # back to where the person is missing
    assert session.index == 20
    keys("A")
    assert session.person_id == 1
    keys("Alt+Up", "Home", "Right", "Right", "Right", ".")
    known = session.person_id
    keys("C")
    assert session.person_id not in (None, known)
    mended = session.person_id
    with answered("toe off"):
        keys("E")
    keys("Ctrl+Shift+Right", "I", "Shift+Right", "O", "Shift+K")
    assert [(event.frame, event.name) for event in session.annotations.events] == [(4, "toe off")]
    assert (session.index, session.marks) == (4, (4, 29))
    keys("V", "Down", "V", "Y", "Alt+Shift+Right", "Up", "Alt+Left")
    with answered(1.5):
        keys("Y")
    assert session.annotations.scale.length == 1.5
    assert len(session.annotations.readouts) == 1
    qtbot.waitUntil(lambda: session.movement is not None and session.movement.unit == "m", timeout=20_000)
    keys("P", "P")
    assert shown.review.plot.value.text().endswith("m/s")
    expected = session.document.recording()
    keys("Ctrl+E")
    exported = read(written("film_corrected.csv"))
    assert exported.frames.tolist() == list(range(4, 30))
    assert exported.events == expected.events
    assert (exported.marks & CORRECTED).any()
    keys("Ctrl+Shift+E")
    assert set(pd.read_csv(written("film_values.csv")).person_id) >= {mended}
    keys("Ctrl+Shift+X")
    written("film_values.xlsx")
    keys("Ctrl+Shift+J")
    written("film_drawn.mp4")
    keys("Ctrl+Shift+W")
    assert session.opening is None
    keys("Ctrl+R")
    qtbot.waitUntil(lambda: session.document is not None and not session.filling, timeout=20_000)
    assert session.document.recording() == expected
    keys(*["Ctrl+Z"] * session.document.applied)
    assert session.document.recording() == session.document.recording(corrected=False)


def test_the_walk_names_every_key_that_the_page_has(window):
    text = WALK.read_text(encoding="utf-8")
    walk = text[text.index("### The whole job by keyboard") : text.index("## Training\n")]
    spoken = {".": "full stop", ",": "comma", "Space": "Space", "Delete": "Delete", "Backspace": "Backspace"}
    for command in window().review.commands:
        parts = re.split(r"\+(?=.)", command.key)
        for part in parts:
            arrow = part in ("Left", "Right", "Up", "Down")
            assert arrow or spoken.get(part, part) in walk, command
