import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swahr.video import Prefetch


@pytest.fixture(autouse=True)
def _no_thread_is_left():
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers()), st.integers(1, 5))
def test_items_come_in_order_and_none_is_dropped(items, depth):
    with Prefetch(items, depth) as ahead:
        assert list(ahead) == items


def test_at_most_depth_items_wait():
    taken = []

    def count():
        for number in range(100):
            taken.append(number)
            yield number

    with Prefetch(count(), depth=3) as ahead:
        iterator = iter(ahead)
        next(iterator)
        deadline = time.monotonic() + 5
        while len(taken) < 5 and time.monotonic() < deadline:
            time.sleep(0.001)
        # One is out, three wait, one is held by the thread that cannot put it.
        assert len(taken) == 5


def test_an_error_comes_after_the_items_before_it():
    def broken():
        yield 1
        yield 2
        raise ValueError("bad third")

    seen = []
    with pytest.raises(ValueError, match="bad third"), Prefetch(broken()) as ahead:
        seen += ahead
    assert seen == [1, 2]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_leaving_early_stops_an_endless_source(error):
    def endless():
        while True:
            yield 0

    def take_one_and_fail():
        with Prefetch(endless(), depth=2) as ahead:
            next(iter(ahead))
            raise error

    with pytest.raises(error):
        take_one_and_fail()


def test_leaving_without_reading_stops_it_too():
    with Prefetch(iter(range(1000)), depth=1):
        pass
