"""The rate that is advised, and the plot of how it was found."""

from itertools import pairwise

import cv2
import pytest

from swahr.errors import OutputError, SwahrError
from swahr_training.loop.rate_test import HIGHEST, LOWEST, advise, find_rate, rate_at, write_rates


def test_the_rate_grows_by_one_factor_from_the_lowest_to_the_highest():
    rates = [rate_at(step, 7) for step in range(7)]
    assert (rates[0], rates[-1]) == pytest.approx((LOWEST, HIGHEST))
    assert [b / a for a, b in pairwise(rates)] == pytest.approx([10] * 6)


def test_a_loss_that_is_never_finite_is_told():
    with pytest.raises(SwahrError, match="not finite at the lowest rate"):
        advise([1e-6], [float("nan")])


def test_a_network_is_tried_with_growing_rates_and_the_plot_is_a_picture(tmp_path, tiny_config):
    lines = []
    test = find_rate(tiny_config(), "cpu", lines.append, steps=30)
    assert 10 < len(test.rates) <= 30
    assert LOWEST / 10 <= test.advised < HIGHEST
    assert lines
    with pytest.raises(OutputError, match="could not be written"):
        write_rates(test, tmp_path / "none" / "rate.png")
    write_rates(test, tmp_path / "rate.png")
    assert cv2.imread(str(tmp_path / "rate.png")).shape == (400, 720, 3)
