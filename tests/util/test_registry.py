"""Doors that several threads ask at a time."""

import sys
import threading

import pytest

from swahr._util import registry
from swahr._util.registry import Modules, Registry

FIRST = """
from threads_ask import DOOR, first_came, go_on
DOOR.register("one", 1)
first_came.set()
assert go_on.wait(20)
"""
ASKS = """
from threads_ask import DOOR
DOOR.register("two", 2)
assert DOOR.names()[0] == "one"  # what there is so far
"""


@pytest.fixture
def door(tmp_path, monkeypatch):
    """Make a door of a package whose first module takes until it is told to go on."""
    package = tmp_path / "threads_ask"
    package.mkdir()
    (package / "__init__.py").write_text(
        "import threading\nfrom swahr._util.registry import Modules, Registry\n"
        "first_came, go_on = threading.Event(), threading.Event()\n"
        "DOOR = Registry('thing', Modules('threads_ask'))\n"
    )
    (package / "a.py").write_text(FIRST)
    (package / "b.py").write_text(ASKS)
    monkeypatch.syspath_prepend(tmp_path)
    import threads_ask

    yield threads_ask
    for name in [name for name in sys.modules if name.partition(".")[0] == "threads_ask"]:
        del sys.modules[name]


@pytest.mark.parametrize(
    "way", [lambda door: door.names(), lambda door: tuple(door), lambda door: "two" in door]
)
def test_a_thread_that_asks_while_another_one_loads_gets_all_there_are(way, door):
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(way(door.DOOR))) for _ in range(3)]
    threads[0].start()
    assert door.first_came.wait(20)
    for thread in threads[1:]:
        thread.start()
        thread.join(0.05)  # which gives it time to be wrong
    door.go_on.set()
    for thread in threads:
        thread.join(20)
    assert answers in ([("one", "two")] * 3, [(1, 2)] * 3, [True] * 3)


def test_a_module_of_ours_that_could_not_be_imported_is_tried_again(tmp_path, monkeypatch):
    package = tmp_path / "breaks_once"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "a.py").write_text("raise RuntimeError('no room')")
    monkeypatch.syspath_prepend(tmp_path)
    door = Registry("thing", Modules("breaks_once"))
    for _ in range(2):
        with pytest.raises(RuntimeError, match="no room"):
            door.names()


def test_plugins_are_loaded_for_each_thread_that_asks(monkeypatch):
    came, go_on, brought = threading.Event(), threading.Event(), []

    class Slow:
        value = "slow"

        def load(self):
            came.set()
            assert go_on.wait(20)
            brought.append(1)

    monkeypatch.setattr(registry, "_loaded", False)
    monkeypatch.setattr(registry, "entry_points", lambda group: [Slow()])
    seen = []
    threads = [
        threading.Thread(target=lambda: (registry.load_plugins(), seen.append(len(brought))))
        for _ in range(2)
    ]
    threads[0].start()
    assert came.wait(20)
    threads[1].start()
    threads[1].join(0.05)
    go_on.set()
    for thread in threads:
        thread.join(20)
    assert len(seen) == 2
    assert min(seen) >= 1


def test_a_plugin_that_would_end_the_process_is_told_and_ctrl_c_is_heard(monkeypatch):
    ends = [SystemExit("not today"), KeyboardInterrupt(), None]

    class Ending:
        value, module, dist = "ending", "ending", None

        def load(self):
            if (end := ends.pop(0)) is not None:
                raise end

    monkeypatch.setattr(registry, "_loaded", False)
    monkeypatch.setattr(registry, "_failures", {})
    monkeypatch.setattr(registry, "entry_points", lambda group: [Ending(), Ending()])
    with pytest.raises(KeyboardInterrupt):
        registry.load_plugins()
    monkeypatch.setattr(registry, "entry_points", lambda group: [Ending()])
    (failure,) = registry.load_plugins()  # the rest is loaded by who asks next
    assert "ending of an unknown package cannot be loaded: SystemExit: not today" in str(failure)
    assert ends == []
