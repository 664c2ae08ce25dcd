"""What Python's search for garbage goes through, and how threads stand back behind the window's."""

import gc
import os
import sys
import threading

import pytest

from swahr_app.threads.garbage import import_once
from swahr_app.threads.worker import BEHIND, Worker


def test_what_a_large_import_makes_is_left_out_of_later_searches(tmp_path, monkeypatch):
    (tmp_path / "large_module.py").write_text(
        "import gc\nsearched = gc.isenabled()\nthings = [[] for _ in range(999)]"
    )
    monkeypatch.syspath_prepend(tmp_path)
    before = gc.get_freeze_count()
    try:
        import_once("large_module")
        module = sys.modules["large_module"]
        assert not module.searched
        assert gc.isenabled()
        assert gc.get_freeze_count() >= before + 999
        looked_through = {id(thing) for thing in gc.get_objects()}
        assert not looked_through & {id(thing) for thing in module.things}
    finally:
        gc.unfreeze()
        sys.modules.pop("large_module", None)


def test_after_an_import_that_fails_garbage_is_searched_for_again():
    with pytest.raises(ModuleNotFoundError):
        import_once("swahr_of_no_such_name")
    gc.unfreeze()
    assert gc.isenabled()


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no priorities of their own elsewhere")
def test_threads_that_nobody_waits_for_stand_back_with_those_that_they_start():
    def niceness():
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    found = []

    class Behind(Worker):
        niceness = BEHIND

        def work(self):
            found.append(niceness())
            started = threading.Thread(target=lambda: found.append(niceness()))
            started.start()
            started.join()

    before, worker = niceness(), Behind("test", found.append)
    worker.start()
    worker.join()
    assert found == [min(before + BEHIND, 19)] * 2
    assert niceness() == before
