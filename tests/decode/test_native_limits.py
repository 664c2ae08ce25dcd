"""No input makes the native code hang, touch foreign memory or end the process."""

import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from swahr import _native
from swahr.decode import ParseParams, parse_heatmaps, parse_stages
from swahr.decode.paf_rules import BODY_25_FIELDS, rule_named
from swahr.decode.pafs import native_rule
from swahr.decode.reference import (
    MAX_COST,
    parse_heatmaps_reference,
    parse_stages_reference,
    solve_assignment_reference,
)
from swahr.errors import SwahrError

costs = arrays(
    np.float64,
    st.tuples(st.integers(1, 5), st.integers(5, 7)),
    elements=st.floats(-MAX_COST, MAX_COST) | st.integers(-2, 2).map(float),
)


@given(costs)
def test_every_cost_within_bounds_is_assigned_as_the_reference_does(cost: np.ndarray) -> None:
    assert _native.solve_assignment(cost) == solve_assignment_reference(cost)


@pytest.mark.parametrize("number", [1.7e308, -1.7e308, 2 * MAX_COST, np.inf, -np.inf, np.nan])
def test_costs_that_sums_cannot_hold_are_refused_by_native_and_reference(number: float) -> None:
    for cost in (np.array([[number, 0.0]] * 2), np.array([[number, -number]] * 2)):
        with pytest.raises(ValueError, match="beyond 1e100"):
            _native.solve_assignment(cost)
        with pytest.raises(SwahrError, match="beyond 1e100"):
            solve_assignment_reference(cost)


extreme = st.sampled_from([-3.4e38, -3e38, -1.0, 0.0, 1e-45, 0.5, 1.0, 3e38, 3.4e38])


@given(
    arrays(np.float32, (3, 5, 6), elements=extreme.map(lambda value: min(max(value, -1e37), 1.0))),
    arrays(np.float32, (3, 5, 6, 2), elements=extreme),
    st.booleans(),
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of numpy: sums beyond float32, as meant
def test_people_of_extreme_maps_are_those_of_the_reference(
    heatmaps: np.ndarray, tags: np.ndarray, break_ties: bool
) -> None:
    params = ParseParams(break_ties=break_ties)
    native, plain = (f(heatmaps, tags, params) for f in (parse_heatmaps, parse_heatmaps_reference))
    np.testing.assert_array_equal(native.keypoints, plain.keypoints)


WORK_OF_MINUTES = {
    "assignment": """
side = np.arange(4000.0)  # the costs that shortest paths take longest for
cost = np.outer(side, side)
work = lambda: _native.solve_assignment(cost)
""",
    "windows": """
from swahr.decode import ParseParams, parse_heatmaps
level, tags = np.ones((4, 2048, 2048), np.float32), np.zeros((4, 2048, 2048, 1), np.float32)
work = lambda: parse_heatmaps(level, tags, ParseParams(nms_window=4001), threads=2)
""",
}


@pytest.mark.skipif(sys.platform == "win32", reason="sends signals")
@pytest.mark.parametrize("work", WORK_OF_MINUTES)
def test_an_interrupt_ends_native_work_of_minutes(work: str) -> None:
    program = f"""
import faulthandler, signal, sys
import numpy as np
from swahr import _native
faulthandler.enable()
signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs in the background ignores it
{WORK_OF_MINUTES[work]}
try:
    print("begins", flush=True)
    work()
except KeyboardInterrupt:
    sys.exit("interrupted")
"""
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begins\n"
        time.sleep(0.2)  # into the work; were it sooner, Python itself would see the signal
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=100)
    assert (process.returncode, errors) == (1, "interrupted\n")


@pytest.mark.parametrize("side", [2**24 + 1, 2**31, 2**40, -1, 0])
def test_sides_that_cannot_be_counted_are_refused(side: int) -> None:
    heatmaps, tags = np.zeros((1, 4, 6), np.float32), np.zeros((1, 4, 6), np.float32)
    settings = ParseParams().native(1, 24, True, True)
    for size in ((side, 6), (4, side)):
        with pytest.raises(ValueError, match="expected"):
            _native.parse_maps([heatmaps], [tags], *size, settings)


def test_memory_that_is_not_there_is_said_in_words() -> None:
    resource = pytest.importorskip("resource")
    heatmaps, tags = np.zeros((64, 2, 2), np.float32), np.zeros((64, 2, 2), np.float32)
    settings = ParseParams().native(64, 4, True, True)
    limits = resource.getrlimit(resource.RLIMIT_AS)
    with open("/proc/self/statm") as file:
        taken = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + (1 << 24), limits[1]))
    try:
        with pytest.raises(
            MemoryError, match="not enough memory"
        ):  # bounds of 2^31 pixels in tiles, 64 times
            _native.parse_maps([heatmaps], [tags], 46000, 46000, settings, 1)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, limits)


@pytest.mark.parametrize("name", ["centroid", "samples"])
def test_counts_of_a_field_rule_have_bounds(name: str) -> None:
    with pytest.raises(ValueError, match="at most 1000"):
        native_rule(replace(rule_named("openpose"), **{name: 2**31 - 1}), BODY_25_FIELDS)


@pytest.mark.parametrize("value", [3.4e38, -3.4e38, 2.2e37])
def test_stages_whose_sum_is_infinite_are_refused_by_native_and_reference(value: float) -> None:
    stages = [np.full((1, 4, 6), value, np.float32), np.full((1, 8, 12), value, np.float32)]
    tags = [np.zeros((1, 4, 6), np.float32)]
    for parse in (parse_stages, parse_stages_reference):
        with pytest.raises(SwahrError, match="too large to be added up"):
            parse(stages, tags, (16, 24))
