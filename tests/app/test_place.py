"""The window's place, full screen, messages, and settings that outlive a window that is killed."""

import json

import numpy as np
from PyQt6.QtCore import QSettings, Qt
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QScrollArea

from swahr_app.live.panels.plot import nice_range
from swahr_app.live.transport import clock
from swahr_app.review.canvas import Canvas
from swahr_app.state.facts import Level, Playback, RecordingStatus, Shown, SourceInfo
from swahr_app.state.store import Store
from swahr_app.training.run_folder import Curves
from swahr_app.training.run_view import RunView
from swahr_app.widgets.elided import ElidedLabel
from swahr_app.widgets.theme import current_theme

LONG = "/videos/" + "a very long name of a recording " * 6 + ".mp4"


def opened(window, title="clip.mp4"):
    window.state.set_source(SourceInfo(LONG, title, False, 64, 48, 25.0, 0.0, 2.0))
    window.state.set_playback(Playback.PAUSED)
    return window


def test_full_screen_shows_the_picture_alone_and_is_left_to_the_size_before(window, qtbot):
    shown = opened(window())
    shown.resize(860, 640)  # the tests' screen is small
    around = (shown.header, shown.menuBar(), shown.live.transport, shown.live.inspector, shown.live.below)
    assert all(part.isVisible() for part in around)
    shown.actions_.by_name["full_screen"].trigger()
    assert shown.isFullScreen()
    assert not any(part.isVisible() for part in around)
    qtbot.waitUntil(lambda: shown.live.view.size() == shown.size(), timeout=5000)
    shown.close()
    again = window(settings=None)
    assert not again.isFullScreen()
    assert again.height() == 640


def test_full_screen_shows_the_picture_of_a_review_alone(window, film, qtbot, tmp_path):
    shown = window()
    page, full = shown.review, shown.actions_.by_name["full_screen"]
    shown.open_review(str(film))
    around = (shown.header, page.bar, page.side, page.timeline, page.plot)
    qtbot.waitUntil(lambda: all(part.isVisible() for part in around), timeout=5000)
    full.trigger()
    assert not any(part.isVisible() for part in around)
    qtbot.waitUntil(lambda: page.canvas.size() == shown.size(), timeout=5000)
    shown.state.set_recording(RecordingStatus(0.0, 0, 0, 0, (tmp_path / "a.mp4",)))
    dot = page.canvas.grab().toImage().pixelColor(page.canvas.width() - 24, 24)
    assert dot == QColor(current_theme().record)
    shown.state.set_recording(None)
    full.trigger()
    assert all(part.isVisible() for part in around)


def test_the_side_panel_keeps_the_width_that_it_was_given(window):
    shown = opened(window())
    shown.resize(1300, 800)
    total = sum(shown.live.splitter.sizes())
    shown.live.splitter.setSizes([total - 400, 400])
    shown.close()
    again = opened(window(settings=None))
    assert again.live.inspector.width() == 400


def test_messages_move_nothing_and_go_with_their_cause(window, tmp_path):
    shown = opened(window())
    before = shown.pages.geometry()
    shown.state.notify(Level.ERROR, "the source cannot be read", about="source")
    shown.state.notify(Level.INFO, "a picture was saved")
    assert shown.banner.isVisible()
    assert shown.pages.geometry() == before
    shown.banner.close_message()
    assert "source" in shown.banner.text.text(), "an error comes back after what hid it"
    shown.state.withdraw("network")
    assert shown.banner.isVisible()
    shown.state.withdraw("source")
    assert not shown.banner.isVisible()
    shown.training.new_run.start.click()
    assert "data set" in shown.banner.text.text()
    shown.training.new_run.set_data(tmp_path)
    assert not shown.banner.isVisible()


def test_settings_are_kept_when_they_change(window, qtbot, tmp_path):
    shown = window()
    shown.state.change_in("overlay", trails=True)
    shown.state.change(recent=("camera:7",))

    def kept():
        plain = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat).value("settings")
        values = json.loads(plain)
        return values["overlay"]["trails"] is True and values["recent"] == ["camera:7"]

    qtbot.waitUntil(kept, timeout=5000)  # the window still runs


def test_settings_that_cannot_be_kept_are_told_with_their_place(window, monkeypatch):
    shown = window()
    monkeypatch.setattr(Store, "save", lambda *_: False)
    shown.keeper.keep()
    assert shown.store.place in shown.banner.text.text()
    assert "writable" in shown.banner.text.text()
    monkeypatch.undo()
    shown.keeper.keep()
    assert not shown.banner.isVisible()


