"""Live sources: the newest frame counts, a loss is said and mended, nothing is shown twice."""

import threading
import time

import numpy as np
import pytest

from swahr.errors import SwahrError
from swahr.video.fake import FakeCamera
from swahr.video.live import LiveSource, SignalLostError


def wait_until(condition):
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


@pytest.fixture(autouse=True)
def _no_thread_is_left():
    before = set(threading.enumerate())
    yield
    wait_until(lambda: set(threading.enumerate()) <= before)


def test_a_quick_reader_gets_every_frame_once_in_order(clips):
    with FakeCamera(frame_rate=0) as camera:
        frames = [frame for frame, _ in zip(camera, range(50), strict=False)]
    assert [frame.index for frame in frames] == list(range(50))
    assert [clips.bar_index(frame.image) for frame in frames] == [index % 16 for index in range(50)]
    times = [frame.time_s for frame in frames]
    assert times == sorted(times)
    assert times[0] >= 0
    assert camera.live
    assert camera.estimated_frames is None


def test_a_slow_reader_gets_the_newest_and_the_rest_is_counted():
    with FakeCamera(frame_rate=500) as camera:
        first = next(iter(camera))
        wait_until(lambda: camera.dropped >= 20)
        second = next(iter(camera))
    assert second.index >= first.index + 20


def test_a_camera_taken_away_is_said_and_comes_back_with_new_frames_alone():
    said = []
    with FakeCamera(frame_rate=0, notify=said.append) as camera:
        frames = iter(camera)
        before = [next(frames).index for _ in range(3)]
        camera.unplug()
        wait_until(lambda: not camera.connected)
        assert "the signal is lost (unplugged)" in said[0]
        threading.Timer(0.2, camera.plug).start()
        after = next(frames)
        assert camera.connected
        assert after.index > before[-1]
        assert after.time_s >= 0.15  # what was there when the camera went is not shown afterwards
        assert "is back after" in said[1]
    assert camera.losses == 1
    assert camera.notes == said


def test_a_frame_that_nobody_took_before_the_signal_was_lost_counts_as_dropped():
    with FakeCamera(frame_rate=500, frames=15) as camera:
        wait_until(lambda: camera.losses == 1)
        assert camera.dropped == 15


@pytest.mark.parametrize("fault", ["silence", "blind"])
def test_a_camera_that_hangs_or_gives_garbage_has_lost_its_signal(fault):
    with FakeCamera(frame_rate=200, silence_s=0.3) as camera:
        frames = iter(camera)
        next(frames)
        getattr(camera, fault)()
        consumed = []
        reader = threading.Thread(target=lambda: consumed.extend(frame.index for frame in frames))
        reader.start()
        wait_until(lambda: not camera.connected)
        count = len(consumed)
        time.sleep(0.1)
        assert len(consumed) == count  # no frozen frame
        camera.plug()
        wait_until(lambda: len(consumed) > count + 3)
        camera.interrupt()
        reader.join()
    assert consumed == sorted(set(consumed))
    assert "no picture" in camera.notes[0]


def test_a_bad_frame_keeps_its_index():
    with FakeCamera(frame_rate=0) as camera:
        frames = iter(camera)
        assert next(frames).index == 0
        camera.blind()
        wait_until(lambda: camera.undecodable > 3)
        lost = camera.undecodable
        camera.plug()
        assert next(frames).index >= lost


def test_a_size_that_changes_is_said():
    with FakeCamera(frame_rate=0) as camera:
        frames = iter(camera)
        next(frames)
        camera.size = (32, 24)
        while next(frames).image.shape != (24, 32, 3):
            pass
    assert "32 x 24 pixels" in camera.notes[0]
    assert (camera.width, camera.height) == (64, 48)


def test_pauses_between_attempts_grow_and_begin_anew_after_a_return():
    attempts = []

    class Once:
        frame_rate = 30.0

        def __init__(self):
            self.given = 0

        def read(self):
            self.given += 1
            if self.given > 1:
                raise SignalLostError("gone")
            return np.zeros((2, 2, 3), np.uint8)

        def close(self):
            pass

    def connect():
        attempts.append(time.monotonic())
        if len(attempts) in (2, 3, 4):
            raise SwahrError("still gone")
        return Once()

    with LiveSource("test", connect, pauses=(0.02, 0.08, 0.3)) as source:
        wait_until(lambda: len(attempts) >= 6)
    gaps = np.diff(attempts)
    assert all(gap >= pause for gap, pause in zip(gaps, (0.02, 0.08, 0.3, 0.3, 0.02), strict=False))
    assert source.losses >= 2


def test_closing_ends_whoever_waits_for_a_lost_camera():
    camera = FakeCamera(frame_rate=0)
    got = []
    reader = threading.Thread(target=lambda: got.extend(camera))
    camera.unplug()
    reader.start()
    wait_until(lambda: not camera.connected)
    camera.close()
    reader.join(5)
    assert not reader.is_alive()


def test_what_fails_in_the_reading_thread_comes_out_where_frames_are_wanted():
    def picture(index, width, height):
        if index == 3:
            raise ZeroDivisionError("ours")
        return np.zeros((height, width, 3), np.uint8)

    with FakeCamera(frame_rate=0, picture=picture) as camera, pytest.raises(ZeroDivisionError, match="ours"):
        list(camera)


def test_notes_do_not_fill_the_memory():
    with FakeCamera(frame_rate=0) as camera:
        for _ in range(500):
            camera._say("again")
        assert len(camera.notes) < 300
