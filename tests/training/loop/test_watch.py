"""Which checkpoint is the best, and when a run is seen to destroy its start."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swahr_training.loop.checkpoints import Checkpoints
from swahr_training.loop.watch import Watch


def watched(*aps):
    watch = Watch()
    for step, ap in enumerate(aps):
        watch.take(step, ap, ap)
    return watch


def test_the_start_is_the_best_until_it_is_beaten_and_a_tie_does_not_beat_it():
    assert watched(0.4, 0.3, 0.4).best_step == 0
    assert watched(0.4, 0.3, 0.41, 0.2).best_step == 2
    assert watched(0.4, 0.3, 0.4).without_gain == 2


def test_two_low_measurements_in_a_row_are_a_collapse_and_one_is_not():
    assert watched(0.4, 0.1, 0.1).collapsed
    assert watched(0.1, 0.6, 0.2, 0.2).collapsed
    assert not watched(0.4, 0.1).collapsed
    assert not watched(0.4, 0.1, 0.3, 0.1).collapsed
    assert not watched(0.4, 0.21, 0.21).collapsed


def test_a_start_that_finds_nobody_cannot_collapse():
    assert not watched(0.02, 0.0, 0.0, 0.0).collapsed


def test_of_checkpoints_that_find_nobody_the_last_is_kept_and_none_of_them_is_a_gain():
    watch = watched(0.0, 0.0, 0.0)
    assert (watch.best_step, watch.without_gain) == (2, 2)
    assert watched(0.0, 0.0, 0.1, 0.0).best_step == 2


@given(st.lists(st.floats(1e-6, 1), min_size=1))
def test_the_best_is_the_first_of_the_highest_and_survives_a_resume(aps):
    watch = watched(*aps)
    assert watch.best_ap == max(aps)
    assert watch.best_step == aps.index(max(aps))
    other = Watch()
    other.load(watch.state())
    assert other == watch


@pytest.mark.parametrize("start_ap", [None, 0.0])
def test_a_run_none_of_whose_checkpoints_finds_anybody_says_so_at_its_end(start_ap):
    watch = watched(0.0, 0.0)
    watch.start_ap = start_ap
    run = SimpleNamespace(
        state=SimpleNamespace(watch=watch),
        folder=SimpleNamespace(best="best.safetensors"),
        validation=object(),
    )
    assert "none finds anybody yet" in Checkpoints.summary(run)
