"""Everything can be reached by the keyboard, is named for those who hear the window, and can be seen."""

from itertools import pairwise

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QWidget,
)

from swahr_app.live.address import AddressDialog
from swahr_app.shell.dialogs.about import AboutDialog
from swahr_app.shell.dialogs.log import LogDialog
from swahr_app.shell.dialogs.shortcuts import ShortcutsDialog
from swahr_app.state.facts import Level, Playback, SourceInfo
from swahr_app.widgets.section import Section
from swahr_app.widgets.theme import DARK, LIGHT, apply_theme

CLIP = SourceInfo("clip.mp4", "clip.mp4", False, 64, 48, 25.0, 0.0, 2.0)
FIELDS = (QAbstractSpinBox, QComboBox)


@pytest.fixture
def shown(window, settings):
    """A window with a clip, a message, and all sections unfolded."""
    shown = window(settings.changed(recent=(__file__,), theme="dark"))
    shown.state.set_source(CLIP)
    shown.state.set_playback(Playback.PAUSED)
    shown.state.notify(Level.ERROR, "a fault", shown.data)
    for section in shown.findChildren(Section):
        section.heading.setChecked(True)
    QApplication.processEvents()
    return shown


def reachable(window):
    """Return the widgets that Tab has to reach on the page that is seen."""
    return [
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisible()
        and widget.isEnabled()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not (isinstance(widget, QLineEdit) and isinstance(widget.parentWidget(), FIELDS))
    ]


def walked(window):
    """Return the widgets that Tab reaches, in order, from the page's own one on."""
    window.home().setFocus()
    found = [QApplication.focusWidget()]
    for _ in range(200):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        if QApplication.focusWidget() in found:
            break
        found.append(QApplication.focusWidget())
    return found


def nameless(window):
    """Return the widgets of a window, shown or not, that have the keyboard or are pressed, and have no name."""
    found = []
    for widget in window.findChildren(QWidget):
        parents = (widget.parentWidget(), widget.window())  # lists of fields are windows of their own
        inner = any(isinstance(parent, (*FIELDS, QAbstractScrollArea)) for parent in parents)
        inner = inner or widget.window() is not window or widget.objectName().startswith("qt_")
        if inner or not (
            widget.focusPolicy() & Qt.FocusPolicy.TabFocus or isinstance(widget, QAbstractButton)
        ):
            continue
        text = widget.text().strip() if isinstance(widget, QAbstractButton) else ""
        if not (widget.accessibleName() or text):
            found.append((type(widget).__name__, widget.objectName(), widget.parentWidget()))
    return found


def test_every_widget_is_named(shown):
    assert not nameless(shown)


def test_every_widget_of_dialogs_is_named(shown, tmp_path, qtbot):
    dialogs = (
        AboutDialog(shown),
        AddressDialog(shown),
        LogDialog(tmp_path / "swahr.log", shown),
        ShortcutsDialog(shown.actions_.groups, shown),
        shown.review.values,
    )
    unnamed = [(type(dialog).__name__, nameless(dialog)) for dialog in dialogs if nameless(dialog)]
    for dialog in dialogs[:-1]:
        dialog.reject()
        dialog.deleteLater()
    assert not unnamed


def test_tab_reaches_all_that_corrects_a_video_and_its_focus_is_seen(window, film, qtbot):
    shown = window()
    shown.open_review(str(film))
    session = shown.review.session
    qtbot.waitUntil(lambda: session.picture is not None and not session.filling, timeout=20_000)
    shown.review.plot.next_kind()
    session.choose(0, 9)
    QApplication.processEvents()
    order = walked(shown)
    missed = [widget for widget in reachable(shown) if widget not in order]
    assert not missed, [(type(widget).__name__, widget.accessibleName()) for widget in missed]
    unseen = []
    for widget in order:
        shown.header.pages[0].setFocus()
        before = widget.grab().toImage()
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        if widget is not shown.header.pages[0] and widget.grab().toImage() == before:
            unseen.append((type(widget).__name__, widget.accessibleName()))
    assert not unseen


