"""The window: every key, every control, drops, messages, the end."""

import sys
import threading

from PyQt6.QtCore import QMimeData, QPointF, Qt, QUrl
from PyQt6.QtGui import QDropEvent, QKeySequence
from PyQt6.QtTest import QTest

from swahr.config import NetworkSettings, OverlaySettings, TrackSettings
from swahr_app.shell.window import PAGES
from swahr_app.state.facts import Level, Playback
from swahr_app.state.settings import AppSettings
from swahr_app.widgets.recording_mark import MARK
from swahr_app.widgets.theme import current_theme


def press(window, name):
    """Press the keys of an action."""
    sequence = window.actions_.by_name[name].shortcut()
    QTest.keySequence(window, sequence)


def test_keys_steer_the_clip(playing, qtbot):
    state = playing.state
    press(playing, "play")
    qtbot.waitUntil(lambda: state.playback is Playback.PAUSED, timeout=10_000)
    press(playing, "start")
    qtbot.waitUntil(lambda: state.shown.frame_index == 0, timeout=10_000)
    press(playing, "next")
    qtbot.waitUntil(lambda: state.shown.frame_index == 1, timeout=10_000)
    press(playing, "back")
    qtbot.waitUntil(lambda: state.shown.frame_index == 0, timeout=10_000)
    press(playing, "jump_on")
    qtbot.waitUntil(lambda: state.shown.frame_index > 40, timeout=10_000)
    press(playing, "jump_back")
    qtbot.waitUntil(lambda: state.shown.frame_index == 0, timeout=10_000)
    press(playing, "play")
    qtbot.waitUntil(lambda: state.playback is not Playback.PAUSED, timeout=10_000)
    press(playing, "plot")
    assert playing.live.below.isHidden()
    press(playing, "plot")
    assert not playing.live.below.isHidden()
    press(playing, "close")
    assert state.source is None
    assert playing.live.transport.isHidden(), "there is nothing to steer"


def test_keys_change_speed_layer_theme_and_page(window):
    shown = window()
    press(shown, "faster")
    assert shown.state.settings.play.speed == 2
    press(shown, "slower")
    press(shown, "slower")
    assert shown.state.settings.play.speed == 0.5
    for layer in ("heatmaps", "tags", "none"):
        press(shown, "layer")
        assert shown.state.settings.overlay.layer == layer
    seen = set()
    for _ in range(3):
        press(shown, "theme")
        seen.add(shown.state.settings.theme)
    assert seen == {"dark", "light", "system"}
    for number in (1, 2, 0):
        press(shown, f"page_{number}")
        assert shown.pages.currentIndex() == number
    press(shown, "inspector")
    assert shown.live.inspector.isHidden()
    press(shown, "inspector")
    assert not shown.live.inspector.isHidden()
    press(shown, "full_screen")
    assert shown.isFullScreen()
    press(shown, "full_screen")
    assert not shown.isFullScreen()


def test_keys_record_and_take_a_picture(playing, qtbot, tmp_path):
    (tmp_path / "recordings").mkdir(exist_ok=True)
    press(playing, "loop")
    press(playing, "picture")
    qtbot.waitUntil(lambda: bool(list((tmp_path / "recordings").glob("*.png"))), timeout=10_000)
    press(playing, "record")
    qtbot.waitUntil(
        lambda: playing.state.recording is not None and playing.state.recording.frames > 2, timeout=20_000
    )
    assert playing.header.record.isChecked()
    assert playing.header.recorded.text()
    press(playing, "record")
    qtbot.waitUntil(lambda: bool(list((tmp_path / "recordings").glob("*.csv"))), timeout=20_000)
    assert not playing.header.record.isChecked()


