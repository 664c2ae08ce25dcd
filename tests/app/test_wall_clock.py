"""Times of a source whose clock drifts follow this machine's, and grow."""

import numpy as np
import pytest

from swahr_app.live.workers.wall import WallClock

RATE, SECONDS = 10, 900


@pytest.mark.parametrize("drift", [-0.002, -0.0003, 0.0, 0.0003, 0.002])
def test_a_quarter_of_an_hour_of_a_clock_that_drifts_is_true_within_a_few_frames(drift):
    random = np.random.default_rng(0)
    true = np.arange(SECONDS * RATE) / RATE
    arrived = true + 0.08 + random.exponential(0.05, len(true))
    wall = WallClock()
    said = np.asarray([wall.follow(t * (1 + drift), now) for t, now in zip(true, arrived, strict=True)])
    assert (np.diff(said) > 0).all()
    assert np.abs(said - true).max() < 0.1
    assert np.abs(said - true)[: 10 * RATE].max() <= abs(drift) * 10 + 1e-9, "nothing is known yet"


def test_times_of_a_true_clock_stay_as_they_are():
    wall = WallClock()
    assert all(
        wall.follow(n / RATE, n / RATE + 0.1) == pytest.approx(n / RATE, abs=1e-6) for n in range(2000)
    )
