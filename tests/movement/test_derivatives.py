import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from swahr.config import MovementFilterSettings, SmoothingSettings
from swahr.movement import effective_cutoff, measure
from swahr.movement.derivatives import rates, second_rates, unwrapped
from swahr.movement.filters import filter_places


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(0.002, 1), min_size=3, max_size=30),
    st.floats(-100, 100),
    st.floats(-100, 100),
    st.floats(-100, 100),
)
def test_a_parabola_has_its_true_rates_at_any_times(steps, a, b, c):
    times = np.cumsum(steps)
    breaks = np.zeros(len(times), bool)
    values = a * times**2 + b * times + c
    size = 1 + abs(a) * times[-1] ** 2 + abs(b) * times[-1] + abs(c)
    np.testing.assert_allclose(
        rates(values, times, breaks), 2 * a * times + b, atol=1e-9 * size / min(steps) ** 2
    )
    second = second_rates(values, times, breaks)
    assert np.isnan(second[[0, -1]]).all()
    np.testing.assert_allclose(second[1:-1], 2 * a, atol=1e-9 * size / min(steps) ** 2)


def test_no_rate_reaches_across_a_gap():
    times = np.arange(8.0)
    values = np.asarray([0, 1, 2, np.nan, 100, 101, 500, 501.0])
    breaks = np.asarray([1, 0, 0, 0, 0, 0, 1, 0], bool)
    expected = [1, 1, 1, np.nan, 1, 1, 1, 1]
    np.testing.assert_allclose(rates(values, times, breaks), expected)
    np.testing.assert_allclose(second_rates(values, times, breaks), [np.nan, 0, *[np.nan] * 6])


def test_a_turn_beyond_180_degrees_is_no_jump():
    values = np.asarray([170.0, 179, -172, -163, np.nan, 170, -175])
    breaks = np.asarray([1, 0, 0, 0, 0, 0, 0], bool)
    np.testing.assert_allclose(unwrapped(values, breaks), [170, 179, 188, 197, np.nan, 170, 185])


@pytest.mark.parametrize(("order", "cutoff", "rate"), [(2, 6, 30), (4, 6, 100), (2, 10, 240), (1, 3, 25)])
def test_butterworth_is_that_of_scipy_and_says_its_effective_cutoff(order, cutoff, rate):
    random = np.random.default_rng(0)
    times = np.arange(300) / rate
    xy = np.cumsum(random.normal(size=(300, 2)), axis=0)
    chosen = SmoothingSettings(smooth="butterworth", cutoff=cutoff, order=order)
    b, a = signal.butter(order, cutoff, fs=rate)
    expected = signal.filtfilt(b, a, xy, axis=0, padlen=round(3 * rate / cutoff))
    np.testing.assert_allclose(filter_places(xy, times, chosen), expected, atol=1e-6)
    # Two runs pass half of the power where each passes the root of a half.
    effective = effective_cutoff(chosen, rate)
    _, response = signal.freqz(b, a, worN=[effective], fs=rate)
    assert abs(response[0]) ** 4 == pytest.approx(0.5)


def test_times_that_a_container_rounds_do_not_change_the_filter():
    exact = np.arange(200) / 30
    xy = np.cumsum(np.random.default_rng(1).normal(size=(200, 2)), axis=0)
    chosen = SmoothingSettings(smooth="butterworth")
    rounded = filter_places(xy, np.round(exact, 3), chosen)
    np.testing.assert_allclose(rounded, filter_places(xy, exact, chosen), atol=0.02)


@pytest.mark.parametrize("uneven", [False, True])
def test_speeds_and_accelerations_are_those_of_the_movement(bodies, uneven):
    random = np.random.default_rng(2)
    times = np.cumsum(random.uniform(0.005, 0.015, 400)) if uneven else np.arange(400) / 100

    def knee(_, t):
        return 40 + 30 * np.sin(2 * np.pi * t)

    places = bodies.walker(times, knee, lambda _, t: 0 * t)
    places[:, 0, 0] += 25 * (times**2)  # the nose moves at 50 t pixels per second
    movement = measure(bodies.recorded(times, [places]), smoothing=MovementFilterSettings(smooth="none"))
    person, inner = movement.people[0], slice(3, -3)
    true = 60 * np.pi * np.cos(2 * np.pi * times)
    found = person.angular_speeds[:, movement.column("left_knee")]
    np.testing.assert_allclose(found[inner], true[inner], atol=1.5)
    np.testing.assert_allclose(person.speeds[inner, 0], 50 * times[inner], atol=0.1)
    assert np.nanmedian(person.accelerations[:, 0]) == pytest.approx(50, rel=0.05)