def test_a_recording_is_marked_on_every_page_and_on_the_picture_that_is_alone(playing, qtbot):
    header, view, state = playing.header, playing.live.view, playing.state
    press(playing, "loop")
    press(playing, "full_screen")

    def mark():
        return view.grab().toImage().pixelColor(view.width() - 3 * MARK // 2, 3 * MARK // 2).name()

    assert mark() != current_theme().record
    press(playing, "record")
    qtbot.waitUntil(lambda: state.recording is not None and state.recording.frames > 0, timeout=20_000)
    assert mark() == current_theme().record
    press(playing, "full_screen")
    for number in range(playing.pages.count()):
        playing.show_page(number)
        assert header.record.isVisible()
        assert header.record.isChecked()
        assert header.record.text().strip() == "Stop"
        assert header.recorded.isVisible()
        assert header.recorded.text()
    header.record.click()
    qtbot.waitUntil(lambda: state.recording is None, timeout=20_000)
    assert not header.record.isVisible(), "this page records nothing"


def test_no_key_is_used_twice_on_a_page_and_every_action_with_a_key_is_in_the_help(window):
    shown = window()
    for page in PAGES:
        keys = [
            action.shortcut().toString()
            for name, action in shown.actions_.by_name.items()
            if action.shortcut() and shown.actions_.page_of(name) in ("", page)
        ]
        assert len(keys) == len(set(keys)), page
    assert sum(len(group) for group in shown.actions_.groups.values()) == len(shown.actions_.by_name)


def test_quit_closes(window):
    shown = window()
    press(shown, "quit")
    assert not shown.isVisible()


def _drop(window, paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(
        QPointF(200, 200),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(event)


def test_a_dropped_video_opens(window, clip, qtbot):
    shown = window()
    _drop(shown, [clip])
    qtbot.waitUntil(lambda: shown.state.source is not None, timeout=10_000)
    assert shown.state.source.title == "clip.mp4"
    qtbot.waitUntil(lambda: shown.live.view.image is not None, timeout=10_000)


def test_several_dropped_videos_join_the_batch(window, clips, tmp_path):
    shown = window()
    _drop(shown, [clips.make(tmp_path / f"{name}.mp4", frames=3) for name in "ab"])
    assert shown.pages.currentIndex() == 1


def test_a_message_is_seen_and_can_be_closed(window):
    shown = window()
    shown.state.notify(Level.ERROR, "camera 0 cannot be opened; is it plugged in, and free?")
    assert shown.banner.isVisible()
    assert "plugged in" in shown.banner.text.text()
    shown.banner.dismiss.click()
    assert not shown.banner.isVisible()


def test_no_exception_is_lost(window, qtbot):
    shown = window()
    sys.excepthook(ValueError, ValueError("of Python"), None)
    qtbot.waitUntil(lambda: "of Python" in shown.banner.text.text(), timeout=5000)

    def fail():
        raise ValueError("of a thread")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: "of a thread" in shown.banner.text.text(), timeout=5000)


def test_settings_are_remembered(window, tmp_path):
    first = window()
    first.state.change_in("overlay", boxes=True)
    first.state.change_in("network", max_people=7)
    first.state.change(theme="light")
    first.close()
    second = window(settings=None)
    assert second.state.settings.overlay.boxes
    assert second.state.settings.network.max_people == 7
    assert second.state.settings.theme == "light"


def test_settings_of_nonsense_are_left_out(tmp_path):
    from swahr_app.state.settings import settings_from

    kept = settings_from(
        {
            "network": {"max_people": "many", "flip_test": True, "scales": [0.5], "input_size": 0},
            "tracking": {"track": False, "smooth": "yes"},
            "theme": 3,
            "overlay": {"layer": "x", "boxes": True},
            "of another release": {"x": 1},
        }
    )
    assert kept == AppSettings().changed(
        network=NetworkSettings(flip_test=True),
        tracking=TrackSettings(track=False),
        overlay=OverlaySettings(boxes=True),
    )


def test_the_picture_is_drawn_at_the_views_own_pixels(playing, qtbot):
    view = playing.live.view
    ratio = view.devicePixelRatioF()
    qtbot.waitUntil(
        lambda: (
            view.image.width() == round(view.width() * ratio)
            or view.image.height() == round(view.height() * ratio)
            or view.image.width() == 4 * 64
        ),
        timeout=10_000,
    )


def test_the_keys_of_the_help_are_those_of_the_actions(window):
    from PyQt6.QtWidgets import QLabel

    from swahr_app.shell.dialogs.shortcuts import ShortcutsDialog

    shown = window()
    dialog = ShortcutsDialog(shown.actions_.groups, shown)
    texts = {label.text() for label in dialog.findChildren(QLabel)}
    for action in shown.actions_.by_name.values():
        if not action.shortcut().isEmpty():
            assert action.shortcut().toString(QKeySequence.SequenceFormat.NativeText) in texts
    dialog.deleteLater()


def test_what_cannot_be_done_on_the_review_page_is_grey_in_its_menu(window, film, qtbot):
    shown = window()
    shown.open_review(str(film))
    session = shown.review.session
    qtbot.waitUntil(lambda: session.document is not None and not session.filling, timeout=20_000)
    session.choose(None)
    by_name = shown.actions_.by_name
    (menu,) = [each for each in shown.menuBar().actions() if each.text() == "Re&view"]
    menu.menu().aboutToShow.emit()
    assert not by_name["review_undo"].isEnabled()
    assert not by_name["review_delete_joint"].isEnabled()
    assert by_name["review_next"].isEnabled()
    menu.menu().aboutToHide.emit()
    assert by_name["review_delete_joint"].isEnabled(), "its key says why it does nothing"
    assert len([each for each in menu.menu().actions() if each.menu()]) == 7


def test_the_help_begins_with_the_keys_of_the_page(window):
    shown = window()
    shown.show_page(PAGES.index("review"))
    assert next(iter(shown.actions_.groups_here())) == "Review"
    shown.show_page(0)
    assert list(shown.actions_.groups_here())[:3] == ["Playback", "Record", "Draw"]


def test_ctrl_o_opens_where_one_is(window, trace):
    shown = window()
    told = trace(shown)
    shown.show_page(PAGES.index("review"))
    shown.actions_.by_name["open_file"].trigger()
    assert shown.pages.currentWidget() is shown.review
    shown.show_page(PAGES.index("batch"))
    shown.actions_.by_name["open_file"].trigger()
    assert shown.pages.currentWidget() is shown.live
    assert told.count("asked getOpenFileName") == 2


def test_ctrl_y_redoes_too(window):
    keys = [key.toString() for key in window().actions_.by_name["review_redo"].shortcuts()]
    assert keys == ["Ctrl+Shift+Z", "Ctrl+Y"]
