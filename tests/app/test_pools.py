"""Threads of libraries stand back; those of Python and those that were there before do not."""

import os
import sys
import threading

import numpy as np
import pytest

from swahr_app.threads.pools import Pools
from swahr_app.threads.worker import APART

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="Linux alone knows threads of different niceness"
)


def niceness(task):
    return os.getpriority(os.PRIO_PROCESS, task)


def tasks():
    return set(map(int, os.listdir("/proc/self/task")))


def test_threads_of_a_codec_stand_back_and_no_others(clips, tmp_path):
    from swahr.video import VideoFile

    here, own = threading.get_native_id(), niceness(threading.get_native_id())
    before, pools, go_on = tasks(), Pools(), threading.Event()
    ours = threading.Thread(target=go_on.wait)
    ours.start()
    try:
        with VideoFile(clips.make(tmp_path / "clip.mp4", frames=20, size=(64, 48))) as video:
            assert np.any(next(iter(video)).image)
            new = tasks() - before - {ours.native_id}
            assert new, "the codec has threads of its own"
            assert pools.stand_back() == len(new)
            assert {niceness(task) for task in new} == {APART}
            assert pools.stand_back() == 0
        assert niceness(here) == niceness(ours.native_id) == own
    finally:
        go_on.set()
        ours.join()
