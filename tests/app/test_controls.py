"""Every control and every key of the window acts at once, the source goes on, and none is without an expectation.

What is expected is what the trace of the window says; see `trace` in conftest.py. A control or an action that is
added without a line here fails a test.
"""

import json

import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QAction, QMouseEvent, QShortcut
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QMenuBar,
    QScrollBar,
    QTableView,
    QWidget,
)

from swahr_app.batch.entries import BatchList
from swahr_app.batch.entry import BatchState
from swahr_app.batch.row import BatchRow
from swahr_app.live.strip import Strip
from swahr_app.live.workers.loading import load
from swahr_app.review.values import ValuesWindow
from swahr_app.state.facts import Level
from tests.app.expected_controls import CONTROLS, KEYS, MENU, OPENS, RUNNING, SEVERAL, STUCK, TYPED, WAYS

KINDS = (QAbstractButton, QComboBox, QAbstractSpinBox, QLineEdit, QAbstractSlider, QTableView, Strip)
# Parts of Qt's own widgets.
INNER = (QComboBox, QAbstractSpinBox, QTableView, QMenuBar)


@pytest.fixture
def desk(window, clip, clips, settings, tmp_path, blind_model, qtbot):
    """A window in which a clip is looped, with a batch of two files, a run, and a recent source."""
    (tmp_path / "data").mkdir()
    batch = BatchList(tmp_path / "data" / "batch.json")
    for name, state in (("done.mp4", BatchState.DONE), ("short.mp4", BatchState.WAITING)):
        batch.add(str(clips.make(tmp_path / name, frames=3)))
        batch.entries[-1].state = state
        batch.entries[-1].stem = str(tmp_path / name.removesuffix(".mp4"))
    batch.save()
    run = tmp_path / "run"
    run.mkdir()
    (run / "log.jsonl").write_text(json.dumps({"step": 10, "total": 0.5}) + "\n")
    (run / "last.safetensors").write_bytes(blind_model.read_bytes())
    shown = window(
        settings.changed(
            play=settings.play.changed(loop=True),
            overlay=settings.overlay.changed(layer="heatmaps"),
            recent=(str(clip),),
            run_folder=str(run),
        ),
        load=lambda network: load(network.changed(compile=False, backend="torch")),  # others take minutes
    )
    shown.open(str(clip))
    qtbot.waitUntil(lambda: shown.state.shown is not None and bool(shown.state.shown.poses), timeout=20_000)
    qtbot.waitUntil(shown.training.run.try_it.isEnabled, timeout=20_000)
    return shown


def controls_of(window):
    """Return the window's controls by the names of the attributes that lead to them."""
    names = {}

    def walk(thing, prefix):
        for name, value in vars(thing).items():
            if name.startswith("_"):
                continue
            place = f"{prefix}{name}"
            parts = {place: value}
            if isinstance(value, list):
                parts = {f"{place}[{i}]": part for i, part in enumerate(value)}
            if isinstance(value, dict):
                parts = {f"{place}[{key}]": part for key, part in value.items()}
            for where, part in parts.items():
                if isinstance(part, QWidget):
                    names.setdefault(part, where)
                if type(part).__module__.startswith("swahr_app") and isinstance(part, QWidget | BatchRow):
                    walk(part, f"{where}.")

    for page in ("header", "banner", "live", "batch", "training"):
        walk(getattr(window, page), f"{page}.")
    found = {}
    for kind in KINDS:
        for widget in window.findChildren(kind):
            recent = widget.objectName() == "link" and widget.parentWidget() is not None
            if isinstance(widget, QScrollBar) or isinstance(widget.parentWidget(), INNER):
                continue
            if isinstance(widget.window(), ValuesWindow):  # of the review, as what comes next
                continue
            if window.review.isAncestorOf(widget) or names.get(widget, "").startswith("batch.rows[1]"):
                continue
            if widget not in names and recent and window.live.start.isAncestorOf(widget):
                names[widget] = "live.start.recent"
            found[names.get(widget, f"{widget} {widget.toolTip()} {widget.objectName()}")] = widget
    return found