def test_a_minimised_window_draws_nothing(playing, qtbot):
    state = playing.state
    pictures = []
    state.change_in("play", loop=True)
    state.shown_changed.connect(lambda shown: pictures.append(shown.image is not None))
    playing.showMinimized()
    qtbot.waitUntil(lambda: pictures[-3:] == [False] * 3, timeout=10_000)
    playing.showNormal()
    qtbot.waitUntil(lambda: pictures[-1], timeout=10_000)
    playing.show_page(1)
    qtbot.waitUntil(lambda: pictures[-3:] == [False] * 3, timeout=10_000)


def test_a_minimised_review_draws_nothing_while_it_plays(window, film, qtbot, monkeypatch):
    painted, paint = [], Canvas.paintEvent

    def noted(canvas, event):
        painted.append(session.index)
        paint(canvas, event)

    monkeypatch.setattr(Canvas, "paintEvent", noted)
    shown = window()
    session = shown.review.session
    shown.open_review(str(film))
    qtbot.waitUntil(lambda: session.picture is not None and bool(painted), timeout=20_000)
    shown.showMinimized()
    QApplication.processEvents()
    painted.clear()
    session.play(True)
    qtbot.waitUntil(lambda: session.index > 5, timeout=20_000)
    assert not painted
    shown.showNormal()
    qtbot.waitUntil(lambda: bool(painted), timeout=5000)


def test_long_names_are_elided_and_told_whole(window):
    shown = opened(window(), LONG)
    shown.resize(shown.minimumSize())
    title = shown.header.title
    assert "…" in title.elided()
    assert title.elided().endswith("mp4")
    assert title.fontMetrics().horizontalAdvance(title.elided()) <= title.width()
    assert title.toolTip() == LONG
    label = ElidedLabel("short")
    label.resize(400, 20)
    assert label.elided() == "short"
    assert label.toolTip() == ""


def test_times_have_milliseconds_and_frames_their_number(window):
    shown = opened(window())
    shown.state.set_shown(Shown(0, None, 87, 3723.48, None))
    assert shown.live.transport.time.text() == "1:02:03.480"
    assert shown.live.transport.frame.text() == "frame 87"
    assert clock(59.9996) == "1:00.000"
    assert clock(3.25, 1) == "0:03.2"


def test_axes_fit_few_points(qtbot):
    view = RunView()
    qtbot.addWidget(view)
    view.show_curves(Curves(steps={"total": [10], "AP": [0]}, values={"total": [0.5], "AP": [0.42]}))
    for plot, y in ((view.losses, -0.301), (view.scores, 0.42)):
        (left, right), (low, high) = plot.viewRange()
        assert left <= 0
        assert right >= (10 if plot is view.losses else 0)
        assert low < y < high
        assert high - low <= 1.2
    assert view.scores.viewRange()[1][0] > -0.1
    assert nice_range(np.array([3.0]), from_zero=False) == (3.0, 4.0)


def test_a_logarithmic_axis_labels_few_values_of_a_decade(qtbot):
    view = RunView()
    qtbot.addWidget(view)
    view.show_curves(Curves(steps={"total": [0, 10]}, values={"total": [0.9, 0.03]}))
    axis = view.losses.getAxis("left")
    shown = sorted(round(10**value, 3) for _, values in axis.tickValues(-2, 0, 200) for value in values)
    assert set(shown) <= {0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0}
    assert {0.1, 0.2, 0.5} <= set(shown)


def test_nothing_is_cut_off_in_the_smallest_window(window, clip):
    shown = opened(window())
    shown.batch.add([str(clip)])
    for number in range(shown.pages.count()):
        shown.show_page(number)
        shown.resize(shown.minimumSize())
        QApplication.processEvents()
        assert shown.size() == shown.minimumSize(), "a page asks for more"
        page = shown.pages.currentWidget()
        for area in page.findChildren(QScrollArea):
            assert area.widget().width() <= area.viewport().width(), area.objectName()
        controls = [*page.findChildren(QAbstractButton), *page.findChildren(QComboBox)]
        for one in (control for control in controls if control.isVisible()):
            for other in one.parentWidget().findChildren(
                QLabel, options=Qt.FindChildOption.FindDirectChildrenOnly
            ):
                here = other.geometry()
                over = other.isVisible() and not other.alignment() & Qt.AlignmentFlag.AlignHCenter
                assert not (over and here.intersects(one.geometry())), (other.text(), one)