def test_tab_reaches_everything_in_the_order_in_which_it_is_read(shown):
    for number in range(shown.pages.count()):
        shown.show_page(number)
        order = walked(shown)
        missed = [widget for widget in reachable(shown) if widget not in order]
        assert not missed, [
            (type(widget), widget.accessibleName(), widget.parentWidget()) for widget in missed
        ]
        back = []
        for before, after in pairwise(order):
            if before.parentWidget() is after.parentWidget():
                here, there = before.geometry(), after.geometry()
                if there.bottom() < here.top() or (
                    abs(there.top() - here.top()) < 4 and there.x() < here.x()
                ):
                    back.append((before, after))
        assert len(back) <= 1, back  # once around


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_focus_is_seen(shown, theme):
    shown.state.change(theme=theme.name)
    unseen = []
    for number in range(shown.pages.count()):
        shown.show_page(number)
        for widget in reachable(shown):
            other = shown.header.pages[0] if widget is not shown.header.pages[0] else shown.header.pages[1]
            other.setFocus()
            before = widget.grab().toImage()
            widget.setFocus(Qt.FocusReason.TabFocusReason)
            if widget.grab().toImage() == before:
                unseen.append((type(widget).__name__, widget.accessibleName(), widget.objectName()))
    assert not unseen


def luminance(colour):
    """Return the relative luminance of #rrggbb (WCAG 2.2)."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_colours_have_the_contrast_that_reading_takes(qapp, theme):
    grounds = ("window", "surface", "raised", "hover")
    texts = [(text, ground) for text in ("text", "muted") for ground in grounds]
    texts += [(text, ground) for text in ("success", "warning", "error") for ground in ("surface", "raised")]
    texts += [("accent", "surface"), ("accent_hover", "surface")]
    texts += [("on_accent", ground) for ground in ("accent", "accent_hover", "record")]
    marks = [(mark, ground) for mark in ("edge", "accent", "record") for ground in ("surface", "raised")]
    for pairs, least in ((texts, 4.5), (marks, 3.0)):
        for one, other in pairs:
            assert contrast(getattr(theme, one), getattr(theme, other)) >= least, (theme.name, one, other)
    apply_theme(qapp, theme)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_texts_can_be_read_after_the_theme_was_changed(shown, theme):
    shown.state.change(theme="light" if theme is DARK else "dark")
    shown.training.check._on_ended(0)  # what was said in the other theme
    shown.state.change(theme=theme.name)
    unread = []
    for label in shown.findChildren(QLabel):
        colour = label.palette().color(label.foregroundRole()).name()
        if label.text() and label.isEnabled() and contrast(colour, theme.window) < 4.5:
            unread.append((label.text(), colour))
    assert not unread


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_a_tick_is_in_a_box_which_is_there_without_it(qapp, qtbot, theme):
    apply_theme(qapp, theme)
    holder, menu = QWidget(), QMenu()
    qtbot.addWidget(holder)
    qtbot.addWidget(menu)
    box, entry = QCheckBox("Ids", holder), menu.addAction("Ids")
    entry.setCheckable(True)
    for widget, tick in ((box, box), (menu, entry)):
        widget.resize(widget.sizeHint())
        for on, colour in ((False, theme.edge), (True, theme.accent)):
            tick.setChecked(on)
            picture = widget.grab().toImage()
            places = [(x, y) for x in range(picture.width()) for y in range(picture.height())]
            seen = [place for place in places if picture.pixelColor(*place).name() == colour]
            xs, ys = zip(*seen, strict=True)
            assert 12 <= max(xs) - min(xs) <= 18, "a square"
            assert abs((max(xs) - min(xs)) - (max(ys) - min(ys))) <= 1


def test_the_sheet_of_keys_fits_on_a_small_screen(shown):
    sheet = ShortcutsDialog(shown.actions_.groups, shown)
    assert sheet.height() <= 0.8 * sheet.screen().availableGeometry().height()
    sheet.show()
    QApplication.processEvents()
    assert sheet.height() <= 720
    sheet.close()
