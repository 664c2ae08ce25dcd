"""A ratio that has fallen by a third is told."""

import json
import subprocess
import sys

from benchmarks.check import RECORDED
from benchmarks.ratios import Pair, fallen, measure


def test_what_fell_by_a_third_is_told_with_its_figures():
    recorded = {"slower": 9.0, "as before": 2.0, "a little less": 3.0}
    found = {"slower": 5.0, "as before": 2.0, "a little less": 2.1, "new": 0.1}
    (line,) = fallen(found, recorded)
    assert line == "slower: 5.00, recorded 9.00, least 6.00"


def test_both_works_run_in_turns_after_one_run_that_does_not_count():
    turns = []
    measure(Pair("", lambda: turns.append("reference"), lambda: turns.append("ours"), rounds=2))
    assert turns == ["reference", "ours"] * 3


def test_a_ratio_is_the_references_time_by_ours(monkeypatch):
    ticks = {"reference": 6, "ours": 2}
    now = [0.0]

    def work(name):
        now[0] += ticks[name]

    monkeypatch.setattr("benchmarks.ratios.time.perf_counter", lambda: now[0])
    assert measure(Pair("", lambda: work("reference"), lambda: work("ours"))) == 3


def test_each_recorded_ratio_is_one_that_means_something():
    assert all(ratio > 0 for ratio in json.loads(RECORDED.read_text()).values())


def test_help_loads_neither_torch_nor_opencv():
    program = "import sys, swahr.commands.main; print(*({'torch', 'cv2', 'av', 'numpy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
