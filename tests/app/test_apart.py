"""Work in another process: what it says comes here, and its end, of whatever kind, is an end here too."""

import logging
import multiprocessing
import os
import signal
import threading
from importlib import import_module
from pathlib import Path

import pytest

from swahr.document import Document, is_filled
from swahr.errors import Hint, SwahrError
from swahr_app.review.workers import analysing
from swahr_app.review.workers.analysing import Analysing
from swahr_app.threads import estimator
from swahr_app.threads.apart import DiedError, run_apart
from swahr_app.threads.worker import APART, BEHIND, stand_back
from tests.app.review_desk import press


@pytest.fixture
def beside(monkeypatch):
    """Import a module that lies beside this one by the name by which another process finds it, too."""
    monkeypatch.syspath_prepend(Path(__file__).parent)
    return import_module


@pytest.fixture
def tasks(beside):
    return beside("apart_tasks")


@pytest.fixture
def slow(beside, monkeypatch, tmp_path):
    """A network of 30 frames per second, in the process that fills a document."""
    network = beside("slow_network").SlowNetwork(tmp_path / "seen", 30)
    monkeypatch.setattr(Analysing, "apart", True)
    monkeypatch.setattr(
        analysing, "APART", 0
    )  # a process that stands back may wait for minutes beside other tests
    monkeypatch.setattr(estimator, "make_estimator", network)
    return network


def done(task, niceness=0, stopping=lambda: False):
    said = []
    run_apart(task, niceness, lambda *values: said.append(values), stopping)
    assert not multiprocessing.active_children()
    return said


def test_what_a_task_says_and_logs_comes_here_from_a_process_that_stands_back(tasks, caplog):
    said = done(tasks.Counts(100), niceness=3)
    name, process, niceness = said.pop(0)
    assert name == "process"
    assert process != os.getpid()
    assert niceness == max(3, os.getpriority(os.PRIO_PROCESS, 0))
    assert said == [("number", number) for number in range(100)]
    (record,) = (record for record in caplog.records if record.name == "swahr.of.a.task")
    assert record.getMessage() == "from there"
    assert record.levelno == logging.WARNING


def test_an_error_of_a_task_comes_with_its_hints_and_a_mistake_with_its_place(tasks):
    with pytest.raises(SwahrError, match="no such thing") as caught:
        done(tasks.refuses)
    assert caught.value.hints == (Hint("overwrite", True),)
    with pytest.raises(RuntimeError, match="ZeroDivisionError: division by zero") as mistaken:
        done(tasks.is_wrong)
    assert "in is_wrong" in str(mistaken.value.__cause__)


def test_a_process_that_dies_is_told_apart_from_one_that_has_ended(tasks):
    with pytest.raises(DiedError, match="-9") as caught:
        done(tasks.dies)
    assert caught.value.code == -signal.SIGKILL


def test_a_task_is_asked_to_stop_and_says_its_last_word(tasks):
    assert done(tasks.goes_on, stopping=lambda: True) == [("begun",), ("stopped",)]


def test_a_task_that_never_stops_talking_is_stopped_too(tasks):
    heard = []
    run_apart(tasks.talks_on, 0, lambda *values: heard.append(values), lambda: len(heard) > 20)
    assert heard[-1] == ("stopped",)


def test_how_much_a_process_stands_back_is_counted_once(tasks):
    said = []

    def work():
        stand_back(BEHIND)
        said.extend(done(tasks.Counts(0), niceness=APART))

    own = os.getpriority(os.PRIO_PROCESS, 0)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert said[0][2] == max(APART, min(19, own + BEHIND))


def test_an_analysis_that_dies_says_so_and_goes_on_when_its_video_is_opened_again(
    window, clip, slow, qtbot, monkeypatch
):
    shown, told = window(), []
    shown.state.notified.connect(lambda message: told.append(message.text))
    session = shown.review.session
    shown.open_review(str(clip))
    qtbot.waitUntil(lambda: session.document is not None and session.filled > 20, timeout=60_000)
    (process,) = multiprocessing.active_children()
    process.kill()
    qtbot.waitUntil(lambda: not session.filling, timeout=20_000)
    assert "has ended by itself (code -9)" in told[-1]
    kept = session.document.last_frame() + 1
    assert 0 < kept < 50
    press(shown, "close")
    before = slow.seen()
    monkeypatch.setattr(Analysing, "apart", False)  # quicker, and the same
    shown.open_review(str(clip))
    qtbot.waitUntil(lambda: session.document is not None and not session.filling, timeout=60_000)
    assert is_filled(session.document)
    assert [frame for frame, _, _ in session.document.frames()] == [*range(50)]
    assert slow.seen() - before < 50, "what was looked at is not looked at again"


def test_a_window_that_is_closed_leaves_no_process_behind(window, clip, slow, qtbot):
    shown = window()
    session = shown.review.session
    shown.open_review(str(clip))
    qtbot.waitUntil(lambda: session.document is not None, timeout=60_000)
    shown.close()
    assert not multiprocessing.active_children()
    assert not [thread for thread in threading.enumerate() if thread.name == "swahr review analysis"]
    with Document.open(Path(clip).with_suffix(".swahr"), writes=False) as document:
        assert not is_filled(document)
