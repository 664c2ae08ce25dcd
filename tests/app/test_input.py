"""Keys and the wheel do what is expected of them, whichever widget is under them."""

from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QWheelEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLineEdit

from swahr_app.shell.input import VALUES
from swahr_app.state.facts import Level, Playback, SourceInfo
from swahr_app.widgets.section import Section

CLIP = SourceInfo("clip.mp4", "clip.mp4", False, 64, 48, 25.0, 0.0, 2.0)


def opened(window):
    """Let a window show a source, of which no thread has to be waited for."""
    window.state.set_source(CLIP)
    window.state.set_playback(Playback.PAUSED)
    return window


def asked(signal):
    told = []
    signal.connect(told.append)
    return told


def wheel(widget, steps=-3):
    """Turn the wheel over a widget, as the desktop does."""
    where = QPointF(widget.rect().center())
    event = QWheelEvent(
        where,
        widget.mapToGlobal(where),
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def test_space_plays_wherever_no_text_is_typed_and_return_presses(window):
    shown = opened(window())
    plays, live = asked(shown.state.play_requested), shown.live
    people = live.side.panels["people"]
    fields = [
        shown.header.picture,
        live.side.sections["people"].heading,
        people.fields["tracking.track"],
        people.fields["network.max_people"],
        live.side.panels["model"].fields["network.device"],
        live.view,
    ]
    for number, widget in enumerate(fields, start=1):
        widget.setFocus()
        assert widget.hasFocus(), widget
        QTest.keyClick(widget, Qt.Key.Key_Space)
        assert len(plays) == number, widget
    track = people.fields["tracking.track"]
    before = track.isChecked()
    track.setFocus()
    QTest.keyClick(track, Qt.Key.Key_Return)
    assert track.isChecked() is not before
    line = live.side.panels["model details"].fields["network.scales"]
    live.side.sections["model details"].heading.setChecked(True)
    line.setFocus()
    QTest.keyClick(line, Qt.Key.Key_Space)
    assert len(plays) == len(fields)
    assert " " in line.text()


def test_single_keys_act_on_the_page_that_is_seen(window, monkeypatch):
    monkeypatch.setattr("PyQt6.QtWidgets.QFileDialog.getOpenFileNames", lambda *_: ([], ""))
    shown = opened(window())
    plays, records = asked(shown.state.play_requested), asked(shown.state.record_requested)
    added = asked(shown.batch.add_folder.clicked)
    shown.batch.add_folder.disconnect()  # no dialog
    shown.batch.add_folder.clicked.connect(added.append)
    before = shown.state.settings
    shown.show_page(1)
    for key in (Qt.Key.Key_R, Qt.Key.Key_1, Qt.Key.Key_M, Qt.Key.Key_Right):
        QTest.keyClick(shown.home(), key)
    shown.batch.add_folder.setFocus()
    QTest.keyClick(shown.batch.add_folder, Qt.Key.Key_Space)
    assert not plays
    assert not records
    assert shown.state.settings == before
    assert added, "where nothing plays, Space presses"
    shown.show_page(0)
    assert shown.home().hasFocus()
    QTest.keyClick(shown.home(), Qt.Key.Key_R)
    QTest.keyClick(shown.home(), Qt.Key.Key_M)
    assert records == [True]
    assert shown.state.settings.play.mirror is not before.play.mirror


def test_the_picture_has_the_keyboard_and_escape_goes_back_to_it(window):
    shown = window()
    assert shown.live.start.file.hasFocus()
    opened(shown)
    assert shown.live.view.hasFocus()
    shown.live.side.sections["model details"].heading.setChecked(True)
    line = shown.live.side.panels["model details"].fields["network.scales"]
    number = shown.live.side.panels["people"].fields["network.max_people"]
    typed = shown.state.settings.network
    for field in (line, number):
        field.setFocus()
        QTest.keyClicks(field, "7")
        QTest.keyClick(field, Qt.Key.Key_Escape)
        assert shown.live.view.hasFocus()
    assert shown.state.settings.network == typed, "what was typed is left as well"


def test_escape_leaves_a_message_then_full_screen(window):
    shown = opened(window())
    shown.actions_.by_name["full_screen"].trigger()
    shown.state.notify(Level.ERROR, "a fault")
    QTest.keyClick(shown.live.view, Qt.Key.Key_Escape)
    assert not shown.banner.isVisible()
    assert shown.isFullScreen()
    QTest.keyClick(shown.live.view, Qt.Key.Key_Escape)
    assert not shown.isFullScreen()
    assert not shown.actions_.by_name["full_screen"].isChecked()


def test_the_wheel_scrolls_and_changes_no_value_without_focus(window):
    shown = opened(window())
    shown.resize(shown.minimumSize())
    live, form = shown.live, shown.training.new_run
    for section in shown.findChildren(Section):
        section.heading.setChecked(True)
    QApplication.processEvents()
    before = shown.state.settings
    scrolled = live.inspector.verticalScrollBar()
    for panel in live.side.panels.values():
        fields = getattr(panel, "fields", {}).values()
        for field in (field for field in fields if isinstance(field, QComboBox | QAbstractSpinBox)):
            scrolled.setValue(0)
            wheel(field.findChild(QLineEdit) or field)
            assert not field.hasFocus()
            assert scrolled.value() > 0, field.accessibleName()
    for field in (form.steps, form.batch, form.split, form.preset, live.transport.speed, live.transport.seek):
        wheel(field)
    assert shown.state.settings == before
    assert form.settings() == type(form)(shown.state).settings()
    number = live.side.panels["people"].fields["network.max_people"]
    number.setFocus()
    wheel(number, 1)
    assert shown.state.settings.network.max_people == before.network.max_people + 1


def test_the_wheel_gives_no_value_the_keyboard_on_any_page(window):
    shown = window()
    for number in range(shown.pages.count()):
        shown.show_page(number)
        QApplication.processEvents()
    values = [value for kind in VALUES for value in shown.findChildren(kind)]
    assert len(values) > 20
    taken = [value.accessibleName() for value in values if value.focusPolicy() == Qt.FocusPolicy.WheelFocus]
    assert not taken


def test_the_rules_hold_where_a_video_is_corrected(window, film, qtbot):
    shown = window()
    shown.open_review(str(film))
    session, side, canvas = shown.review.session, shown.review.side, shown.review.canvas
    qtbot.waitUntil(lambda: session.picture is not None and not session.filling, timeout=20_000)
    assert canvas.hasFocus()
    session.choose(0, 9)
    for widget in (side.buttons["add_event"], side.people, side.joints, side.other, side.new_id, canvas):
        widget.setFocus()
        assert widget.hasFocus()
        QTest.keyClick(widget, Qt.Key.Key_Space)
        assert session.playing, widget
        QTest.keyClick(widget, Qt.Key.Key_Space)
        assert not session.playing, widget
    shown.resize(shown.minimumSize())
    QApplication.processEvents()
    values = side.other.currentIndex(), side.new_id.value()
    for field in (side.other, side.new_id):
        side.verticalScrollBar().setValue(0)
        wheel(field)
        assert side.verticalScrollBar().value() > 0
    assert (side.other.currentIndex(), side.new_id.value()) == values
    side.new_id.setFocus()
    QTest.keyClick(side.new_id, Qt.Key.Key_Escape)
    assert canvas.hasFocus()
    assert session.document.applied == 0
