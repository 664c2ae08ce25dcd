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

from swahr.config import PersonCropSettings
from swahr_app.batch.entries import BatchList
from swahr_app.batch.entry import BatchState
from swahr_app.batch.row import BatchRow
from swahr_app.live.strip import Strip
from swahr_app.live.workers.loading import load
from swahr_app.state.facts import Level

KINDS = (QAbstractButton, QComboBox, QAbstractSpinBox, QLineEdit, QAbstractSlider, QTableView, Strip)
# Parts of Qt's own widgets.
INNER = (QComboBox, QAbstractSpinBox, QTableView, QMenuBar)
MENU = "a menu, whose entries have tests of their own"
STUCK = "acts on a run that cannot be resumed; test_batch.py"
RUNNING = "acts on a training that runs; test_training_run.py"

FORM = ("split", "preset", "start_from", "steps", "batch", "name")
KEYS = {
    "open_file": "asked getOpenFileName",
    "open_folder": "asked getExistingDirectory",
    "open_address": "dialog Open a stream",
    "play": "play",
    "next": "step 1",
    "back": "step -1",
    "jump_on": "seek",
    "jump_back": "seek",
    "start": "seek",
    "faster": "settings play.speed",
    "slower": "settings play.speed",
    "loop": "settings play.loop",
    "every_frame": "settings play.every_frame",
    "mirror": "settings play.mirror",
    "picture": "picture",
    "skeleton": "settings overlay.skeleton",
    "joints": "settings overlay.joints",
    "boxes": "settings overlay.boxes",
    "ids": "settings overlay.ids",
    "scores": "settings overlay.scores",
    "trails": "settings overlay.trails",
    "ellipses": "settings overlay.ellipses",
    "anonymise": "settings overlay.anonymise",
    "side_by_side": "settings overlay.side_by_side",
    "layer": "settings overlay.layer",
    "track": "settings tracking.track",
    "page_1": "page 1",
    "page_2": "page 2",
    "page_3": "page 3",
    "page_0": "page 0",
    "inspector": "controls False",
    "plot": "plot False",
    "full_screen": "full screen",
    "theme": "settings theme",
    "shortcuts": "dialog Keyboard shortcuts",
    "log": "dialog Log",
    "about": "dialog About Swahr",
    "record": "record",
    "close": "close",
    "quit": "closed",
}

# What is typed into lines, by setting.
TYPED = {"network.scales": "1, 0.5", "network.box_file": "boxes.csv", "network.box_model": "coco"}


def fields(panel, *names):
    """Controls of settings, each of which changes its own setting."""
    return {f"{panel}.fields[{name}]": f"settings {name}" for name in names}


CONTROLS = {
    "header.pages[1]": "page 1",
    "header.pages[2]": "page 2",
    "header.pages[3]": "page 3",
    "header.pages[0]": "page 0",
    "header.source": MENU,
    "header.picture": "picture",
    "header.record": "record",
    "banner.folder": "shown in the desktop",
    "banner.dismiss": "message closed",
    "live.start.camera": MENU,
    "live.start.file": "asked getOpenFileName",
    "live.start.folder": "asked getExistingDirectory",
    "live.start.stream": "dialog Open a stream",
    "live.start.recent": "open",
    "live.transport.back": "step -1",
    "live.transport.play": "play",
    "live.transport.next": "step 1",
    "live.transport.seek": "seek",
    "live.transport.strip": "seek",
    "live.transport.speed": "settings play.speed",
    "live.transport.loop": "settings play.loop",
    "live.transport.every": "settings play.every_frame",
    "live.below.panels[plot].joint": "settings plot.joint",
    "live.below.panels[plot].person": "plotted",
    "live.below.panels[plot].kind": "settings plot.kind",
    **{
        f"live.side.sections[{name}].heading": "folded"
        for name in ("model", "model details", "people", "overlay", "record")
    },
    "live.side.panels[model].model": ("settings network.model", "asked getOpenFileName"),
    **fields(
        "live.side.panels[model]",
        "network.device",
        "network.input_size",
        "network.refine",
        "network.flip_test",
    ),
    **fields(
        "live.side.panels[model details]",
        *(f"network.{name}" for name in PersonCropSettings.model_fields),
        "network.subpixel",
        "network.scales",
        "network.tiles",
        "network.feet",
        "network.hands",
        "network.backend",
        "network.precision",
        "network.compile",
        "network.threads",
    ),
    **fields(
        "live.side.panels[people]",
        "network.threshold",
        "network.min_score",
        "network.max_people",
        "network.max_similarity",
        "tracking.track",
        "tracking.tracker",
        "tracking.remember",
        "tracking.smooth",
        "play.mirror",
    ),
    **fields(
        "live.side.panels[overlay]",
        "overlay.skeleton",
        "overlay.joints",
        "overlay.boxes",
        "overlay.ids",
        "overlay.scores",
        "overlay.trails",
        "overlay.ellipses",
        "overlay.anonymise",
        "overlay.side_by_side",
        "overlay.joint",
        "overlay.layer",
        "overlay.draw_min_score",
    ),
    **fields(
        "live.side.panels[record]",
        "record.overlay",
        "record.raw",
        "record.uncertainty",
        "record.countdown",
        "record.preroll",
        "record.duration",
        "record.starts",
    ),
    "live.side.panels[record].formats": MENU,
    "live.side.panels[record].folder": "asked getExistingDirectory",
    "batch.add_files": "asked getOpenFileNames",
    "batch.add_folder": "asked getExistingDirectory",
    "batch.overlay": "settings batch.overlay",
    "batch.batch_size": "settings network.batch_size",
    "batch.formats": MENU,
    "batch.folder": "asked getExistingDirectory",
    "batch.rows[0].open": "open",
    "batch.rows[0].folder": "shown in the desktop",
    "batch.rows[0].anew": STUCK,
    "batch.table": "selected",
    "batch.remove": "rows 1",
    "batch.start": "batch runs",
    "training.run.folder": "asked getExistingDirectory",
    "training.run.try_it": "settings network.model",
    "training.run.resume": RUNNING,
    "training.run.stop": RUNNING,
    "training.tabs[1]": "part 1",
    "training.tabs[0]": "part 0",
    "training.new_run.choose": "asked getExistingDirectory",
    "training.new_run.choose_file": "asked getOpenFileName",
    "training.new_run.choose_validation": "asked getOpenFileName",
    **{f"training.new_run.{name}": "form" for name in FORM},
    "training.new_run.check": "notified Choose a data set first.",
    "training.new_run.start": "notified Choose a data set first.",
}
WAYS = ("open", "asked", "dialog")
OPENS = ("live.start.recent", "batch.rows[0].open")


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
        if expected in (MENU, RUNNING, STUCK):
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
    assert not shown.findChildren(QShortcut)


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
