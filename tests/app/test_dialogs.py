"""Lists of formats, and every button of the dialogs."""

from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QPushButton

from swahr.formats import FORMATS


def test_every_format_can_be_chosen_and_left_out(window):
    shown = window()
    for group, picker in (
        ("record", shown.live.side.panels["record"].formats),
        ("batch", shown.batch.formats),
    ):
        assert set(picker.actions_by_name) == set(FORMATS.names())
        for name, action in picker.actions_by_name.items():
            before = name in getattr(shown.state.settings, group).formats
            action.trigger()
            assert (name in getattr(shown.state.settings, group).formats) is not before
            action.trigger()
            assert (name in getattr(shown.state.settings, group).formats) is before


def test_every_button_of_the_dialogs_acts(window, qtbot, tmp_path):
    from PyQt6.QtGui import QGuiApplication

    from swahr_app.live.address import AddressDialog
    from swahr_app.shell.dialogs.about import AboutDialog
    from swahr_app.shell.dialogs.log import LogDialog
    from swahr_app.shell.dialogs.shortcuts import ShortcutsDialog

    shown = window()
    path = tmp_path / "swahr.log"
    path.write_text("first line")
    clipboard = QGuiApplication.clipboard()

    def buttons(dialog):
        dialog.show()
        return {button.text().replace("&", ""): button for button in dialog.findChildren(QPushButton)}

    assert LogDialog(tmp_path / "later.log", shown).text.toPlainText() == "Nothing was logged yet."
    log = LogDialog(path, shown)
    found = buttons(log)
    assert set(found) == {"Refresh", "Copy", "Close"}
    path.write_text("second line")
    found["Refresh"].click()
    assert log.text.toPlainText() == "second line"
    found["Copy"].click()
    assert clipboard.text() == "second line"

    about = AboutDialog(shown)
    found = buttons(about)
    assert set(found) == {"Copy for a bug report", "Close"}
    qtbot.waitUntil(found["Copy for a bug report"].isEnabled, timeout=60_000)
    found["Copy for a bug report"].click()
    for word in ("swahr", "torch", "Qt"):
        assert word in clipboard.text()

    keys = ShortcutsDialog(shown.actions_.groups, shown)
    assert set(buttons(keys)) == {"Close"}
    address = AddressDialog(shown)
    assert set(buttons(address)) == {"Open", "Cancel"}
    QTest.keyClicks(address.address, "rtsp://camera/1")
    for dialog, text in ((log, "Close"), (about, "Close"), (keys, "Close"), (address, "Open")):
        buttons(dialog)[text].click()
        assert not dialog.isVisible()
        dialog.deleteLater()
    assert address.address.text() == "rtsp://camera/1"
