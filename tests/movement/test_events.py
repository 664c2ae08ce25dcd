"""Steps and repetitions, of walks whose every step is known and of angles that rise a known number of times."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.gait import Gait, walk
from swahr.config import MovementSettings, ScaleSettings
from swahr.errors import MissingError
from swahr.movement import measure
from swahr.movement.repetitions import find_repetitions
from swahr.pose.skeleton import COCO_17


def times_at(rate, seconds=8):
    return np.arange(round(seconds * rate)) / rate


def moments(movement, kind, side):
    return np.asarray([event.time_s for event in movement.events if (event.kind, event.of) == (kind, side)])


@pytest.mark.parametrize("rate", [25, 60, 120])
@pytest.mark.parametrize("facing", [1, -1])
def test_every_step_is_found_near_its_moment(bodies, rate, facing):
    truth = walk(times_at(rate))
    movement = measure(bodies.recorded(times_at(rate), [truth.seen(300, facing=facing)]))
    for side in ("left", "right"):
        for kind, known in (("foot strike", truth.strikes[side]), ("foot off", truth.offs[side])):
            inner = known[(known > 0.3) & (known < 7.7)]
            found = moments(movement, kind, side)
            apart = np.abs(found[None] - inner[:, None]).min(axis=1)
            assert apart.max() < 0.06, (kind, side)
            assert len(found) <= len(known)


def test_what_steps_add_up_to_is_that_of_the_walk(bodies):
    gait = Gait(speed=0.6, stride_s=1.2, stance=0.6)
    times = times_at(60)
    recording = bodies.recorded(times, [walk(times, gait).seen(300)])
    movement = measure(recording, scale=ScaleSettings(height=1.7))
    (figures,) = movement.walking
    assert figures.cadence == pytest.approx(100, rel=0.01)
    assert figures.stride_s == pytest.approx(1.2, rel=0.01)
    assert figures.stance == pytest.approx((0.6, 0.6), abs=0.07)
    assert figures.speed == pytest.approx(0.6 * 1.7, rel=0.02)
    assert figures.stride_length == pytest.approx(0.6 * 1.2 * 1.7, rel=0.03)
    assert figures.steps == sum(event.kind == "foot strike" for event in movement.events)


def test_a_treadmill_has_steps_and_no_length(bodies):
    times = times_at(60)
    places = walk(times).seen(300)
    hips = places[:, [COCO_17.joints.index("left_hip")], 0]
    places[..., 0] -= hips - hips[0]
    (figures,) = measure(bodies.recorded(times, [places])).walking
    assert figures.cadence == pytest.approx(120 / 1.15, rel=0.01)
    assert figures.stride_length == pytest.approx(0, abs=0.5)


def test_who_stands_or_is_seen_from_the_front_has_no_steps_and_it_is_said(bodies):
    times = times_at(30)
    still = np.repeat(walk(times).seen(300)[:1], len(times), axis=0)
    movement = measure(bodies.recorded(times, [still]))
    assert movement.events == movement.walking == ()
    assert any(
        "no steps of person 0: no 3 steps follow each other as in walking" in note for note in movement.notes
    )
    front = walk(times).seen(300, yaw_deg=90)
    movement = measure(bodies.recorded(times, [front]))
    assert movement.events == ()
    assert any("they face and travel neither left nor right" in note for note in movement.notes)
    assert not any(
        "no steps" in note
        for note in measure(bodies.recorded(times, [front]), MovementSettings(steps=False)).notes
    )


def test_repetitions_of_a_named_angle_are_counted_for_each_person(bodies):
    times = times_at(30)

    def knee(_, t):
        return 45 - 40 * np.cos(2 * np.pi * t / 2)

    places = bodies.walker(times, knee, lambda _, t: 20 - 20 * np.cos(2 * np.pi * t / 2))
    movement = measure(bodies.recorded(times, [places]), MovementSettings(count=("left_knee",), steps=False))
    found = [event for event in movement.events if event.kind == "repetition"]
    assert [round(event.time_s) for event in found] == [1, 3, 5, 7]
    assert all(event.of == "left_knee" for event in found)
    assert all(event.high_deg == pytest.approx(85, abs=1) for event in found)
    assert [event.start_s for event in found] == pytest.approx([0, 2, 4, 6], abs=0.05)
    assert any("4 repetitions of left_knee by person 0" in note for note in movement.notes)
    with pytest.raises(MissingError, match="there is no angle knee; there are left_knee"):
        measure(bodies.recorded(times, [places]), MovementSettings(count=("knee",)))


@settings(max_examples=50, deadline=None)
@given(
    st.integers(1, 12),
    st.floats(0.6, 4),
    st.floats(20, 150),
    st.sampled_from([25, 30, 120]),
    st.integers(0, 9),
)
def test_as_many_are_counted_as_there_are(count, period, size, rate, seed):
    times = np.arange(round(count * period * rate) + 1) / rate
    noise = np.random.default_rng(seed).normal(0, 0.02 * size, len(times))
    degrees = size / 2 * (1 - np.cos(2 * np.pi * times / period)) + noise
    assert len(find_repetitions(degrees, times, np.zeros(len(times), bool))) == count


def test_what_moves_little_or_breaks_off_is_not_counted():
    times = times_at(30)
    none = np.zeros(len(times), bool)
    assert find_repetitions(5 * np.sin(times * 3), times, none) == []
    assert find_repetitions(np.full(len(times), np.nan), times, none) == []
    once = 60 * np.clip(times - 6, 0, None)  # up, and never down again
    assert find_repetitions(once, times, none) == []