def operate(widget, told):
    """Use a control as a person does; yields after each thing that it can be set to."""
    if isinstance(widget, QComboBox):
        widget.setCurrentIndex(0)
        widget.activated.emit(0)
        told.clear()
        for key, end in ((Qt.Key.Key_Down, widget.count() - 1), (Qt.Key.Key_Up, 0)):
            for _ in range(widget.count() - 1):
                if widget.currentIndex() != end:
                    QTest.keyClick(widget, key)
                    yield
    elif isinstance(widget, QAbstractSpinBox):
        for key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            QTest.keyClick(widget, key)
            yield
    elif isinstance(widget, QLineEdit) and widget.property("setting"):
        widget.setText(TYPED[widget.property("setting")])
        QTest.keyClick(widget, Qt.Key.Key_Return)
        yield
    elif isinstance(widget, QLineEdit):
        QTest.keyClicks(widget, "x")
        yield
    elif isinstance(widget, QAbstractSlider | Strip):
        where = QPointF(widget.width() / 3, widget.height() / 2)
        for kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
            left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
            event = QMouseEvent(kind, where, widget.mapToGlobal(where), left, left, none)
            QApplication.sendEvent(widget, event)
        yield
    elif isinstance(widget, QTableView):
        viewport = widget.viewport()
        QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=QPoint(20, widget.rowHeight(0) // 2))
        yield
    else:
        widget.click()
        yield


def test_no_control_is_without_a_test(desk):
    assert set(controls_of(desk)) == set(CONTROLS)


def test_every_control_has_a_name_and_a_tip(desk):
    bare = [
        name
        for name, widget in controls_of(desk).items()
        if not (widget.toolTip() or (isinstance(widget, QAbstractButton) and widget.text().strip()))
        and name != "batch.table"
    ]
    assert not bare
    for widget in desk.live.findChildren(QAbstractButton):
        if widget.icon().isNull() and not isinstance(widget.parentWidget(), INNER):
            assert widget.text(), widget.toolTip()


def test_every_control_acts_at_once_and_the_source_goes_on(desk, trace, qtbot, tmp_path):
    told = trace(desk)
    controls = controls_of(desk)
    silent, restarted = [], []
    pages = {"live": 0, "batch": 1, "training": 2}
    for name, expected in CONTROLS.items():
        if expected in (MENU, RUNNING, SEVERAL, STUCK):
            continue
        widget = controls[name]
        if (page := pages.get(name.partition(".")[0])) is not None:
            desk.show_page(page)
        if name.startswith("banner."):
            desk.state.notify(Level.SUCCESS, "a file", tmp_path)
        told.clear()
        for place, _ in enumerate(operate(widget, told)):
            told.poll()
            if not any(line.startswith(expected) for line in told):
                silent.append(f"{name}, {place}: {list(told)} in place of {expected!r}")
            restarted += [name] * (any("opening" in line for line in told) and name not in OPENS)
            told.clear()
            if isinstance(widget, QAbstractButton) and widget.isCheckable() and "pages" not in name:
                widget.click()  # as it was
                told.clear()
        if name in OPENS:
            qtbot.waitUntil(lambda: desk.state.shown is not None, timeout=20_000)
    assert not silent, "\n".join(silent)
    assert not restarted


def test_no_key_is_without_a_test(window):
    shown = window()
    assert set(shown.actions_.by_name) == {*KEYS, *(command.name for command in shown.review.commands)}
    with_keys = {action for action in shown.findChildren(QAction) if not action.shortcut().isEmpty()}
    assert with_keys == set(shown.actions_.by_name.values())
    assert all(isinstance(key.parent(), ValuesWindow) for key in shown.findChildren(QShortcut))


def test_every_key_acts_at_once_and_the_source_goes_on(desk, trace, qtbot):
    told = trace(desk)
    silent, restarted = [], []
    for name, expected in KEYS.items():
        action = desk.actions_.by_name[name]
        desk.activateWindow()
        qtbot.waitUntil(desk.isActiveWindow, timeout=5000)
        told.clear()
        QTest.keySequence(desk, action.shortcut())
        if expected.startswith("dialog"):
            qtbot.waitUntil(lambda: bool(told), timeout=10_000)
        told.poll()
        if not any(line.startswith(expected) for line in told):
            silent.append(f"{name}: {list(told)} in place of {expected!r}")
        restarted += [name] * any("opening" in line for line in told)
        if name in ("inspector", "plot", "full_screen"):
            QTest.keySequence(desk, action.shortcut())
    assert not silent, "\n".join(silent)
    assert not restarted


def test_every_entry_of_the_menus_of_sources_acts(desk, trace, clip):
    told = trace(desk)
    for menu in (desk.header.source.menu(), desk.live.start.camera.menu()):
        menu.aboutToShow.emit()
        texts = {}
        for action in menu.actions():
            if action.isEnabled() and not action.isSeparator():
                told.clear()
                action.trigger()
                told.poll()
                texts[action.text()] = next(line for line in told if line.startswith(WAYS))
        assert texts["Video file…"] == "asked getOpenFileName"
        assert texts["Folder of photos…"] == "asked getExistingDirectory"
        assert texts["Stream address…"].startswith("dialog")
        assert texts[clip.name] == f"open {clip}"
