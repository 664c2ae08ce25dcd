"""The recipe of docs/doors/panel.md, followed from outside the package, in windows with frames running."""

import importlib.util
import json
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

pytest.importorskip("PyQt6")

PAGE = Path(__file__).parents[2] / "docs" / "doors" / "panel.md"
APP = Path(__file__).parents[1] / "app"


def _of_the_app():
    """The fixtures of the app's tests: windows, clips, and the guard against threads and timers that are left."""
    spec = importlib.util.spec_from_file_location("fixtures_of_the_app", APP / "conftest.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return vars(module)


globals().update({name: value for name, value in _of_the_app().items() if not name.startswith("__")})

from PyQt6.QtWidgets import QLabel  # noqa: E402

from swahr.errors import SettingError  # noqa: E402
from swahr_app.panels import PANELS, register_panel  # noqa: E402
from swahr_app.state.facts import Level  # noqa: E402


def blocks():
    return re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def recipe():
    """Run the code of the page; give what it makes."""
    made = {"__name__": "counter"}
    for block in blocks():
        exec(block, made)
    yield made
    PANELS.remove("counter")


@pytest.fixture
def registered():
    """Take out again what a test registers."""
    known = set(PANELS.names())
    yield
    for name in set(PANELS.names()) - known:
        PANELS.remove(name)


def test_the_pages_own_test_passes(recipe, playing, qtbot):
    recipe["test_the_counter_counts"](playing, qtbot)


def test_a_new_panel_stands_below_ours_under_its_heading(recipe, window):
    side = window().live.side
    assert list(side.sections)[-1] == "counter"
    assert side.sections["counter"].heading.text().strip() == "People per second"
    heights = [section.y() for section in side.sections.values()]
    assert heights == sorted(heights)
    assert side.panels["counter"].fields["overlay.draw_min_score"].maximum() == 1.0


@pytest.mark.parametrize(
    ("page", "place", "host"),
    [
        ("live", "below", lambda window: window.live.below),
        ("batch", "", lambda window: window.batch.below),
        ("training", "side", lambda window: window.training.side),
    ],
)
def test_every_place_of_every_page_takes_panels(registered, window, page, place, host):
    register_panel("toy", page=page, place=place)(lambda state: QLabel("toy"))
    shown = host(window())
    assert shown.isAncestorOf(shown.panels["toy"])


@pytest.mark.parametrize(("page", "place"), [("review", ""), ("batch", "side")])
def test_a_place_that_is_not_there_is_refused(registered, page, place):
    with pytest.raises(SettingError, match="live: side, below"):
        register_panel("toy", page=page, place=place)


def test_a_name_is_taken_once(registered):
    with pytest.raises(SettingError, match="overlay already"):
        register_panel("overlay", page="live")(QLabel)


def test_a_panel_that_cannot_be_made_is_told_and_the_window_goes_on(registered, window):
    def fail(state):
        raise ZeroDivisionError("of the toy")

    register_panel("toy", page="live")(fail)
    shown = window()
    assert "toy" in shown.banner.text.text()
    assert "of the toy" in shown.banner.text.text()
    assert shown.banner.message.level is Level.ERROR
    assert {"model", "people", "overlay"} <= set(shown.live.side.panels)


DRIVE = """
import json, sys, threading, time
from pathlib import Path
from PyQt6.QtWidgets import QApplication
from swahr_app.shell.window import Window
from swahr_app.state.store import Store

data, clip, slow = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
application = QApplication([])
messages = []
window = Window(Store(data / "settings.ini"), data)
window.state.notified.connect(lambda message: messages.append(message.text))
window.show()
application.processEvents()
first = "counter" in window.live.side.panels, window.isVisible()
slow.touch()  # now the plugin may go on
window.open(clip)


def until(holds):
    end = time.monotonic() + 60
    while not holds() and time.monotonic() < end:
        application.processEvents()
        time.sleep(0.005)


until(lambda: "counter" in window.live.side.panels)
counter = window.live.side.panels["counter"]
until(lambda: int(counter.count.text()) > 0 and bool(messages))
print(json.dumps({"first": first, "seen": int(counter.count.text()), "messages": messages}))
window.close()
"""


def test_plugins_join_the_window_that_is_there_before_them(clip, settings, tmp_path):
    """Two installed packages: one takes its time to be imported and brings the counter, the other is broken."""
    site, data, go = tmp_path / "site", tmp_path / "data", tmp_path / "go"
    data.mkdir()
    for name, code in {
        "counting": f"import pathlib, time\nwhile not pathlib.Path({str(go)!r}).exists(): time.sleep(0.01)\n"
        + blocks()[0],
        "broken": "raise ImportError('made for another release')\n",
    }.items():
        (site / f"{name}-1.0.dist-info").mkdir(parents=True)
        (site / f"{name}.py").write_text(code, encoding="utf-8")
        (site / f"{name}-1.0.dist-info" / "METADATA").write_text(f"Name: {name}\nVersion: 1.0\n")
        (site / f"{name}-1.0.dist-info" / "entry_points.txt").write_text(
            f"[swahr.plugins]\n{name} = {name}\n"
        )
    from swahr_app.state.store import Store

    Store(data / "settings.ini").save(settings.changed(play=settings.play.changed(loop=True)))
    paths = os.pathsep.join([str(site), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(DRIVE), str(data), str(clip), str(go)],
        env={**os.environ, "PYTHONPATH": paths, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout.splitlines()[-1])
    assert report["first"] == [False, True], "the window is there before the plugins"
    assert report["seen"] > 0
    assert any("broken" in text and "another release" in text for text in report["messages"])
